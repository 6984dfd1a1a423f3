"""Exponential weights for adversaries: no assumption on where rewards come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, sqrt
from typing import ClassVar

from bandits.policies.adaptive.exact import Exact, exact
from bandits.policies.adaptive.kinds import BoundedPolicy, Features
from bandits.policies.adaptive.propensities import Propensities, softmax
from bandits.policies.adaptive.state import Reward, State
from bandits.policies.arms import ArmName, ArmWeight


@dataclass(frozen=True)
class Exp3(BoundedPolicy):
    """exp(-eta x estimated loss) / sum, eta = sqrt(log K / (K t)): Exp3 on losses, for any horizon.

    The loss of a reward is its distance from ``high`` in units of the range, divided by the stored propensity. Losses
    add up, so the order of rewards does not matter. An arm that is added starts with the smallest loss of the others.
    Bubeck and Cesa-Bianchi (2012), Theorem 3.1.
    """

    name: ClassVar[str] = "exp3"
    example: ClassVar[Mapping[str, object]] = {"policy": "exp3"}

    def with_arms(self, state: State, arms: Sequence[ArmWeight]) -> State:
        known = super().with_arms(state, arms)
        least = min((state.scores.get(name, 0) for name in state.known), default=0)
        new = {name: least for name in known.known if name not in state.known and name not in state.scores}
        return replace(known, scores={**state.scores, **new} if least else state.scores)

    def learn(self, state: State, rewards: Sequence[Reward]) -> State:
        scores = dict(state.scores)
        for reward in rewards:
            loss = (self.high - reward.value) / (self.high - self.low)
            scores[reward.arm] = scores.get(reward.arm, 0) + exact(loss / reward.propensity)
        return replace(super().learn(state, rewards), scores=scores)

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        losses: list[Exact] = [state.scores.get(name, 0) for name in names]
        eta = sqrt(log(len(names)) / (len(names) * max(state.folded, 1)))
        least = min(losses)
        return Propensities(softmax(names, [-eta * float(loss - least) for loss in losses]))
