"""What any adaptive policy may be given besides: a memory, cohorts, floors, a control, a burn-in, a scalar reward."""

import pytest

from analysis.statistics.bayes.largest import best_normal
from bandits.policies import ArmWeight, PolicyError, parse_allocation
from bandits.policies.adaptive import Reward, Scalarisation, State
from bandits.policies.adaptive.epsilon_greedy import EpsilonGreedy
from bandits.policies.adaptive.sequential_halving import SequentialHalving
from bandits.policies.adaptive.thompson_bernoulli import ThompsonBernoulli
from bandits.policies.adaptive.ucb1 import Ucb1
from bandits.policies.adaptive.uniform import Uniform

TWO = [ArmWeight("a"), ArmWeight("b")]
FOUR = [ArmWeight(name) for name in "abcd"]
HISTORY = [Reward("ab"[i % 3 % 2], (i * 7 % 10) / 10) for i in range(50)]


def test_a_window_knows_the_latest_rewards_and_nothing_else() -> None:
    windowed, plain = Uniform(window=20), Uniform()
    state = windowed.fold(State(), HISTORY[:33])
    state = windowed.fold(state, HISTORY[33:])

    assert state.arms == plain.fold(State(), HISTORY[-20:]).arms
    assert state.folded == 50
    assert not windowed.is_order_free


def test_a_window_forgets_an_arm_that_was_not_pulled_for_long() -> None:
    policy = Ucb1(window=5)
    state = policy.fold(State(), [Reward("a", 1.0), *[Reward("b", 0.0)] * 5])

    assert policy.probabilities(state, TWO).chances == {"a": 1.0, "b": 0.0}


def test_discounting_weighs_each_reward_by_its_age() -> None:
    policy = Uniform(discount=0.9)
    state = policy.fold(State(), HISTORY)
    ages = [(49 - i, reward) for i, reward in enumerate(HISTORY) if reward.arm == "b"]

    assert state.of("b").n == pytest.approx(sum(0.9**age for age, _ in ages))
    assert state.of("b").total == pytest.approx(sum(0.9**age * reward.value for age, reward in ages))
    assert not policy.is_order_free


def test_a_window_and_a_discount_do_not_go_together() -> None:
    with pytest.raises(PolicyError, match=r"allocation.window must be null when there is a discount, not 5"):
        parse_allocation({"policy": "uniform", "window": 5, "discount": 0.9})


def test_a_control_share_needs_a_control() -> None:
    with pytest.raises(PolicyError, match=r"allocation.control must be the name of an arm"):
        parse_allocation({"policy": "uniform", "control_share": 0.1})


def test_bounds_must_be_the_right_way_round() -> None:
    with pytest.raises(PolicyError, match=r"allocation.high must be a number above low, 0, not -1"):
        parse_allocation({"policy": "ucb1", "high": -1})
    with pytest.raises(PolicyError, match=r"reward.value must be a number from 0 to 1, not 1.5"):
        Ucb1().fold(State(), [Reward("a", 1.5)])


def test_a_floor_is_the_published_mixture() -> None:
    """The chances to be best, and f + (1 - K f) p with f = 1 %, as another program computed them."""
    counts = [(61, 520), (71, 498), (66, 510), (40, 505)]
    means = [wins / n for wins, n in counts]
    deviations = [((wins - wins * wins / n) / (n - 1) / n) ** 0.5 for wins, n in counts]
    best, _ = best_normal(means, deviations)
    assert best == pytest.approx(
        [0.067140953217599, 0.6862045111822056, 0.246630700437995, 2.3835162200864435e-05], rel=1e-6
    )

    greedy = EpsilonGreedy(epsilon=0.2, floor=0.01)
    state = greedy.fold(State(), [Reward(name, float(name == "b")) for name in "abcd"])
    assert greedy.probabilities(state, FOUR).chances == pytest.approx(
        {name: 0.01 + 0.96 * (0.85 if name == "b" else 0.05) for name in "abcd"}
    )


def test_a_floor_above_an_even_share_is_an_even_share() -> None:
    policy = EpsilonGreedy(epsilon=0, floor=0.9)
    state = policy.fold(State(), [Reward("a", 1.0), Reward("b", 0.0)])

    assert policy.probabilities(state, TWO).chances == {"a": 0.5, "b": 0.5}


def test_the_control_keeps_its_share_and_the_others_share_the_rest_by_the_policy() -> None:
    policy = EpsilonGreedy(epsilon=0, control="d", control_share=0.3)
    state = policy.fold(State(), [Reward(name, float(name == "b")) for name in "abcd"])

    assert policy.probabilities(state, FOUR).chances == pytest.approx({"a": 0, "b": 0.7, "c": 0, "d": 0.3})


