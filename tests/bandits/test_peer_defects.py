"""What was found wrong in other bandit libraries, held against ours. Numbers are those of the comparison's list."""

import random

import numpy as np
import pytest

from bandits.policies import ADAPTIVE, AdaptivePolicy, ArmWeight
from bandits.policies.adaptive import Propensities, Reward, Scalarisation, State
from bandits.policies.adaptive.epsilon_greedy import EpsilonGreedy
from bandits.policies.adaptive.linear_thompson import LinearThompson
from bandits.policies.adaptive.linucb import LinUcb
from bandits.policies.adaptive.proportional import Proportional
from bandits.policies.adaptive.softmax import Softmax
from bandits.policies.adaptive.thompson_bernoulli import ThompsonBernoulli
from bandits.policies.adaptive.thompson_gaussian import ThompsonGaussian
from bandits.policies.adaptive.top_two_thompson import TopTwoThompson
from bandits.policies.adaptive.ucb1 import Ucb1
from experiments.chance import Stream

TWO = [ArmWeight("a"), ArmWeight("b")]
THREE = [*TWO, ArmWeight("c")]


def counts(policy: AdaptivePolicy, **wins_of: tuple[int, int]) -> State:
    """The state after (successes, rewards) of each arm."""
    rewards = [Reward(arm, float(i < wins)) for arm, (wins, n) in wins_of.items() for i in range(n)]
    return policy.fold(State(), rewards)


@pytest.mark.parametrize("policy", [ThompsonBernoulli(), ThompsonGaussian()])
def test_1_an_arm_without_any_success_gets_almost_nothing(policy: AdaptivePolicy) -> None:
    """GrowthBook: 0 of 2,000 against 100 and 120 gets half of the traffic, its variance being 0."""
    chances = policy.probabilities(counts(policy, a=(0, 2000), b=(100, 2000), c=(120, 2000)), THREE).chances

    assert chances["a"] < 1e-12
    assert chances["c"] > chances["b"] > 0.05


@pytest.mark.parametrize("policy", [ThompsonBernoulli(), ThompsonGaussian()])
def test_1_arms_that_are_all_without_variance_are_shared_evenly(policy: AdaptivePolicy) -> None:
    chances = policy.probabilities(counts(policy, a=(0, 50), b=(0, 50)), TWO).chances

    assert chances == {"a": 0.5, "b": 0.5}


def test_2_top_two_favours_the_lowest_when_less_is_better() -> None:
    """gbstats: with inverse=True the best of four arms gets 2 %; with two arms an IndexError."""
    seconds = Scalarisation.parse({"weights": {"seconds": -1}, "ranges": {"seconds": [0, 10]}})
    low, high = seconds.bounds
    policy = TopTwoThompson(low=low, high=high)
    for names in ("ab", "abcd"):
        arms = [ArmWeight(name) for name in names]
        rewards = [
            Reward(name, seconds.value({"seconds": place + i % 2}))
            for place, name in enumerate(names[::-1], 1)
            for i in range(100)
        ]
        chances = policy.probabilities(policy.fold(State(), rewards), arms).chances
        assert max(chances, key=lambda name: chances[name]) == names[-1]
        assert chances[names[-1]] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("l2", [0.1, 1.0, 10.0])
def test_8_an_arm_without_rewards_has_the_priors_bonus(l2: float) -> None:
    """MABWiser: with l2 = 10 the bonus of a cold arm is 3.16 instead of 0.316, with 0.1 the other way round."""
    policy = LinUcb(dimension=2, l2=l2)
    warm = [Reward("a", 0.0, 1.0, (1.0, 0.0))] * 10_000
    state = policy.fold(State(), warm)

    assert policy.prior.covariance[0, 0] == pytest.approx(1 / l2)
    assert policy.probabilities(state, TWO, (1.0, 0.0)).chances == {"a": 0.0, "b": 1.0}
    bold = LinearThompson(dimension=2, l2=l2, v=1.0)
    better = bold.fold(State(), [Reward("a", 1.0, 1.0, (1.0, 0.0))] * 100_000)
    # b's score is N(0, 1/l2) and a's is almost exactly 1, so b wins with the chance that a normal exceeds sqrt(l2)
    from scipy.special import ndtr

    assert bold.probabilities(better, TWO, (1.0, 0.0)).chances["b"] == pytest.approx(ndtr(-(l2**0.5)), abs=0.005)


@pytest.mark.parametrize("name", ["ucb1", "ucb1_tuned", "kl_ucb", "kl_ucb_plus", "bayes_ucb", "moss", "kl_moss"])
def test_9_an_arm_that_was_not_there_at_first_is_pulled(name: str) -> None:
    """MABWiser UCB1: the best arm, absent from the first fit, is never pulled in 2,000 steps."""
    policy, dice, stream = ADAPTIVE[name](), random.Random(9), Stream(9)
    rates = {"a": 0.5, "b": 0.3, "c": 0.9}
    state = counts(policy, a=(25, 50), b=(15, 50))
    for _ in range(400):
        arm = policy.choose(state, THREE, stream=stream).arm or ""
        state = policy.fold(state, [Reward(arm, float(dice.random() < rates[arm]))])

    assert state.of("c").n > 250


