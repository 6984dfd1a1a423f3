"""What is believed of arms: integrals, held against the reference and against draws."""

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.bayes.largest import BETA, GAMMA, STUDENT, chances_and_losses
from bandits.policies.adaptive import ADAPTIVE, Reward, State
from bandits.policies.adaptive.posteriors import beliefs
from bandits.policies.adaptive.thompson_bernoulli import ThompsonBernoulli
from bandits.policies.adaptive.thompson_gaussian import ThompsonGaussian
from bandits.policies.adaptive.ucb1 import Ucb1

UNIT = (0.0, 1.0)


def counted(policy: ThompsonBernoulli | Ucb1, **wins_of: tuple[int, int]) -> State:
    rewards = [Reward(arm, float(i < wins)) for arm, (wins, n) in wins_of.items() for i in range(n)]
    return policy.fold(State(), rewards)


def test_chances_and_losses_reproduce_the_reference_case() -> None:
    chances, losses = chances_and_losses(BETA, [(13, 89), (19, 82), (9, 93)])

    assert chances == pytest.approx([0.11185275412378246, 0.8763196936983497, 0.011827552177868073], rel=1e-6)
    assert losses == pytest.approx([0.06370955726919003, 0.003041725780158766, 0.10292524354369982], rel=1e-9)


@pytest.mark.parametrize(
    ("kind", "posteriors"),
    [
        (BETA, [(0.5, 0.5), (1.5, 0.5), (0.5, 8.5)]),
        (GAMMA, [(3.5, 2.0), (10.5, 9.0)]),
        (STUDENT, [(1.0, 0.5, 5.0), (1.2, 0.1, 30.0), (0.5, 0.7, 4.0)]),
    ],
)
def test_they_are_what_draws_say(kind: str, posteriors: list[tuple[float, ...]]) -> None:
    rng = np.random.default_rng(2)
    draws = np.array([drawn(kind, one, rng) for one in posteriors])
    lost = draws.max(axis=0) - draws

    chances, losses = chances_and_losses(kind, posteriors)

    assert chances == pytest.approx([float((draws.argmax(axis=0) == k).mean()) for k in range(len(draws))], abs=0.006)
    for loss, seen in zip(losses, lost, strict=True):
        assert loss == pytest.approx(seen.mean(), abs=5 * seen.std() / 200_000**0.5)


def drawn(kind: str, one: tuple[float, ...], rng: np.random.Generator) -> np.ndarray:
    if kind == BETA:
        return rng.beta(one[0], one[1], 200_000)
    if kind == GAMMA:
        return rng.gamma(one[0], 1 / one[1], 200_000)
    return np.asarray(one[0] + one[1] * rng.standard_t(one[2], 200_000))


def test_a_loss_that_is_tiny_is_still_exact() -> None:
    """Subtracting two means would leave nothing of it but rounding."""
    _, (small, large) = chances_and_losses(BETA, [(50_000.5, 50_000.5), (48_500.5, 51_500.5)])

    normal = 0.015 / (0.5 / 100_000 * 1) ** 0.5
    expected = (0.5 / 100_000) ** 0.5 * (stats.norm.pdf(normal) - normal * stats.norm.sf(normal))
    assert 0 < small < 1e-12
    assert small == pytest.approx(expected, rel=0.1)
    assert large == pytest.approx(0.015, rel=1e-3)


def test_other_policies_are_judged_by_the_range_of_the_reward() -> None:
    policy = Ucb1()
    state = counted(policy, a=(30, 100), b=(10, 100))

    seen = beliefs(policy, state, ["a", "b"], bounds=UNIT)

    assert seen["a"].mean == pytest.approx(30.5 / 101)
    assert seen["a"].low == pytest.approx(stats.beta(30.5, 70.5).ppf(0.025))
    assert seen["a"].chance_best is not None
    assert seen["a"].chance_best > 0.999


def test_wide_ranges_are_stretched() -> None:
    unit = beliefs(ThompsonBernoulli(), counted(ThompsonBernoulli(), a=(3, 10), b=(6, 10)), ["a", "b"], bounds=UNIT)
    wide = ThompsonBernoulli(low=-20, high=80)
    rewards = [Reward(arm, 80.0 if i < wins else -20.0) for arm, wins in (("a", 3), ("b", 6)) for i in range(10)]
    found = beliefs(wide, wide.fold(State(), rewards), ["a", "b"], bounds=(-20, 80))

    assert found["a"].low == pytest.approx(100 * unit["a"].low - 20)
    assert found["a"].loss == pytest.approx(100 * (unit["a"].loss or 0))


def test_before_there_are_rewards_enough_nothing_is_claimed() -> None:
    policy = ThompsonGaussian()
    state = policy.fold(State(), [Reward("a", float(x)) for x in (1, 2, 4)])

    seen = beliefs(policy, state, ["a", "b"], bounds=(-np.inf, np.inf))

    assert set(seen) == {"a"}
    assert (seen["a"].chance_best, seen["a"].loss) == (None, None)


def test_equal_values_are_no_accident_of_the_arithmetic() -> None:
    policy = ThompsonGaussian()
    state = policy.fold(State(), [Reward(arm, 2.0) for arm in "ab" for _ in range(10)])

    seen = beliefs(policy, state, ["a", "b"], bounds=(-np.inf, np.inf))

    assert seen["a"].chance_best == seen["b"].chance_best == pytest.approx(0.5)
    assert seen["a"].loss == pytest.approx(0, abs=1e-9)


def test_a_policy_that_looks_at_units_has_no_belief_of_an_arm() -> None:
    policy = ADAPTIVE["linucb"].parse({"policy": "linucb", "dimension": 2})

    assert beliefs(policy, policy.fold(State(), []), ["a", "b"], bounds=UNIT) == {}
