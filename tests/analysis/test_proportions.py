"""An interval for a rate holds the truth at every look at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln

from analysis.statistics.proportions import rate_interval

RUNS, TRIALS, LEVEL = 4_000, 1_000, 0.1


@pytest.mark.parametrize("rate", [0.5, 0.9, 0.02])
def test_the_truth_is_ever_outside_at_most_as_often_as_the_level(rate: float) -> None:
    hits = (np.random.default_rng(18).random((RUNS, TRIALS)) < rate).cumsum(axis=1)
    n = np.arange(1, TRIALS + 1)
    gained = betaln(0.5 + hits, 0.5 + n - hits) - betaln(0.5, 0.5) - hits * np.log(rate) - (n - hits) * np.log(1 - rate)
    ever_outside = (gained.max(axis=1) >= np.log(1 / LEVEL)).mean()

    assert ever_outside <= LEVEL + 3 * (LEVEL * (1 - LEVEL) / RUNS) ** 0.5
    for run, look in zip(range(100), np.linspace(0, TRIALS - 1, 100, dtype=int), strict=True):
        interval = rate_interval(int(hits[run, look]), look + 1, level=LEVEL)
        assert (interval.low < rate < interval.high) == (gained[run, look] < np.log(1 / LEVEL))


@given(successes=st.integers(0, 10**7), failures=st.integers(0, 10**7))
def test_the_bounds_enclose_the_rate(successes: int, failures: int) -> None:
    interval = rate_interval(successes, successes + failures)

    assert 0 <= interval.low <= interval.high <= 1
    if interval.rate is not None:
        assert interval.low <= interval.rate <= interval.high


def test_before_the_first_trial_every_rate_is_possible() -> None:
    interval = rate_interval(0, 0)

    assert (interval.low, interval.rate, interval.high) == (0, None, 1)


def test_only_successes_leave_the_upper_end_open_and_raise_the_lower() -> None:
    assert rate_interval(100, 100).high == 1
    assert 0.9 < rate_interval(100, 100).low < 1
    assert rate_interval(0, 100).low == 0


def test_more_trials_narrow_the_interval() -> None:
    widths = [(i := rate_interval(7 * n, 10 * n)).high - i.low for n in (1, 10, 100, 1_000)]

    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.04


@pytest.mark.parametrize(("successes", "trials", "level"), [(-1, 2, 0.05), (3, 2, 0.05), (1, 2, 0), (1, 2, 1)])
def test_what_is_no_rate_or_level_is_refused(successes: int, trials: int, level: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        rate_interval(successes, trials, level=level)
