"""The policy that asks where most is learnt."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from analysis.planning.information.arms import BetaArms
from analysis.planning.information.best_arm import information
from bandits.policies import ADAPTIVE, ArmWeight, PolicyError
from bandits.policies.adaptive import Reward, State
from bandits.policies.adaptive.information_gain import InformationGain
from bandits.policies.simulation import Environment, simulate

ARMS = [ArmWeight("plain"), ArmWeight("vivid"), ArmWeight("loud")]


def policy(**say: object) -> InformationGain:
    found = ADAPTIVE["information_gain"].parse({"policy": "information_gain", **say})
    assert isinstance(found, InformationGain)
    return found


def seen(one: InformationGain, counts: Mapping[str, tuple[int, int]]) -> State:
    rewards = [Reward(arm, float(i < good), 1 / 3) for arm, (good, n) in counts.items() for i in range(n)]
    return one.fold(one.start(ARMS), rewards)


COUNTS = {"plain": (30, 60), "vivid": (33, 60), "loud": (2, 60)}


def test_chances_are_the_information_to_a_power() -> None:
    one = policy(floor=0, sharpness=2, prior_a=1, prior_b=1)
    gains = information(BetaArms.of((31, 31), (34, 28), (3, 59)), "best_arm") ** 2

    chances = one.probabilities(seen(one, COUNTS), ARMS).chances
    assert list(chances.values()) == pytest.approx((gains / gains.sum()).tolist(), abs=1e-9)


def test_an_arm_that_is_surely_not_the_best_keeps_its_floor_and_no_more() -> None:
    one = policy()
    chances = one.probabilities(seen(one, COUNTS), ARMS).chances

    assert chances["loud"] == pytest.approx(0.05, abs=1e-3)
    assert min(chances["plain"], chances["vivid"]) > 0.3


def test_a_dear_arm_is_asked_less() -> None:
    cheap, dear = policy(), policy(costs={"vivid": 5})

    state = seen(cheap, COUNTS)
    assert dear.probabilities(state, ARMS).chances["vivid"] < cheap.probabilities(state, ARMS).chances["vivid"] / 3


def test_the_control_is_asked_more_when_all_are_compared_with_it() -> None:
    one = policy(question="compare_to_control", control="plain")
    even = dict.fromkeys(("plain", "vivid", "loud"), (20, 40))
    chances = one.probabilities(seen(one, even), ARMS).chances

    assert chances["plain"] > chances["vivid"] == pytest.approx(chances["loud"], abs=1e-9)
    closed = [ArmWeight("plain", 0), *ARMS[1:]]
    assert one.probabilities(one.with_arms(seen(one, even), closed), closed).chances["plain"] == 0


def test_earlier_units_count_by_their_stated_share() -> None:
    one = policy(earlier={"plain": [40, 100]}, earlier_share=0.5)

    assert one.believed("plain", State().of("plain")) == (0.5 + 20, 0.5 + 30)
    assert one.probabilities(one.start(ARMS), ARMS).chances["plain"] < 0.2  # the others are not known at all


def test_units_that_come_together_are_divided() -> None:
    one = policy(floor=0, sharpness=100)
    state = seen(one, {"plain": (30, 60), "vivid": (30, 58), "loud": (30, 61)})

    alone = one.probabilities(state, ARMS).chances
    together = one.probabilities_among(state, ARMS, 30).chances
    assert max(alone.values()) > 0.7
    assert max(together.values()) < 0.6


@pytest.mark.parametrize(
    ("say", "words"),
    [
        ({"question": "compare_to_control"}, "allocation.control must be the name of an arm"),
        ({"question": "which"}, "allocation.question must be one of"),
        ({"earlier": {"plain": [3, 2]}, "earlier_share": 0.1}, "allocation.earlier.plain must be"),
        ({"earlier": {"plain": [1, 2]}}, "allocation.earlier_share must be above 0"),
        ({"costs": {"plain": 0}}, "allocation.costs.plain must be"),
    ],
)
def test_what_does_not_go_together_is_refused(say: dict[str, object], words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        policy(**say)


def test_many_runs_side_by_side_say_what_they_cannot() -> None:
    import numpy as np

    with pytest.raises(ValueError, match=r"`manage\.py plan` simulates the others"):
        simulate(policy(costs={"a": 2}), Environment((0.5, 0.6)), horizon=5, runs=2, rng=np.random.default_rng(1))
