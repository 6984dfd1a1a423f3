"""Bayes factors against integrals of their definition, and as fair bets."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from scipy import integrate, stats

from analysis.statistics.bayes.factors import (
    MEDIUM,
    Factor,
    jzs,
    jzs_one_sample,
    jzs_two_samples,
    normal_factor,
    rate_factor,
    two_rates_factor,
)
from analysis.statistics.moments import Moments
from analysis.statistics.sequential.mixtures import mixture_ratio_of
from analysis.statistics.words import NoAnswer


@pytest.mark.parametrize(("t", "worth", "degrees"), [(2.24, 25.0, 98), (0.3, 10.0, 38), (8.0, 5.0, 18)])
def test_the_jzs_factor_is_the_integral_over_effects(t: float, worth: float, degrees: float) -> None:
    """Of Student's noncentral t under a Cauchy prior, over the central one."""

    def foretold(effect: float) -> float:
        return float(stats.nct.pdf(t, degrees, effect * worth**0.5) * stats.cauchy.pdf(effect, scale=MEDIUM))

    alternative = integrate.quad(foretold, -20, 20, points=[0, t / worth**0.5], limit=500)[0]

    assert jzs(t, worth, degrees).value == pytest.approx(alternative / stats.t.pdf(t, degrees), rel=1e-6)


def test_two_samples_and_one_come_to_their_t() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(0, 1, 20), rng.normal(0.8, 1, 25)
    t = float(stats.ttest_ind(y, x).statistic)

    assert jzs_two_samples(Moments.of(x), Moments.of(y)).value == pytest.approx(jzs(t, 20 * 25 / 45, 43).value)
    assert jzs_one_sample(Moments.of(x), against=0.3).value == pytest.approx(
        jzs(float(stats.ttest_1samp(x, 0.3).statistic), 20, 19).value
    )


def test_a_huge_difference_is_no_number_too_large() -> None:
    found = jzs(400.0, 1e6, 2e6)

    assert found.value == float("inf")
    assert found.sentence == "Extreme evidence for a difference."


def test_no_difference_is_told_in_words_too() -> None:
    assert jzs(0.0, 5_000.0, 9_998).sentence == "Very strong evidence for no difference."
    assert Factor(0.5, "bayes-factor-jzs").sentence == "Hardly any evidence for a difference."


def test_the_normal_factor_is_the_mixture_ratio() -> None:
    assert normal_factor(0.3, 0.1, prior_sd=0.2).log_factor == pytest.approx(
        mixture_ratio_of(0.3, 0.01, tau2=0.04).log_ratio
    )
    assert (
        normal_factor(0.3, 0.1, prior_sd=0.2, prior_mean=0.3).log_factor
        > normal_factor(0.3, 0.1, prior_sd=0.2).log_factor
    )


def test_without_a_difference_a_factor_is_worth_one_on_average() -> None:
    n = 12
    chances = stats.binom.pmf(np.arange(n + 1), n, 0.3)

    assert sum(p * rate_factor(k, n, 0.3).value for k, p in enumerate(chances)) == pytest.approx(1.0)


def test_two_rates_are_told_apart_by_what_each_hypothesis_foretold() -> None:
    apart = two_rates_factor((10, 100), (30, 100))
    alike = two_rates_factor((20, 100), (20, 100))
    ordered = [stats.betabinom.logpmf(k, n, 1, 1) - _ways(k, n) for k, n in ((10, 100), (30, 100), (40, 200))]
    known = exp(ordered[0] + ordered[1] - ordered[2])

    assert apart.value == pytest.approx(known)
    assert apart.value > 10 > 1 > alike.value


def _ways(k: int, n: int) -> float:
    from scipy.special import gammaln

    return float(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def test_what_cannot_be_said_is_said_in_a_sentence() -> None:
    same = Moments.of([2.0, 2.0])
    for few in (Moments.none(), same):
        with pytest.raises(NoAnswer, match=r"\.$"):
            jzs_two_samples(few, same)
        with pytest.raises(NoAnswer, match=r"\.$"):
            jzs_one_sample(few)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="degrees must be"):
        jzs(1.0, 5.0, 0.0)
    with pytest.raises(ValueError, match="error and prior_sd"):
        normal_factor(1.0, 0.0, prior_sd=1.0)
    with pytest.raises(ValueError, match="successes"):
        rate_factor(3, 2, 0.5)
    with pytest.raises(ValueError, match="successes"):
        two_rates_factor((3, 2), (1, 2))
    with pytest.raises(ValueError, match="prior must be"):
        two_rates_factor((1, 2), (1, 2), prior=0.0)
