"""Adjusting for what was known before takes noise away, never more, and says what it left out."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from analysis.statistics.estimates.adjusted import adjusted_from_moments, clustered_difference, lin
from analysis.statistics.estimates.cuped import cuped
from analysis.statistics.estimates.least_squares import Errors, fit, fit_clustered
from analysis.statistics.estimates.means import difference
from analysis.statistics.estimates.ratios import ratio, ratio_difference
from analysis.statistics.estimates.stratified import post_stratified
from analysis.statistics.estimates.winsorising import caps, winsorised, winsorised_ratio
from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer

RNG = np.random.default_rng(3)
N = 120
BEFORE = RNG.normal(size=N)
ARM = (np.arange(N) % 2).astype(float)
AFTER = 2 * BEFORE + 0.5 * ARM + RNG.normal(size=N)


def arms(*columns: NDArray[np.float64]) -> tuple[Moments, Moments]:
    control, treatment = (Moments.of(*(column[arm == ARM] for column in columns)) for arm in (0, 1))
    return control, treatment


@pytest.mark.parametrize("errors", ["hc0", "hc1", "hc2", "hc3"])
def test_robust_errors_are_the_field_s(errors: Errors) -> None:
    design = np.column_stack([np.ones(N), ARM, BEFORE])

    found = fit(design, AFTER, errors=errors)
    other = sm.OLS(AFTER, design).fit(cov_type=errors.upper())

    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), other.bse, rtol=1e-9)


def test_cuped_narrows_what_a_good_covariate_foretells() -> None:
    plain, adjusted = difference(*arms(AFTER)), cuped(*arms(AFTER, BEFORE))

    assert (adjusted.estimate.standard_error or 1) < 0.6 * (plain.standard_error or 1)
    assert adjusted.explained > 0.6


def test_a_constant_covariate_is_left_out_and_said_so() -> None:
    adjusted = cuped(*arms(AFTER, np.full(N, 7.0)))

    assert adjusted.estimate.value == pytest.approx(difference(*arms(AFTER)).value)
    assert "left out" in adjusted.estimate.remarks[-1]


def test_a_covariate_given_twice_counts_once() -> None:
    once, twice = cuped(*arms(AFTER, BEFORE)), cuped(*arms(AFTER, BEFORE, BEFORE))

    assert twice.estimate.value == pytest.approx(once.estimate.value)
    assert lin(AFTER, ARM, np.column_stack([BEFORE, BEFORE])).value == pytest.approx(lin(AFTER, ARM, BEFORE).value)


def test_lin_from_moments_is_lin_s_difference() -> None:
    assert adjusted_from_moments(*arms(AFTER, BEFORE)).value == pytest.approx(lin(AFTER, ARM, BEFORE).value, rel=1e-9)


def test_a_covariate_that_is_the_arm_itself_is_left_out_aloud() -> None:
    found = lin(AFTER, ARM, ARM)

    assert found.value == pytest.approx(difference(*arms(AFTER)).value)
    assert "left out" in found.remarks[-1]


def test_an_empty_arm_cannot_be_adjusted() -> None:
    with pytest.raises(NoAnswer, match="no units yet"):
        lin(AFTER, np.zeros(N), BEFORE)


def test_few_clusters_are_allowed_for() -> None:
    missed = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        site = np.repeat(rng.normal(size=8), 6)
        treated = np.repeat(rng.permutation([0, 1] * 4), 6)
        missed += not clustered_difference(site + rng.normal(size=48), treated, np.arange(48) // 6).holds(0)
    assert missed / 400 <= 0.075


def test_trials_of_one_unit_are_one_unit() -> None:
    """A ratio of units' sums to units' trials holds; a mean over trials, as if they were units, does not."""
    held = naive = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        trials = rng.integers(1, 20, (2, 40))
        level = rng.normal(5, 1, (2, 40))
        sums = level * trials + rng.normal(size=(2, 40)) * np.sqrt(trials)
        held += ratio_difference(*(Moments.of(sums[a], trials[a]) for a in (0, 1))).holds(0)
        flat = [np.repeat(level[a], trials[a]) + rng.normal(size=trials[a].sum()) for a in (0, 1)]
        naive += difference(*map(Moments.of, flat)).holds(0)
    assert held / 300 >= 0.92
    assert naive / 300 <= 0.6


def test_a_ratio_over_a_denominator_that_may_be_zero_is_wide_or_open() -> None:
    found = ratio(Moments.of([1.0, 2.0, 3.0, 4.0], [1.0, -1.0, 2.0, -1.5]))

    assert found.method == "fieller"
    assert not found.is_bounded
    with pytest.raises(NoAnswer, match="add up to 0"):
        ratio(Moments.of([1.0, 2.0], [1.0, -1.0]))


def test_strata_take_chance_imbalance_out() -> None:
    easy, hard = RNG.normal(0, 1, 50), RNG.normal(10, 1, 50)
    strata = {
        "easy": (Moments.of(easy[:30]), Moments.of(easy[30:])),
        "hard": (Moments.of(hard[:20]), Moments.of(hard[20:])),
    }

    found = post_stratified(strata)
    plain = difference(Moments.of([*easy[:30], *hard[:20]]), Moments.of([*easy[30:], *hard[20:]]))

    assert found.holds(0)
    assert (found.standard_error or 9) < 0.3 * (plain.standard_error or 9)


def test_thin_strata_are_put_together_or_left_out_aloud() -> None:
    two, one = Moments.of([1.0, 2.0, 4.0]), Moments.of([3.0])

    assert "put together" in post_stratified({"a": (two, two), "b": (one, two), "c": (two, one)}).remarks[-1]
    assert "4 units of strata" in post_stratified({"a": (two, two), "b": (one, two)}).remarks[-1]
    with pytest.raises(NoAnswer, match="In no stratum"):
        post_stratified({"b": (one, two)})


def test_caps_come_from_all_arms_and_are_printed() -> None:
    control, treatment = np.arange(100.0), np.arange(100.0) + 50
    at = caps([control, treatment], lower=0.05, upper=0.95)

    capped, told = winsorised([control, treatment], at)

    assert capped[0].min() == capped[1].min() or capped[1].min() > at.low
    assert max(map(np.max, capped)) == at.high
    assert f"below {at.low:g}" in told.sentence
    assert f"above {at.high:g}" in told.sentence


def test_a_cap_that_would_erase_everybody_is_refused_unless_zeros_are_set_apart() -> None:
    values = [np.array([0.0] * 98 + [5.0, 900.0])]

    with pytest.raises(NoAnswer, match="all values would be the same"):
        caps(values, lower=0.01, upper=0.9)
    assert caps(values, upper=0.9, ignore_zeros=True).high > 5


def test_both_parts_of_a_ratio_are_capped_over_the_same_units() -> None:
    """A unit without a denominator moves neither cap."""
    revenue, orders = np.arange(1.0, 101), np.repeat([1.0, 2.0], 50)
    nobody = np.zeros(900)

    plain = winsorised_ratio([(revenue, orders)], upper=0.9)
    padded = winsorised_ratio([(np.append(revenue, nobody), np.append(orders, nobody))], upper=0.9)

    assert (plain[1].high, plain[2].high) == (padded[1].high, padded[2].high)
    with pytest.raises(ValueError, match="the same units"):
        winsorised_ratio([(revenue, orders[:3])], upper=0.9)


def test_a_cluster_without_a_name_is_no_cluster() -> None:
    with pytest.raises(NoAnswer, match="A label is missing"):
        clustered_difference([1.0, 2.0, 3.0], [0, 1, 0], ["a", None, "b"])


def test_large_clusters_cost_no_square_of_their_size() -> None:
    """The root of I - H by p singular values is that by all eigenvalues."""
    rng = np.random.default_rng(14)
    clusters, covariate = np.repeat(np.arange(6), 7), rng.normal(size=42)
    design = np.column_stack([np.ones(42), clusters % 2, covariate])
    y = rng.normal(size=6)[clusters] + covariate + rng.normal(size=42)

    found = fit_clustered(design, y, clusters, of_interest=1)

    bread = np.linalg.inv(design.T @ design)
    hat = design @ bread @ design.T
    meat = np.zeros((3, 3))
    for cluster in range(6):
        rows = clusters == cluster
        values, vectors = np.linalg.eigh(np.eye(7) - hat[np.ix_(rows, rows)])
        score = design[rows].T @ (vectors / np.sqrt(values)) @ vectors.T @ found.residuals[rows]
        meat += np.outer(score, score)
    np.testing.assert_allclose(found.covariance, bread @ meat @ bread, rtol=1e-9)
    assert 2 < found.degrees < 6
