"""Arithmetic of intervals: what the reference gives, and no value of an operation outside of its interval."""

import math
from typing import Any

import numpy as np
import pytest

from analysis.safety import intervals
from analysis.safety.intervals import Ends
from tests.analysis.safety.facts import Case, facts, number

ROWS = facts("intervals.json")


def ends(written: list[Any]) -> Ends:
    return number(written[0]), number(written[1])


def operands(row: Case) -> list[Ends]:
    return [ends(row[name]) for name in ("a", "b") if name in row]


@pytest.mark.parametrize("row", [row for row in ROWS if "error" not in row], ids=str)
def test_an_interval_is_the_reference_s_or_tighter_where_an_end_is_infinite(row: Case) -> None:
    lower, upper = intervals.apply(row["op"], operands(row))
    expected = number(row["lower"]), number(row["upper"])

    if np.isinf([end for operand in operands(row) for end in operand]).any():
        assert expected[0] <= lower <= upper <= expected[1]
    else:
        assert (lower, upper) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_no_value_lies_outside_of_the_interval(row: Case) -> None:
    rng = np.random.default_rng(7)
    lower, upper = intervals.apply(row["op"], operands(row))

    for point in zip(*[inside(operand, rng) for operand in operands(row)], strict=True):
        value = intervals.apply(row["op"], [(x, x) for x in point])[0]
        if np.isfinite(value):
            assert lower - 1e-9 * abs(value) <= value <= upper + 1e-9 * abs(value)


def inside(operand: Ends, rng: np.random.Generator) -> list[float]:
    low, high = np.clip(operand, -50, 50)
    return [low, high, *rng.uniform(low, high, size=40)]


@pytest.mark.parametrize("operator", [*intervals.BINARY, *intervals.UNARY])
@pytest.mark.parametrize("bad", [(math.nan, 1.0), (0.0, math.nan), (math.nan, math.nan), (1.0, 0.0)])
def test_what_is_not_a_number_is_inside_no_interval(operator: str, bad: Ends) -> None:
    others = [] if operator in intervals.UNARY else [(0.2, 0.3)]

    assert intervals.apply(operator, [bad, *others]) == intervals.EVERYTHING
    assert intervals.apply(operator, [*others, bad]) == intervals.EVERYTHING


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((-5.0, -1.0), (2.0, 2.0), (1.0, 25.0)),
        ((-2.0, 3.0), (2.0, 2.0), (0.0, 9.0)),
        ((-2.0, 3.0), (3.0, 3.0), (-8.0, 27.0)),
        ((-2.0, -1.0), (-2.0, -2.0), (0.25, 1.0)),
        ((-2.0, 3.0), (0.5, 0.5), intervals.EVERYTHING),
        ((0.0, 4.0), (0.5, 0.5), (0.0, 2.0)),
    ],
)
def test_a_power_of_what_may_be_below_0_needs_a_whole_exponent(a: Ends, b: Ends, expected: Ends) -> None:
    assert intervals.power(a, b) == expected
