"""Effect sizes: intervals that hold, agree with their tests, and are never points."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from analysis.statistics.anova.one_way import one_way
from analysis.statistics.effects.correlations import kendall, pearson, spearman
from analysis.statistics.effects.explained import eta_squared, omega_squared
from analysis.statistics.effects.noncentral import f_limits, t_limits
from analysis.statistics.effects.standardised import cohen_d, cohen_dz, hedges_g
from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []
RNG = np.random.default_rng(6)


@pytest.mark.parametrize(("t", "degrees"), [(2.0, 10.0), (-5.0, 40.0), (0.0, 3.0), (20.0, 200.0)])
def test_limits_are_where_the_tails_say(t: float, degrees: float) -> None:
    low, high = t_limits(t, degrees, 0.05)

    assert low == pytest.approx(special.nctdtrinc(degrees, 0.975, t), abs=2e-5)
    assert high == pytest.approx(special.nctdtrinc(degrees, 0.025, t), abs=2e-5)


def test_far_out_the_limits_go_on_without_a_jump() -> None:
    near, far = t_limits(36.9, 20, 0.05), t_limits(37.1, 20, 0.05)

    assert far == pytest.approx(near, rel=0.02)
    assert f_limits(1e12, (2, 5), 0.1)[0] > 0


def test_d_is_held_and_agrees_with_its_test() -> None:
    held, times = 0, 2_000 if PROOF else 80
    for seed in range(times):
        rng = np.random.default_rng(seed)
        arms = Moments.of(rng.normal(0, 1, 15)), Moments.of(rng.normal(0.7, 1, 12))
        found = cohen_d(*arms)
        held += found.holds(0.7)
        assert found.holds(0) == ((found.p_value or 0) > 0.05)
    assert held / times >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / times)


def test_g_is_on_average_what_it_estimates() -> None:
    rng = np.random.default_rng(8)
    draws = [(Moments.of(rng.normal(0, 1, 6)), Moments.of(rng.normal(1, 1, 6))) for _ in range(5_000 if PROOF else 120)]

    found = [hedges_g(*pair).value for pair in draws]
    assert np.mean(found) == pytest.approx(1, abs=3 * np.std(found) / np.sqrt(len(found)))


def test_no_spread_has_no_effect_size() -> None:
    with pytest.raises(NoAnswer):
        cohen_d(Moments.of([1.0, 1.0]), Moments.of([2.0, 2.0]))
    with pytest.raises(NoAnswer, match="do not vary"):
        cohen_dz(Moments.of([1.0, 1.0]))


def test_explained_variance_leaves_out_zero_where_f_is_significant() -> None:
    for seed in range(50):
        rng = np.random.default_rng(seed)
        tested = one_way([Moments.of(rng.normal(shift, 1, 9)) for shift in (0, 0.5, 1)])
        eta, omega = eta_squared(tested), omega_squared(tested)
        assert (eta.low > 0) == (tested.p_value < 0.05)
        assert omega.value <= eta.value
        assert eta.low < eta.high


def test_correlations_are_scipy_s() -> None:
    x = RNG.normal(size=30)
    y = x + RNG.normal(size=30)
    found, other = pearson(Moments.of(x, y)), stats.pearsonr(x, y)

    assert (found.low, found.high) == pytest.approx(tuple(other.confidence_interval()), rel=1e-9)
    assert found.p_value == pytest.approx(other.pvalue, rel=1e-9)
    assert spearman(x, y).value == pytest.approx(stats.spearmanr(x, y).statistic, rel=1e-12)
    assert kendall(x, y).p_value == pytest.approx(stats.kendalltau(x, y).pvalue, rel=1e-12)


def test_points_on_a_line_and_few_points_are_not_certain() -> None:
    assert (pearson(Moments.of([1, 2, 3, 4], [2, 4, 6, 8])).low) == -1
    assert pearson(Moments.of([1, 2, 3], [2, 4, 5])).low == -1
    with pytest.raises(NoAnswer, match="does not vary"):
        pearson(Moments.of([1, 2, 3], [5, 5, 5]))
