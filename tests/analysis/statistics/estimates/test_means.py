"""Means and their differences: as Welch's, honest where there is little to go by."""

from __future__ import annotations

from math import inf, isinf

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.estimates.means import difference, mean, paired, pooled_difference, weighted_means
from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer, Validity

RNG = np.random.default_rng(11)
X, Y = RNG.normal(3, 1, 40), RNG.normal(3.5, 2, 25)


def test_a_difference_is_welch_s() -> None:
    found = difference(Moments.of(X), Moments.of(Y))
    other = stats.ttest_ind(Y, X, equal_var=False)

    assert found.p_value == pytest.approx(other.pvalue, rel=1e-12)
    assert (found.low, found.high) == pytest.approx(tuple(other.confidence_interval()), rel=1e-12)
    assert found.degrees == pytest.approx(other.df, rel=1e-12)


def test_a_p_value_far_out_is_not_zero() -> None:
    found = difference(Moments.of(X), Moments.of(Y + 100))

    assert 0 < (found.p_value or 0) < 1e-30


def test_large_offsets_cost_no_digits() -> None:
    near, far = (difference(Moments.of(X + shift), Moments.of(Y + shift)) for shift in (0, 1e7))

    assert far.standard_error == pytest.approx(near.standard_error, rel=1e-7)


def test_an_arm_of_one_unit_has_a_difference_that_nothing_is_known_of() -> None:
    found = difference(Moments.of([5.0]), Moments.of(Y))

    assert (found.low, found.high, found.p_value) == (-inf, inf, None)
    assert "one unit" in found.remarks[0]


def test_an_arm_whose_values_are_all_the_same_is_given_the_other_s_spread() -> None:
    found = difference(Moments.of([0.0, 0.0]), Moments.of(Y))

    assert found.standard_error == pytest.approx(Y.std(ddof=1) * np.sqrt(1 / 2 + 1 / 25))
    assert found.validity == Validity.APPROXIMATE


def test_two_constant_arms_claim_nothing() -> None:
    found = difference(Moments.of([1.0] * 50), Moments.of([2.0] * 50))

    assert found.value == 1.0
    assert (found.low, found.high, found.p_value) == (-inf, inf, None)


def test_an_empty_arm_is_said_to_be_empty() -> None:
    with pytest.raises(NoAnswer, match="The treatment has no units yet"):
        difference(Moments.of(X), Moments.none())


def test_nothing_is_relative_to_zero() -> None:
    with pytest.raises(NoAnswer, match="nothing to be relative to"):
        difference(Moments.of([-1.0, 1.0]), Moments.of(Y), relative=True)


def test_a_control_that_may_be_zero_is_divided_by_as_fieller_does() -> None:
    unsure = Moments.of(RNG.normal(0.05, 1, 30))

    found = difference(unsure, Moments.of(Y), relative=True)

    assert found.method == "fieller"
    assert found.remarks
    assert isinf(found.low)
    assert isinf(found.high)


def test_fieller_leaves_out_no_difference_only_where_the_plain_test_rejects() -> None:
    for seed in range(200):
        rng = np.random.default_rng(seed)
        arms = Moments.of(rng.normal(0.5, 1, 20)), Moments.of(rng.normal(1.1, 1, 20))
        found = difference(*arms, relative=True)
        assert found.method == "fieller"
        assert found.holds(0) or (found.p_value or 1) < 0.05


def test_a_relative_difference_to_a_negative_control_keeps_its_direction() -> None:
    found = difference(Moments.of(-X), Moments.of(-X + 1), relative=True)

    assert found.low > 0


def test_student_s_paired_and_single_tests_are_scipy_s() -> None:
    gaps = Y - X[:25]

    assert pooled_difference(Moments.of(X), Moments.of(Y)).p_value == pytest.approx(stats.ttest_ind(Y, X).pvalue)
    assert paired(Moments.of(gaps)).p_value == pytest.approx(stats.ttest_rel(Y, X[:25]).pvalue)
    assert mean(Moments.of(X), null=3.2).p_value == pytest.approx(stats.ttest_1samp(X, 3.2).pvalue)


def test_a_contrast_of_two_is_welch_s() -> None:
    arms = [Moments.of(X), Moments.of(Y)]

    found, plain = weighted_means(arms, [-1, 1]), difference(*arms)

    assert (found.value, found.low, found.high) == pytest.approx((plain.value, plain.low, plain.high))


@pytest.mark.parametrize("sureness", [1, 4, 8, 12])
def test_a_relative_difference_holds_however_unsure_its_control_is(sureness: float) -> None:
    rng = np.random.default_rng(13)
    level = sureness / np.sqrt(50)
    arms = [rng.normal(level * factor, 1, (600, 50)) for factor in (1, 1.5)]

    held = [difference(Moments.of(x), Moments.of(y), relative=True).holds(0.5) for x, y in zip(*arms, strict=True)]

    assert np.mean(held) >= 0.935


@pytest.mark.parametrize("draw", ["normal", "exponential"])
def test_ninety_five_of_a_hundred_intervals_hold(draw: str) -> None:
    rng = np.random.default_rng(7)
    samples = rng.normal(1, 1, (2, 2000, 60)) if draw == "normal" else rng.exponential(1, (2, 2000, 60))
    means, variances = samples.mean(axis=2), samples.var(axis=2, ddof=1)
    arms = [
        [Moments(60, np.array([m]), np.array([[v * 59]])) for m, v in zip(means[arm], variances[arm], strict=True)]
        for arm in (0, 1)
    ]

    held = [difference(*pair).holds(0) for pair in zip(*arms, strict=True)]
    relative = [difference(*pair, relative=True).holds(0) for pair in zip(*arms, strict=True)]

    assert 0.94 <= np.mean(held) <= 0.965
    assert 0.93 <= np.mean(relative) <= 0.975
