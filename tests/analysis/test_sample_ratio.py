"""The sample-ratio alarm is right however often one looks, and finds what is broken."""

from math import inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import betaln

from analysis.statistics.sample_ratio import CONCENTRATION, chi_square_tail, sample_ratio

RUNS, UNITS, LEVEL = 4_000, 1_000, 0.05


def log_bayes_factors(first: np.ndarray, share: float) -> np.ndarray:
    """For two arms, after every unit: written down once more, with arrays. first: (runs, units) of 0 and 1."""
    n = np.arange(1, first.shape[1] + 1)
    ones = first.cumsum(axis=1)
    a, b = CONCENTRATION * share, CONCENTRATION * (1 - share)
    return np.asarray(betaln(a + ones, b + n - ones) - betaln(a, b) - ones * log(share) - (n - ones) * log(1 - share))


@pytest.mark.parametrize("share", [0.5, 0.1])
def test_looking_after_every_unit_raises_a_false_alarm_at_most_as_often_as_the_level(share: float) -> None:
    rng = np.random.default_rng(18)
    draws = (rng.random((RUNS, UNITS)) < share).astype(int)
    alarms = (log_bayes_factors(draws, share).max(axis=1) >= log(1 / LEVEL)).mean()

    assert alarms <= LEVEL + 3 * (LEVEL * (1 - LEVEL) / RUNS) ** 0.5
    # while the chi-square test of one look, looked at after every unit, errs far more often
    ones, n = draws.cumsum(axis=1)[:, 49:], np.arange(50, UNITS + 1)
    peeked = ((ones - n * share) ** 2 / (n * share * (1 - share))).max(axis=1) >= stats.chi2.isf(LEVEL, 1)
    assert peeked.mean() > 4 * LEVEL


def test_a_split_of_sixty_to_forty_is_found_within_a_thousand_units() -> None:
    draws = (np.random.default_rng(18).random((1_000, UNITS)) < 0.6).astype(int)
    evidence = log_bayes_factors(draws, 0.5)
    alarmed = evidence.max(axis=1) >= log(100)

    assert alarmed.mean() > 0.98
    assert np.median(np.argmax(evidence >= log(100), axis=1)[alarmed]) < 350


def test_the_evidence_is_the_one_simulated_above() -> None:
    draws = (np.random.default_rng(18).random((1, 300)) < 0.55).astype(int)
    expected = log_bayes_factors(draws, 0.25)[0]
    for n in (1, 10, 300):
        ones = int(draws[0, :n].sum())
        assert sample_ratio([ones, n - ones], [1, 3]).log_bayes_factor == pytest.approx(expected[n - 1], abs=1e-9)


def test_the_largest_evidence_so_far_keeps_the_alarm() -> None:
    bad = sample_ratio([70, 20], [1, 1])
    later = sample_ratio([120, 110], [1, 1], largest=bad.largest)

    assert bad.alarm()
    assert later.alarm()
    assert later.p_now > 0.5 > later.p_always == bad.p_now
    assert not sample_ratio([120, 110], [1, 1]).alarm()


@pytest.mark.parametrize("counts", [[0, 0], [1, 0], [500, 500], [10**9, 10**9 + 1]])
def test_counts_as_planned_raise_no_alarm(counts: list[int]) -> None:
    result = sample_ratio(counts, [1, 1])

    assert not result.alarm()
    assert 0.3 < result.p_now <= 1
    assert 0.3 < result.p_fixed <= 1


def test_a_unit_in_an_arm_that_cannot_be_handed_out_is_proof() -> None:
    result = sample_ratio([50, 50, 1], [1, 1, 0])

    assert result.alarm(level=1e-300)
    assert (result.p_now, result.p_fixed, result.log_bayes_factor) == (0, 0, inf)


def test_an_arm_of_weight_zero_does_not_count_as_a_degree_of_freedom() -> None:
    assert sample_ratio([560, 440, 0], [0.5, 0.5, 0]).p_fixed == pytest.approx(stats.chisquare([560, 440]).pvalue)


def test_the_chi_square_reproduces_the_reference_cases() -> None:
    extreme, four = sample_ratio([4072, 2035], [0.8, 0.2]), sample_ratio([2510, 2487, 2533, 2311], [1, 1, 1, 1])

    assert extreme.p_fixed == pytest.approx(2.402003111153235e-149, rel=1e-9)
    assert four.chi_square == pytest.approx(12.502286353012906, rel=1e-12)
    assert four.p_fixed == pytest.approx(0.005846440457506095, rel=1e-9)


@given(x=st.floats(0, 1_400), degrees=st.integers(1, 1_000))
def test_the_chi_square_tail_is_scipys(x: float, degrees: int) -> None:
    assert chi_square_tail(x, degrees) == pytest.approx(stats.chi2.sf(x, degrees), rel=1e-8, abs=1e-300)


@given(st.lists(st.tuples(st.integers(0, 10**9), st.floats(0.001, 1_000)), min_size=1, max_size=20))
def test_whatever_the_counts_every_figure_is_a_number_in_its_range(arms: list[tuple[int, float]]) -> None:
    result = sample_ratio([count for count, _ in arms], [share for _, share in arms])

    assert 0 <= result.p_always <= result.p_now <= 1 or result.p_always == result.p_now
    assert 0 <= result.p_fixed <= 1
    assert result.chi_square >= 0


@pytest.mark.parametrize(
    ("counts", "shares"), [([1], [1, 1]), ([-1, 2], [1, 1]), ([1, 2], [1, -1]), ([1, 2], [0, 0]), ([], [])]
)
def test_what_is_no_count_or_share_is_refused(counts: list[int], shares: list[float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        sample_ratio(counts, shares)
