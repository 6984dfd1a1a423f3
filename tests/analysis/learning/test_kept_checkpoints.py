"""What each strategy keeps, epoch by epoch."""

import math

import pytest

from analysis.learning.strategies import CHECKPOINTING, Epoch
from experiments.types import Json

SCORES = [0.5, 0.7, 0.6, 0.7, 0.65, math.nan]


def kept(spec: Json) -> list[list[int]]:
    strategy = CHECKPOINTING.parse(spec)
    seen = [Epoch(number, {"validation/f1": score}) for number, score in enumerate(SCORES, start=1)]
    there: list[Epoch] = []
    history = []
    for number in range(1, len(seen) + 1):
        if strategy.wants(seen[:number], is_last=number == len(seen)):
            there.append(seen[number - 1])
        gone = strategy.lets_go(there)
        there = [epoch for epoch in there if epoch.number not in gone]
        history.append([epoch.number for epoch in there])
    return history


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("last", [[1], [2], [3], [4], [5], [6]]),
        ({"kind": "last", "count": 2}, [[1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 6]]),
        ("every", [[1], [1, 2], [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6]]),
        ({"kind": "every", "epochs": 4}, [[1], [2], [3], [4], [4, 5], [4, 6]]),
        ({"kind": "every", "epochs": 4, "newest": False}, [[], [], [], [4], [4], [4, 6]]),
        ("final", [[], [], [], [], [], [6]]),
    ],
)
def test_what_is_kept_by_number(spec: Json, expected: list[list[int]]) -> None:
    assert kept(spec) == expected


def test_the_best_are_kept_and_of_equal_ones_the_earlier() -> None:
    best: dict[str, Json] = {"kind": "best", "measure": "f1", "direction": "maximise"}

    assert kept({**best, "newest": False}) == [[1], [2], [2], [2], [2], [2]]
    assert kept(best) == [[1], [2], [2, 3], [2, 4], [2, 5], [2, 6]]
    assert kept({**best, "count": 2, "newest": False}) == [[1], [1, 2], [2, 3], [2, 4], [2, 4], [2, 4]]


def test_together_they_keep_what_any_of_them_keeps() -> None:
    best: dict[str, Json] = {"kind": "best", "measure": "f1", "direction": "maximise", "newest": False}

    assert kept({"kind": "together", "of": [best, {"kind": "every", "epochs": 5, "newest": False}]})[-1] == [2, 5, 6]


def test_a_figure_that_nobody_measures_is_an_error() -> None:
    with pytest.raises(ValueError, match="no figure validation/loss to keep the best by; there are: validation/f1"):
        kept("best")
