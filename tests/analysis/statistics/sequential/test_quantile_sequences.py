"""Quantiles watched all the time: the true one is never lost more often than the level, ties or not."""

from __future__ import annotations

from math import inf, log

import numpy as np
import pytest

from analysis.statistics.sequential.quantile_sequences import places, quantile, quantile_difference
from analysis.statistics.words import NoAnswer
from tests.analysis.statistics.sequential.watching import EXPERIMENTS, LEVEL, PARTICIPANTS, Draw, at_most
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []

RUNS = 1_000 if PROOF else 20
HARD: dict[str, tuple[float, Draw]] = {
    "exponential": (log(2), lambda rng, shape: rng.exponential(size=shape)),
    "ties": (1.0, lambda rng, shape: rng.integers(0, 3, shape).astype(float)),
}


@pytest.mark.parametrize("name", HARD)
def test_watched_after_every_participant_the_median_stays_inside(name: str) -> None:
    truth, draw = HARD[name]
    bounds = [places(n, 0.5, level=LEVEL) for n in range(1, PARTICIPANTS + 1)]
    x = draw(np.random.default_rng(3), (EXPERIMENTS, PARTICIPANTS))
    below, not_above = np.cumsum(x < truth, axis=1), np.cumsum(x <= truth, axis=1)
    lowest = np.array([-1 if low is None else low for low, _ in bounds])
    highest = np.array([PARTICIPANTS if high is None else high for _, high in bounds])
    missed = ((not_above <= lowest) | (below > highest)).any(axis=1)

    assert missed.mean() <= at_most(LEVEL)


def test_a_difference_of_medians_stays_inside_while_watched() -> None:
    rng, missed = np.random.default_rng(4), 0
    for _ in range(RUNS):
        x, y = rng.exponential(size=120), 2 + rng.exponential(size=80)
        looks = ((x[: 3 * n], y[: 2 * n]) for n in range(4, 41, 12))
        missed += any(not quantile_difference(one, other, 0.5).holds(2.0) for one, other in looks)

    assert missed / RUNS <= at_most(LEVEL, RUNS)


def test_a_difference_is_narrower_than_that_of_two_intervals() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.exponential(size=2_000), rng.exponential(size=2_000)
    one, other = (quantile(each, 0.5, level=0.025) for each in (x, y))
    found = quantile_difference(x, y, 0.5)

    assert found.high - found.low < 0.9 * (other.high - one.low - other.low + one.high)


def test_the_p_value_is_below_the_level_where_the_interval_leaves_zero() -> None:
    rng = np.random.default_rng(8)
    x = rng.exponential(size=150)
    for shift in (-0.9, -0.4, 0.0, 0.3, 0.5, 0.9):
        found = quantile_difference(x, rng.exponential(size=150) + shift, 0.5)
        assert ((found.p_value or 0.0) < 0.05) == (not found.holds(0.0))
    assert quantile_difference(x, x, 0.5).p_value == 1.0


def test_turned_round_the_difference_is_turned_round() -> None:
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=150), rng.normal(1, 2, 200)
    one, other = quantile_difference(x, y, 0.5), quantile_difference(y, x, 0.5)

    assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=0.1)
    assert one.value == pytest.approx(-other.value)


def test_too_few_values_leave_both_ends_open() -> None:
    assert (quantile([3.0], 0.5).low, quantile([3.0], 0.5).high) == (-inf, inf)
    assert (quantile_difference([1.0], [2.0], 0.5).low, quantile_difference([1.0], [2.0], 0.5).high) == (-inf, inf)
    assert quantile([7.0] * 60, 0.5).low == quantile([7.0] * 60, 0.5).high == 7.0


def test_what_cannot_be_said_is_said_in_a_sentence() -> None:
    with pytest.raises(NoAnswer, match="no value"):
        quantile([], 0.5)
    with pytest.raises(NoAnswer, match="missing"):
        quantile_difference([1.0, float("nan")], [1.0], 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile([1.0], 1.0)
