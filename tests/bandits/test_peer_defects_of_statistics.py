"""What was found wrong in other experiments' statistics and hashes, held against ours; the list's numbers."""

from collections import Counter
from math import isfinite, log

import numpy as np
import pytest
from scipy.stats import chi2, chi2_contingency, chisquare, norm

from analysis.statistics.adaptive_allocation import ArmEvidence, difference
from analysis.statistics.confidence_sequences import (
    asymptotic_p,
    bernstein_lower,
    betting,
    empirical_bernstein,
    mixture_ratio,
)
from analysis.statistics.proportions import rate_interval
from analysis.statistics.sample_ratio import chi_square_tail, sample_ratio
from bandits.policies import ArmWeight
from bandits.policies.adaptive import Reward, State
from bandits.policies.adaptive.thompson_bernoulli import ThompsonBernoulli
from bandits.policies.hash import place_of
from bandits.policies.layers import slot_of

TWO = [ArmWeight("a"), ArmWeight("b")]
IDS = [f"user-{i}" for i in range(40_000)]


def test_3_arms_without_a_share_count_for_no_degree_of_freedom() -> None:
    """gbstats: 560 and 440 of a half each, and a skipped arm: p = 7.5e-4 instead of 1.5e-4, so the alarm is late."""
    with_skipped = sample_ratio([560, 440, 0], [0.5, 0.5, 0])

    assert with_skipped.degrees == 1
    assert with_skipped.p_fixed == pytest.approx(chi2.sf(14.4, 1))
    assert with_skipped.p_now == sample_ratio([560, 440], [0.5, 0.5]).p_now


@pytest.mark.parametrize("z", [9.0, 20.0, 35.0])
def test_4_a_strong_effect_has_a_small_p_value_not_nothing(z: float) -> None:
    """gbstats: 2 (1 - cdf) is 0.0 exactly beyond nine standard errors."""
    assert chi_square_tail(z * z, 1) == pytest.approx(2 * norm.sf(z), rel=1e-9)
    assert 0 < asymptotic_p(z / 100, 1.0, 10_000) < 1e-10
    assert 0 < mixture_ratio(z * 0.01, 0.0001, tau2=0.01)[0] < 1e-10
    n = 40_000
    off = round(z * n**0.5 / 2)
    assert 0 < sample_ratio([n // 2 + off, n // 2 - off], [1, 1]).p_now < 1e-10


def test_5_a_control_without_any_success_is_compared_all_the_same() -> None:
    """gbstats: 0 conversions in the control, and there is no analysis: ZERO_NEGATIVE_VARIANCE."""
    control = np.arange(2_000) % 2 == 0
    rewards = np.where(~control & (np.arange(2_000) % 20 == 1), 1.0, 0.0)
    arms = [
        ArmEvidence.start(level=0.025, floor=0.5).plus(was, rewards, np.full(2_000, 0.5)) for was in (control, ~control)
    ]
    lift = difference(arms[1].interval(), arms[0].interval())

    assert all(isfinite(number) for number in (lift.value, lift.low, lift.high))
    assert lift.value == pytest.approx(0.1)
    assert lift.low < 0.1 < lift.high
    assert rate_interval(0, 1_000).low == 0 < rate_interval(0, 1_000).high < 0.02


@pytest.mark.parametrize("scale", [0.01, 1_000.0])
def test_6_a_prior_and_an_interval_mean_the_same_in_any_unit(scale: float) -> None:
    """gbstats: a prior given in one unit is never rescaled for an analysis in another."""
    values = np.random.default_rng(6).random(200)
    small, large = ThompsonBernoulli(prior_a=20, prior_b=5), ThompsonBernoulli(prior_a=20, prior_b=5, high=scale)
    states = [State(), State()]
    for place, value in enumerate(values.tolist()):
        arm = "ab"[place % 2]
        states = [small.fold(states[0], [Reward(arm, value)]), large.fold(states[1], [Reward(arm, scale * value)])]

    chances = [
        policy.probabilities(state, TWO).chances["a"] for policy, state in zip((small, large), states, strict=True)
    ]
    assert chances[1] == pytest.approx(chances[0], rel=1e-6)
    for method in (empirical_bernstein, betting):
        plain, scaled = method(values), method(scale * values, high=scale)
        assert scaled.lower == pytest.approx(scale * plain.lower)
        assert scaled.upper == pytest.approx(scale * plain.upper)


@pytest.mark.parametrize("kind", ["experiments", "layers", "namespaces"])
def test_7_a_units_places_in_two_experiments_or_layers_are_independent(kind: str) -> None:
    """GrowthBook's first hash, and all its namespaces: chi-square 97,408 on 81 degrees, 404 on 99 for uniformity."""
    pairs = {
        "experiments": lambda unit: (place_of("", "exp-1", unit), place_of("", "exp-2", unit)),
        "layers": lambda unit: (place_of("ns-1", "exp", unit), place_of("ns-2", "exp", unit)),
        "namespaces": lambda unit: (slot_of("ns-1", unit, 2**20) << 44, slot_of("ns-2", unit, 2**20) << 44),
    }
    places = [pairs[kind](unit) for unit in IDS]
    table = Counter((first * 10 >> 64, second * 10 >> 64) for first, second in places)
    hundreds = Counter(first * 100 >> 64 for first, _ in places)

    assert chi2_contingency([[table[i, j] for j in range(10)] for i in range(10)]).pvalue > 1e-4
    assert chisquare([hundreds[i] for i in range(100)]).pvalue > 1e-4


def test_16_each_side_of_an_interval_has_half_of_its_level_and_not_a_quarter() -> None:
    """confseq: conjmix_empbern_twosided_cs halves the level twice, and is wider than need be."""
    x = np.random.default_rng(16).beta(2, 5, 1_000)
    found = empirical_bernstein(x, level=0.05)
    t = np.arange(1, 1_001)
    means = (0.5 + np.cumsum(x)) / (t + 1)
    spread = np.concatenate([[0.25], ((0.25 + np.cumsum((x - means) ** 2)) / (t + 1))[:-1]])
    bets = np.minimum(np.sqrt(2 * log(2 / 0.05) / (t * np.log1p(t) * spread)), 0.5)
    before = np.concatenate([[0.0], (np.cumsum(x) / t)[:-1]])
    charge = np.cumsum((x - before) ** 2 * (-np.log1p(-bets) - bets))
    by_hand = (np.cumsum(bets * x) - log(2 / 0.05) - charge) / np.cumsum(bets)

    assert found.lower == pytest.approx(np.clip(by_hand, 0, 1))
    twice_halved = bernstein_lower(x, level=0.05 / 4)[-1]
    assert found.lower[-1] > twice_halved
    side = ArmEvidence.start(level=0.05)
    assert (side.below.level, side.above.level) == (0.025, 0.025)
