"""Quantiles, counts, equivalence and logistic regression keep what they promise."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.statistics.estimates.counts import Events, rate, rate_difference, rate_ratio
from analysis.statistics.estimates.equivalence import Verdict, equivalence, non_inferiority
from analysis.statistics.estimates.logistic import logistic
from analysis.statistics.estimates.means import difference
from analysis.statistics.estimates.quantiles import quantile, quantile_difference
from analysis.statistics.moments import Moments
from analysis.statistics.words import Estimate, NoAnswer, Validity


@pytest.mark.parametrize(("n", "at"), [(8, 0.5), (40, 0.5), (60, 0.9)])
def test_quantile_intervals_hold_whatever_the_distribution(n: int, at: float) -> None:
    samples = np.random.default_rng(2).lognormal(size=(1000, n))
    true = float(np.exp(stats.norm.ppf(at)))

    assert np.mean([quantile(sample, at).holds(true) for sample in samples]) >= 0.94


def test_too_few_values_leave_a_side_open() -> None:
    assert quantile([1.0, 2.0, 3.0]).low == -inf
    assert not quantile_difference([1.0, 2.0], [3.0, 4.0]).is_bounded


def test_differences_of_quantiles_hold() -> None:
    arms = np.random.default_rng(4).lognormal(size=(2, 150, 40))

    found = [quantile_difference(x, y) for x, y in zip(*arms, strict=True)]
    relative = [quantile_difference(x, y, relative=True) for x, y in zip(*arms, strict=True)]

    assert np.mean([each.holds(0) for each in found]) >= 0.94
    assert [each.holds(0) for each in found] == [(each.p_value or 0) > 0.05 for each in found]
    assert np.mean([each.holds(0) for each in relative]) >= 0.94


def test_several_values_of_a_unit_widen_a_quantile_s_interval() -> None:
    units = np.repeat(np.random.default_rng(5).normal(size=30), 10)
    values = units + np.random.default_rng(6).normal(size=300) / 10

    alone, together = quantile(values), quantile(values, clusters=np.arange(300) // 10)

    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_rates_are_exact() -> None:
    found = rate(Events(7, 20.0))
    other = np.array([stats.chi2.ppf(0.025, 14), stats.chi2.ppf(0.975, 16)]) / 40

    assert (found.low, found.high) == pytest.approx(tuple(other), rel=1e-9)
    assert rate_ratio(Events(7, 20.0), Events(9, 10.0)).p_value == pytest.approx(stats.binomtest(9, 16, 1 / 3).pvalue)
    assert rate_ratio(Events(7, 20.0), Events(0, 10.0)).low == 0
    assert rate_difference(Events(0, 20.0), Events(0, 10.0)).p_value == 1
    with pytest.raises(NoAnswer, match="no events yet"):
        rate_ratio(Events(0, 20.0), Events(3, 10.0))


def test_two_one_sided_tests_are_one_interval_at_twice_the_level() -> None:
    rng = np.random.default_rng(8)
    for shift in (0.0, 0.2, 0.4):
        found = difference(Moments.of(rng.normal(0, 1, 80)), Moments.of(rng.normal(shift, 1, 80)))
        judged = equivalence(found, -0.5, 0.5)
        within = judged.estimate.low > -0.5 and judged.estimate.high < 0.5
        assert (judged.verdict == Verdict.SHOWN) == within == ((judged.p_value or 1) < 0.05)


def test_direction_says_which_side_is_worse() -> None:
    worse = Estimate(-1.0, -1.2, -0.8, 0.05, 100, "welch", Validity.FIXED, 1e-9, 0.1, degrees=98.0)

    assert non_inferiority(worse, 0.5).verdict == Verdict.REFUTED
    assert non_inferiority(worse, 0.5, higher_is_better=False).verdict == Verdict.SHOWN
    assert "above -0.5" in non_inferiority(worse, 0.5).sentence


def test_an_interval_that_holds_at_any_time_is_judged_as_it_is() -> None:
    watched = Estimate(0.0, -0.4, 0.4, 0.05, 100, "welch", Validity.ANYTIME, 1.0, 0.1)
    narrow = replace(watched, validity=Validity.FIXED)

    assert equivalence(watched, -0.3, 0.3).verdict == Verdict.OPEN
    assert equivalence(watched, -0.3, 0.3).p_value is None
    assert equivalence(narrow, -0.3, 0.3).verdict == Verdict.SHOWN


def test_an_open_interval_shows_nothing() -> None:
    assert non_inferiority(difference(Moments.of([1.0]), Moments.of([2.0])), 0.5).verdict == Verdict.OPEN


def test_logistic_regression_is_the_field_s() -> None:
    rng = np.random.default_rng(9)
    x, z = rng.normal(size=(2, 200))
    y = (rng.random(200) < 1 / (1 + np.exp(-x + 0.5 * z))).astype(float)

    found = logistic(y, {"x": x, "z": z * 1e6})
    other = sm.Logit(y, sm.add_constant(np.column_stack([x, z]))).fit(disp=False)

    assert found.effects["x"].value == pytest.approx(other.params[1], rel=1e-6)
    assert found.effects["z"].standard_error == pytest.approx(other.bse[2] / 1e6, rel=1e-6)
    assert found.explained == pytest.approx(other.prsquared, rel=1e-6)
    assert found.odds("x").low > 1


@pytest.mark.parametrize("x", [[1, 2, 3, 4, 5, 6], [1, 2, 3, 3, 4, 5], [0, 0, 0, 1, 1, 1], [6, 5, 4, 3, 2, 1]])
def test_separation_is_said_instead_of_a_huge_figure(x: list[int]) -> None:
    with pytest.raises(NoAnswer, match="Column x alone tells outcomes apart"):
        logistic([0, 0, 0, 1, 1, 1], {"x": x, "other": [1, 0, 1, 0, 1, 0]})


def test_columns_that_separate_only_together_are_found_too() -> None:
    x, z = np.array([0, 1, 2, 3, 0, 1, 2, 3.0]), np.array([0, 1, 2, 3, 1.0, 2.2, 2.9, 4.1])

    with pytest.raises(NoAnswer, match="The columns together tell"):
        logistic((z > x).astype(float), {"x": x, "z": z})


@pytest.mark.parametrize(("y", "x", "why"), [([1, 1], [1, 2], "All outcomes"), ([0, 1, 0], [5, 5, 5], "constant")])
def test_outcomes_or_columns_that_do_not_vary_are_named(y: list[int], x: list[int], why: str) -> None:
    with pytest.raises(NoAnswer, match=why):
        logistic(y, {"x": x})
