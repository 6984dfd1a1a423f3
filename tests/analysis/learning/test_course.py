"""A trainer's conversation with its strategies: what is kept, when it ends, and that a resumed run agrees."""

import json
import math

import pytest

from analysis.learning.strategies import Course, Last, parse_checkpoints, parse_stopping


def a_course(epochs: int = 10) -> Course:
    stopping = parse_stopping({"kind": "patience", "epochs": 2})
    return Course(epochs=epochs, checkpointing=Last(), stopping=stopping)


def losses(course: Course, values: list[float]) -> list[str | None]:
    return [
        course.after(number, {"validation": {"loss": value}}).stop
        for number, value in zip(course.remaining(), values, strict=False)
    ]


def test_training_ends_when_nothing_got_better() -> None:
    assert losses(a_course(), [3.0, 2.0, 2.0, 2.5]) == [
        None,
        None,
        None,
        "validation/loss did not get better for 2 epochs.",
    ]


def test_a_resumed_run_ends_where_an_uninterrupted_one_does() -> None:
    first = a_course()
    losses(first, [3.0, 2.0, math.inf])
    resumed = a_course()
    resumed.recall(first.memory())

    assert resumed.remaining() == range(4, 11)
    assert losses(resumed, [2.5]) != [None]


def test_a_figure_that_nobody_measures_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"no figure validation/loss to watch. The figures after an epoch: train/loss"):
        a_course().after(1, {"train": {"loss": 1.0}})


def test_a_document_that_says_nothing_keeps_the_newest_and_runs_to_the_end() -> None:
    assert parse_stopping(None) is None
    assert parse_checkpoints(None) == Last(count=1)


def test_whoever_died_after_the_last_checkpoint_trains_no_more_and_says_the_same() -> None:
    first = a_course()
    [*_, reason] = losses(first, [3.0, 2.0, 2.0, 2.5])
    resumed = a_course()
    resumed.recall(json.loads(json.dumps(first.memory())))

    assert list(resumed.remaining()) == []
    assert resumed.remaining().start == 5
    assert resumed.stopped == reason == "validation/loss did not get better for 2 epochs."


def test_more_epochs_do_not_bring_back_to_life_what_had_stopped() -> None:
    first = a_course()
    losses(first, [3.0, 2.0, 2.0, 2.5])
    warm = a_course(epochs=100)
    warm.recall(first.memory())

    assert list(warm.remaining()) == []
