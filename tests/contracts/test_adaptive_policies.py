"""Every adaptive policy keeps the promises of its kind. A new one joins by standing in ADAPTIVE."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from math import isfinite

import pytest
from scipy.stats import chisquare

from bandits.policies import ADAPTIVE, AdaptivePolicy, ArmWeight, PolicyError
from bandits.policies.adaptive import Features, Propensities, Reward, State
from bandits.policies.adaptive.kinds import BoundedPolicy
from bandits.policies.adaptive.memory import SumsPolicy
from experiments.chance import Stream

ARMS = [ArmWeight("control"), ArmWeight("blue", 3), ArmWeight("closed", 0), ArmWeight("red")]
OPEN = ["control", "blue", "red"]
FEATURES = (1.0, 0.5, -0.25)
DRAWS = 100_000
SURPRISE = 1e-5  # a right policy fails here once in 100,000 seeds, and the seed is fixed


def specs() -> list[dict[str, object]]:
    """Each policy as in its example, and contextual ones with a shared model too."""
    shared = [{**kind.example, "model": "shared"} for kind in ADAPTIVE.values() if "model" in kind.parameters]
    return [dict(kind.example) for kind in ADAPTIVE.values()] + shared


@pytest.fixture(params=specs(), ids=lambda spec: f"{spec['policy']}{'-shared' if 'model' in spec else ''}")
def policy(request: pytest.FixtureRequest) -> AdaptivePolicy:
    return ADAPTIVE[request.param["policy"]].parse(request.param)


def context_of(policy: AdaptivePolicy) -> Features | None:
    if not policy.contextual:
        return None
    if getattr(policy, "model", "") == "shared":
        return {name: (1.0, place, -0.25) for place, name in enumerate([*OPEN, "closed", "late", "only"])}
    return FEATURES


def rewards(n: int, arms: Sequence[str] = OPEN, seed: int = 18) -> list[Reward]:
    """Rewards with a mean of about 1/2, from arms that differ a little."""
    dice = random.Random(seed)
    return [
        Reward(arm, float(dice.random() < 0.4 + 0.1 * arms.index(arm)), dice.choice([0.25, 0.5, 1.0]), FEATURES, 0.125)
        for arm in dice.choices(arms, k=n)
    ]


def learnt(policy: AdaptivePolicy, given: Sequence[Reward]) -> State:
    return policy.fold(policy.start(ARMS), given)


def table(policy: AdaptivePolicy, state: State, arms: Sequence[ArmWeight] = ARMS) -> Propensities:
    return policy.probabilities(state, arms, context_of(policy))


def text(state: State) -> str:
    return json.dumps(state.to_json(), sort_keys=True)


HISTORIES = {
    "nothing": [],
    "one": [Reward("red", 1.0, 1.0, FEATURES)],
    "some": rewards(60),
    "many": rewards(3_000),
    "all failures": [reward._replace(value=0.0) for reward in rewards(200)],
    "all successes": [reward._replace(value=1.0) for reward in rewards(200)],
    "all equal": [reward._replace(value=0.5) for reward in rewards(200)],
    "tiny": [reward._replace(value=5e-324) for reward in rewards(50)],
    "rare choices": [reward._replace(propensity=1e-300, value=0.0) for reward in rewards(30)],
    "only one arm ever": [Reward("blue", 1.0, 1.0, FEATURES, 0.1)] * 500,
}


@pytest.mark.parametrize("history", HISTORIES)
def test_propensities_are_finite_sum_to_one_and_name_every_arm(policy: AdaptivePolicy, history: str) -> None:
    found = table(policy, learnt(policy, HISTORIES[history]))

    assert list(found.chances) == [arm.name for arm in ARMS]
    assert sum(found.chances.values()) == pytest.approx(1, abs=1e-12)
    assert all(isfinite(chance) and 0 <= chance <= 1 for chance in found.chances.values())
    assert found.chances["closed"] == 0
    assert 0 <= found.error < 0.02
    assert 0 <= found.inside <= 1


@pytest.mark.parametrize("size", [1e6, 1e50, 1e100])
def test_huge_rewards_are_refused_or_learnt_never_broken(policy: AdaptivePolicy, size: float) -> None:
    huge = [reward._replace(value=size * reward.value) for reward in rewards(40)]
    if isinstance(policy, BoundedPolicy):
        policy = type(policy).parse({"high": size})
    state = policy.start(ARMS)
    try:
        state = policy.fold(state, huge)
    except PolicyError as refusal:
        assert str(refusal).startswith("reward.value must be a number from")  # noqa: PT017 - some policies take them

    assert sum(table(policy, state).chances.values()) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("history", ["nothing", "some", "many"])
def test_a_hundred_thousand_draws_match_the_propensities(policy: AdaptivePolicy, history: str) -> None:
    found = table(policy, learnt(policy, HISTORIES[history]))
    stream = Stream(18, policy.name)
    drawn = Counter(found.draw(stream).arm for _ in range(DRAWS if history == "some" else 10_000))
    n = drawn.total()
    expected: dict[str | None, float] = {a: n * found.inside * p for a, p in found.chances.items() if p * n > 5}
    if found.inside < 1:
        expected[None] = n * (1 - found.inside)

    assert set(drawn) <= {*expected, *(arm for arm, chance in found.chances.items() if 0 < chance * n <= 5)}
    if len(expected) > 1:
        seen = [drawn[arm] for arm in expected]
        scale = sum(seen) / sum(expected.values())
        assert chisquare(seen, [one * scale for one in expected.values()]).pvalue > SURPRISE


def test_a_choice_carries_the_propensities_it_was_drawn_from(policy: AdaptivePolicy) -> None:
    state = learnt(policy, HISTORIES["some"])
    choice = policy.choose(state, ARMS, stream=Stream(18), context=context_of(policy))

    assert choice.propensities == table(policy, state).chances
    assert choice.arm is None or (choice.propensity or 0) > 0


def test_the_same_seed_gives_the_same_arms(policy: AdaptivePolicy) -> None:
    state, context = learnt(policy, HISTORIES["some"]), context_of(policy)
    stream, again = Stream(18), Stream(18)
    first = [policy.choose(state, ARMS, stream=stream, context=context) for _ in range(20)]

    assert first == [policy.choose(state, ARMS, stream=again, context=context) for _ in range(20)]


def test_a_bulk_request_gets_an_arm_with_a_propensity_for_each(policy: AdaptivePolicy) -> None:
    if policy.contextual:
        return  # each unit of a bulk request has a context of its own
    chosen = policy.choose_many(learnt(policy, HISTORIES["some"]), ARMS, 30, stream=Stream(18))

    assert len(chosen) == 30
    assert all(choice.arm is None or (choice.propensity or 0) > 0 for choice in chosen)


def test_arms_with_equal_rewards_have_equal_chances(policy: AdaptivePolicy) -> None:
    even = [Reward(arm, value, 0.5, FEATURES, 0.1) for value in (1.0, 0.0, 1.0, 1.0) for arm in OPEN]
    context: Features | None = FEATURES if policy.contextual else None
    if getattr(policy, "model", "") == "shared":
        context = dict.fromkeys(OPEN, FEATURES)
    chances = policy.probabilities(learnt(policy, even), ARMS, context).chances
    tolerance = 0.02 if getattr(policy, "model", "") == "shared" or policy.name == "exp3_s" else 1e-12

    assert [chances[arm] for arm in OPEN] == pytest.approx([1 / 3] * 3, abs=tolerance)


@pytest.mark.parametrize("history", HISTORIES)
def test_a_state_comes_back_from_json_byte_for_byte(policy: AdaptivePolicy, history: str) -> None:
    state = learnt(policy, HISTORIES[history])
    back = State.parse(json.loads(text(state)))

    assert text(back) == text(state)
    assert table(policy, back) == table(policy, state)
    more = rewards(20, seed=19)
    assert text(policy.fold(back, more)) == text(policy.fold(state, more))


def test_folding_does_not_change_the_state_it_started_from(policy: AdaptivePolicy) -> None:
    state = learnt(policy, HISTORIES["some"])
    before = text(state)
    policy.fold(state, rewards(50, seed=19))

    assert text(state) == before


def test_a_thousand_rewards_in_any_order_and_grouping_give_the_same_state(policy: AdaptivePolicy) -> None:
    thirds = [reward._replace(value=i % 7 / 6) for i, reward in enumerate(rewards(400))]
    shuffled = random.Random(5).sample(thirds, len(thirds))
    state = policy.start(ARMS)
    for start in range(0, len(shuffled), 37):
        state = policy.fold(state, shuffled[start : start + 37])

    assert state.folded == 400
    if policy.is_order_free:
        assert text(state) == text(learnt(policy, thirds))
    elif policy.contextual:
        chances = table(policy, learnt(policy, thirds)).chances
        assert table(policy, state).chances == pytest.approx(chances, abs=0.1 if "logistic" in policy.name else 1e-9)


def test_every_reward_is_counted_once(policy: AdaptivePolicy) -> None:
    given = rewards(300)
    state = learnt(policy, given)

    for arm in OPEN:
        mine = [reward for reward in given if reward.arm == arm]
        assert state.of(arm).n == len(mine)
        assert state.of(arm).total == sum(reward.value for reward in mine)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Reward("red", float("nan"), 1.0, FEATURES), "reward.value must be"),
        (Reward("red", float("inf"), 1.0, FEATURES), "reward.value must be"),
        (Reward("red", 1.0, 0.0, FEATURES), "reward.propensity must be"),
        (Reward("red", 1.0, float("nan"), FEATURES), "reward.propensity must be"),
        (Reward("red", 1.0, 1.0, FEATURES, -1.0), "reward.cost must be"),
    ],
)
def test_a_reward_that_is_none_is_refused_and_nothing_is_folded(
    policy: AdaptivePolicy, wrong: Reward, said: str
) -> None:
    state = learnt(policy, HISTORIES["some"])
    before = text(state)
    with pytest.raises(PolicyError, match=said):
        policy.fold(state, [*rewards(5), wrong])

    assert text(state) == before


def test_one_arm_alone_is_certain(policy: AdaptivePolicy) -> None:
    arms = [ArmWeight("only"), ArmWeight("closed", 0)]
    assert table(policy, policy.start(arms), arms).chances == {"only": 1.0, "closed": 0.0}


@pytest.mark.parametrize("arms", [[], [ArmWeight("a", 0)], [ArmWeight("a"), ArmWeight("a")], [ArmWeight("a", -1)]])
def test_arms_that_cannot_be_handed_out_are_refused(policy: AdaptivePolicy, arms: list[ArmWeight]) -> None:
    with pytest.raises(PolicyError, match="arm"):
        table(policy, State(), arms)


def test_an_arm_may_come_late_and_is_tried(policy: AdaptivePolicy) -> None:
    """Within 3,000 more choices, or, where nothing is left to be found out, by its floor."""
    policy = type(policy).parse({**policy.example, **policy_spec(policy), "floor": 0.02})
    state = learnt(policy, HISTORIES["some"])
    arms = [*ARMS, ArmWeight("late")]
    state = policy.with_arms(state, arms)

    assert table(policy, state, arms).chances["late"] >= 0.02
    state = policy.fold(state, rewards(20, [*OPEN, "late"]))
    assert state.of("late").n > 0
    assert sum(table(policy, state, arms).chances.values()) == pytest.approx(1, abs=1e-12)


def test_an_arm_may_be_closed_and_opened_again(policy: AdaptivePolicy) -> None:
    state = learnt(policy, HISTORIES["some"])
    closed = [ArmWeight("control"), ArmWeight("blue", 0), ArmWeight("red")]
    state = policy.with_arms(state, closed)

    assert table(policy, state, closed).chances["blue"] == 0
    state = policy.with_arms(policy.fold(state, rewards(40, ["control", "red"])), ARMS)
    assert sum(table(policy, state).chances.values()) == pytest.approx(1, abs=1e-12)
    assert state.of("blue").n == learnt(policy, HISTORIES["some"]).of("blue").n


def test_floor_control_and_burn_in_hold(policy: AdaptivePolicy) -> None:
    held = {**policy_spec(policy), "floor": 0.05, "control": "control", "control_share": 0.2}
    chances = table(type(policy).parse(held), learnt(policy, HISTORIES["many"])).chances
    assert chances["control"] >= 0.2 - 1e-12
    assert min(chances[arm] for arm in OPEN) >= 0.05 - 1e-12

    young = type(policy).parse({**policy_spec(policy), "burn_in": 10_000})
    assert table(young, learnt(policy, HISTORIES["many"])).chances["red"] == pytest.approx(1 / 3)


def test_a_cohort_waits_until_it_is_full(policy: AdaptivePolicy) -> None:
    waiting = type(policy).parse({**policy_spec(policy), "cohort": 50})
    given = rewards(120)
    state = waiting.start(ARMS)
    for reward in given:
        state = waiting.fold(state, [reward])

    assert (state.folded, len(state.held)) == (100, 20)
    assert text(waiting.fold(waiting.start(ARMS), given)) == text(state)
    assert table(waiting, state).chances == table(policy, learnt(policy, given[:100])).chances


@pytest.mark.parametrize("memory", [{"discount": 0.95}, {"discount": 0.5}, {"window": 1}, {"window": 40}])
def test_a_policy_that_forgets_keeps_its_promises(policy: AdaptivePolicy, memory: dict[str, object]) -> None:
    if not isinstance(policy, SumsPolicy):
        with pytest.raises(PolicyError, match="is not a parameter of"):
            type(policy).parse({**policy_spec(policy), **memory})
        return
    forgetful = type(policy).parse({**policy_spec(policy), **memory})
    for history in HISTORIES.values():
        state = learnt(forgetful, history)
        chances = table(forgetful, state).chances
        assert sum(chances.values()) == pytest.approx(1, abs=1e-12)
        assert all(isfinite(chance) and chance >= 0 for chance in chances.values())
        assert table(forgetful, State.parse(json.loads(text(state)))).chances == chances
        assert not forgetful.is_order_free


def policy_spec(policy: AdaptivePolicy) -> dict[str, object]:
    model = getattr(policy, "model", "")
    return {**policy.example, **({"model": model} if model else {})}