def test_10_a_failure_never_raises_an_arms_chance() -> None:
    """MABWiser's Popularity: after a failure arm 0 rises from .571 to .609."""
    policy = Proportional()
    state = counts(policy, a=(4, 4), b=(4, 4), c=(4, 4))
    before = policy.probabilities(state, THREE).chances["a"]
    after = policy.probabilities(policy.fold(state, [Reward("a", 0.0)]), THREE).chances

    assert after["a"] < before == pytest.approx(1 / 3)
    assert sum(after.values()) == pytest.approx(1, abs=1e-15)


def test_11_softmax_is_the_softmax() -> None:
    """MABWiser: .565, .287, .148 instead of .541, .297, .163, and no propensity to be had."""
    policy = Softmax(temperature=0.5)
    table = policy.probabilities(counts(policy, a=(80, 100), b=(50, 100), c=(20, 100)), THREE)
    drawn = table.draw_many(200_000, seed=11)

    assert list(table.chances.values()) == pytest.approx([0.5405, 0.2966, 0.1629], abs=1e-3)
    assert np.bincount(drawn) / 200_000 == pytest.approx(list(table.chances.values()), abs=4e-3)


def test_12_the_bonus_is_in_units_of_the_rewards() -> None:
    """MABWiser UCB1 with rewards up to 1,000 locks on the first lucky arm: 500 of 500 pulls on the worse one."""
    policy, dice, stream = Ucb1(low=0, high=1000), random.Random(12), Stream(12)
    state = policy.fold(State(), [Reward("a", 600.0), Reward("b", 100.0)])
    for _ in range(3_000):
        arm = policy.choose(state, TWO, stream=stream).arm or ""
        state = policy.fold(state, [Reward(arm, dice.uniform(0, 800) if arm == "a" else dice.uniform(400, 1000))])

    assert state.of("b").n > 2_000


def test_12_the_range_of_the_rewards_does_not_change_the_choices() -> None:
    for name in (
        "ucb1",
        "ucb1_tuned",
        "kl_ucb",
        "moss",
        "kl_moss",
        "thompson_bernoulli",
        "softmax",
        "proportional",
        "exp3",
    ):
        small, large = ADAPTIVE[name].parse({}), ADAPTIVE[name].parse({"low": -500, "high": 1500})
        rewards = [Reward("ab"[i % 2], i % 5 / 4, 0.5) for i in range(60)]
        scaled = [reward._replace(value=2000 * reward.value - 500) for reward in rewards]
        one = small.probabilities(small.fold(State(), rewards), TWO).chances
        assert large.probabilities(large.fold(State(), scaled), TWO).chances == pytest.approx(one, abs=1e-9)


@pytest.mark.parametrize("name", ["ucb1", "ucb1_tuned", "kl_ucb", "kl_ucb_plus", "bayes_ucb", "moss", "kl_moss"])
def test_13_a_bulk_request_does_not_go_to_one_arm(name: str) -> None:
    """MABWiser UCB1: six rows, the same arm six times."""
    policy = ADAPTIVE[name]()
    state = counts(policy, a=(5, 10), b=(5, 10), c=(4, 10))
    chosen = [choice.arm for choice in policy.choose_many(state, THREE, 12, stream=Stream(13))]

    assert chosen.count("a") >= 3
    assert chosen.count("b") >= 3


def test_14_two_bandits_share_nothing() -> None:
    """Flask-MAB: the counts of every Thompson bandit of a process are one class attribute."""
    first, second = ThompsonBernoulli(), ThompsonBernoulli()
    state = counts(first, a=(50, 50), b=(0, 50))

    assert first.probabilities(state, TWO).chances["a"] > 0.999
    assert second.probabilities(second.start(TWO), TWO).chances == {"a": 0.5, "b": 0.5}


def test_14_a_failure_is_learnt_and_a_reward_of_nothing_is_no_success() -> None:
    """Flask-MAB never records a failure, and takes an explicit 0 for a success."""
    policy = ThompsonBernoulli()
    chances = policy.probabilities(policy.fold(State(), [Reward("a", 0.0)] * 20), TWO).chances

    assert chances["a"] < 0.1


def test_14_thompson_picks_the_wrong_winner_in_at_most_5_of_200_runs() -> None:
    """Flask-MAB: 45 of 200, at rates .6, .5, .4 and 3,000 pulls."""
    from bandits.policies.simulation import Environment, simulate

    found = simulate(
        ThompsonBernoulli(), Environment((0.6, 0.5, 0.4)), horizon=3_000, runs=200, rng=np.random.default_rng(14)
    )

    assert int(found.is_wrong.sum()) <= 5


def test_15_learning_of_one_bandit_leaves_the_sums_of_the_others() -> None:
    """Flask-MAB counts all the bandits of a cookie as pulled again."""
    policy = EpsilonGreedy()
    color, text = counts(policy, a=(1, 2)), counts(policy, a=(1, 2))
    policy.fold(color, [Reward("b", 1.0)])

    assert color == text


def test_no_table_is_ever_without_a_number() -> None:
    """GrowthBook: weights [nan, nan], and "successfully updated"."""
    for kind in ADAPTIVE.values():
        if kind.contextual:
            continue
        for value in (0.0, 1.0):
            policy = kind()
            table: Propensities = policy.probabilities(policy.fold(policy.start(TWO), [Reward("a", value)] * 3), TWO)
            assert sum(table.chances.values()) == pytest.approx(1)