def test_a_closed_control_keeps_nothing() -> None:
    policy = EpsilonGreedy(epsilon=0, control="c", control_share=0.3)
    closed = [*TWO, ArmWeight("c", 0)]

    assert policy.probabilities(policy.start(closed), closed).chances == {"a": 0.5, "b": 0.5, "c": 0.0}


def test_a_new_arm_in_its_burn_in_does_not_disturb_how_the_others_share() -> None:
    policy = EpsilonGreedy(epsilon=0, burn_in=3)
    state = policy.fold(State(), [Reward(name, float(name == "b")) for name in "abc" for _ in range(3)])

    assert policy.probabilities(state, FOUR).chances == pytest.approx({"a": 0, "b": 0.75, "c": 0, "d": 0.25})
    assert policy.probabilities(policy.fold(State(), [Reward("a", 1.0)]), FOUR).chances == dict.fromkeys("abcd", 0.25)


def test_rounds_of_halving_drop_the_worse_half_and_keep_it_dropped() -> None:
    policy = SequentialHalving(horizon=16)
    state = policy.start(FOUR)
    state = policy.fold(state, [Reward(name, "abcd".index(name) / 3) for name in "abcd" for _ in range(2)])
    assert state.dropped == ("a", "b")
    assert policy.probabilities(state, FOUR).chances == {"a": 0.0, "b": 0.0, "c": 0.5, "d": 0.5}

    state = policy.fold(state, [Reward("c", 1.0)] * 4 + [Reward("d", 0.0)] * 4)
    assert policy.probabilities(state, FOUR).chances == {"a": 0.0, "b": 0.0, "c": 1.0, "d": 0.0}


def test_a_closed_arm_does_not_hold_up_a_round() -> None:
    policy = SequentialHalving(horizon=16)
    arms = [*FOUR[:3], ArmWeight("d", 0)]
    state = policy.with_arms(policy.start(FOUR), arms)
    state = policy.fold(state, [Reward(name, "abc".index(name) / 3) for name in "abc" for _ in range(4)])

    assert state.dropped == ("a",)


def test_several_measures_make_one_reward() -> None:
    both = Scalarisation.parse({
        "weights": {"bought": 2, "seconds": -1}, "ranges": {"seconds": [0, 100]}, "missing": {"seconds": 100}
    })  # fmt: skip

    assert both.bounds == (-1.0, 2.0)
    assert both.value({"bought": 1, "seconds": 25}) == 1.75
    assert both.value({"bought": 1}) == 1
    wrongs: list[dict[str, float]] = [{"seconds": 1}, {"bought": 2}, {"bought": float("nan")}]
    for wrong in wrongs:
        with pytest.raises(PolicyError, match=r"reward.bought must be a number from 0 to 1"):
            both.value(wrong)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, "reward.weights must be a mapping with a weight other than 0"),
        ({"weights": {"a": 0}}, "reward.weights must be a mapping with a weight other than 0"),
        ({"weights": {"a": "much"}}, "reward.weights.a must be a number"),
        ({"weights": {"a": 1}, "ranges": {"b": [0, 1]}}, "b has no weight"),
        ({"weights": {"a": 1}, "ranges": {"a": [1, 1]}}, r"low < high, not \[1"),
        ({"weights": {"a": 1}, "clip": True}, "reward.clip is not part of a reward"),
    ],
)
def test_a_combination_that_cannot_be_meant_is_refused(spec: dict[str, object], said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        Scalarisation.parse(spec)


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"version": 2},
        {"version": 1, "arms": {"a": [1, 2]}},
        {"version": 1, "arms": {"a": [1, "x", 0, 0]}},
        {"version": 1, "arms": {"a": [1, float("nan"), 0, 0]}},
        {"version": 1, "arms": 3},
        {"version": 1, "held": [["a", 1]]},
        {"version": 1, "models": {"a": {"n": 1}}},
        {"version": 1, "models": {"a": {"n": 1, "precision": [[1]], "moment": [float("nan")]}}},
        {"version": 1, "models": {"a": {"n": 1, "precision": [[1], [1, 2, 3]], "moment": [0]}}},
    ],
)
def test_a_stored_state_that_is_none_is_refused_in_a_sentence(stored: dict[str, object]) -> None:
    with pytest.raises(PolicyError, match="state"):
        State.parse(stored)


def test_sums_of_tenths_are_exact_however_they_are_grouped() -> None:
    policy, tenths = ThompsonBernoulli(), [Reward("a", 0.1)] * 1_000
    at_once = policy.fold(State(), tenths)
    one_by_one = State()
    for reward in tenths:
        one_by_one = policy.fold(one_by_one, [reward])

    assert at_once == one_by_one
    assert float(at_once.of("a").total) == 1000 * 0.1
