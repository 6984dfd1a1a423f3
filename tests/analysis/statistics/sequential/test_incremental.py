"""Sequences that grow give what those of all values at once give, also after being stored in between."""

from __future__ import annotations

import json

import numpy as np
import pytest

from analysis.statistics.confidence_sequences import betting, empirical_bernstein
from analysis.statistics.sequential.incremental import EmpiricalBernstein, HedgedCapital
from analysis.statistics.words import NoAnswer

STATES = pytest.mark.parametrize(
    ("state", "whole"), [(EmpiricalBernstein, empirical_bernstein), (HedgedCapital, betting)]
)
State = type[EmpiricalBernstein] | type[HedgedCapital]


@STATES
def test_in_parts_and_stored_in_between_it_is_the_same(state: State, whole: type) -> None:
    values = 3 + 4 * np.random.default_rng(1).beta(2, 5, 400)
    grown = state.start(low=3, high=7)
    for part in np.split(values, [1, 1, 7, 300]):
        grown = state.parse(json.loads(json.dumps(grown.update(part).to_json())))
    found, known = grown.interval(), whole(values, low=3, high=7)

    assert (found.low, found.high) == pytest.approx((known.lower[-1], known.upper[-1]))
    assert found.n == 400


@STATES
def test_before_the_first_value_there_is_no_answer(state: State, whole: type) -> None:
    with pytest.raises(NoAnswer, match="no value yet"):
        state.start().interval()


@STATES
@pytest.mark.parametrize("values", [[0.2, 1.2], [float("nan")], [[0.1], [0.2]]])
def test_a_value_outside_is_refused_and_nothing_is_counted(state: State, whole: type, values: list[float]) -> None:
    start = state.start()
    with pytest.raises(NoAnswer, match="declared range"):
        start.update(values)
    with pytest.raises(NoAnswer, match="no value yet"):
        start.interval()


@STATES
def test_an_impossible_level_or_range_is_refused(state: State, whole: type) -> None:
    for level, low, high in ((0.0, 0.0, 1.0), (0.05, 1.0, 1.0), (0.05, 0.0, float("inf"))):
        with pytest.raises(ValueError, match="level must be"):
            state.start(level=level, low=low, high=high)


@STATES
def test_equal_values_leave_them_in(state: State, whole: type) -> None:
    for value in (0.0, 0.3, 1.0):
        found = state.start().update(np.full(200, value)).interval()
        assert found.low <= value <= found.high
