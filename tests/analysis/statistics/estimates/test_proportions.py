"""Proportions: intervals that hold for few units and rare events, and the field's figures."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats import proportion as field

from analysis.statistics.estimates.proportion_differences import (
    odds_ratio,
    pooled_z,
    proportion_difference,
    risk_ratio,
)
from analysis.statistics.estimates.proportions import Counted, proportion
from analysis.statistics.estimates.scores import _base_of_difference
from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer

FEW, SOME = Counted(7, 43), Counted(12, 40)
THEIRS = {
    "wald": "normal",
    "wilson": "wilson",
    "agresti-coull": "agresti_coull",
    "jeffreys": "jeffreys",
    "clopper-pearson": "beta",
}


@pytest.mark.parametrize("interval", THEIRS)
def test_an_interval_is_the_field_s(interval: str) -> None:
    found = proportion(FEW, interval=interval)

    assert (found.low, found.high) == pytest.approx(field.proportion_confint(7, 43, method=THEIRS[interval]), rel=1e-9)


@pytest.mark.parametrize("interval", ["wilson", "agresti-coull", "jeffreys", "clopper-pearson"])
@pytest.mark.parametrize("successes", [0, 10])
def test_nobody_or_everybody_is_no_certainty(interval: str, successes: int) -> None:
    found = proportion(Counted(successes, 10), interval=interval)

    assert 0 <= found.low < found.high <= 1
    assert found.holds(successes / 10)


def test_the_exact_interval_never_misses_more_than_it_says() -> None:
    n, level = 20, 0.05
    limits = [proportion(Counted(k, n), level=level, interval="clopper-pearson") for k in range(n + 1)]
    for share in np.linspace(0.01, 0.99, 99):
        missed = sum(stats.binom.pmf(k, n, share) for k, found in enumerate(limits) if not found.holds(share))
        assert missed <= level + 1e-12


@pytest.mark.parametrize(("interval", "theirs"), [("newcombe", "newcomb"), ("agresti-caffo", "agresti-caffo")])
def test_a_difference_is_the_field_s(interval: str, theirs: str) -> None:
    found = proportion_difference(FEW, SOME, interval=interval)

    other = field.confint_proportions_2indep(12, 40, 7, 43, method=theirs)
    assert (found.low, found.high) == pytest.approx(other, rel=1e-9)


def test_the_score_interval_is_newcombe_s_published_one() -> None:
    """Newcombe (1998), Table II, case (a), method of Miettinen and Nurminen: 56 of 70 against 48 of 80."""
    found = proportion_difference(Counted(48, 80), Counted(56, 70))

    assert (round(found.low, 4), round(found.high, 4)) == (0.0528, 0.3382)


def test_shares_under_a_difference_are_the_likeliest() -> None:
    for gap in (-0.6, -0.05, 0.2, 0.5):
        low, high = max(0, -gap), min(1, 1 - gap)
        grid = np.linspace(low, high, 200_001)[1:-1]
        likelihood = 7 * np.log(grid) + 36 * np.log1p(-grid) + 12 * np.log(grid + gap) + 28 * np.log1p(-grid - gap)
        assert _base_of_difference(FEW, SOME, gap) == pytest.approx(grid[likelihood.argmax()], abs=1e-5)


@pytest.mark.parametrize(("compare", "interval"), [("ratio", "score"), ("ratio", "log"), ("odds-ratio", "logit")])
def test_ratios_are_the_field_s(compare: str, interval: str) -> None:
    ask = risk_ratio if compare == "ratio" else odds_ratio
    found = ask(FEW, SOME, interval=interval)

    other = field.confint_proportions_2indep(12, 40, 7, 43, method=interval, compare=compare)
    assert (found.low, found.high) == pytest.approx(other, rel=1e-6)


def test_the_pooled_z_is_the_field_s() -> None:
    assert pooled_z(FEW, SOME).p_value == pytest.approx(field.proportions_ztest([12, 7], [40, 43])[1], rel=1e-12)


def test_nobody_in_the_control_still_has_a_difference_but_no_ratio() -> None:
    found = proportion_difference(Counted(0, 50), Counted(6, 50))

    assert 0 < found.low < 0.12 < found.high < 1
    for ask in (risk_ratio, odds_ratio):
        with pytest.raises(NoAnswer, match="Ask for the difference"):
            ask(Counted(0, 50), Counted(6, 50))


def test_everybody_in_treatment_has_odds_without_an_upper_limit() -> None:
    found = odds_ratio(Counted(5, 10), Counted(10, 10))

    assert (found.value, found.high) == (inf, inf)
    assert found.low > 1


def test_score_intervals_cover_for_rare_events() -> None:
    n, base, new = 60, 0.03, 0.06
    chances = np.outer(stats.binom.pmf(np.arange(9), n, base), stats.binom.pmf(np.arange(13), n, new))
    held = sum(
        chances[i, j]
        for i in range(9)
        for j in range(13)
        if proportion_difference(Counted(i, n), Counted(j, n)).holds(new - base)
    )
    assert held >= 0.94


def test_values_that_are_not_yes_or_no_are_no_proportion() -> None:
    with pytest.raises(NoAnswer, match="values that are 0 or 1"):
        Counted.of(Moments.of([0.0, 0.5, 1.0]))
    assert Counted.of(Moments.of([0.0, 1.0, 1.0])) == Counted(2, 3)
