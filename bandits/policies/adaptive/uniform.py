"""Every open arm with the same chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bandits.policies.adaptive.kinds import Features
from bandits.policies.adaptive.memory import SumsPolicy
from bandits.policies.adaptive.propensities import Propensities, even
from bandits.policies.adaptive.state import State
from bandits.policies.arms import ArmName


@dataclass(frozen=True)
class Uniform(SumsPolicy):
    """Even shares whatever is learnt: what the others are compared with, and the best log for off-policy evaluation."""

    name: ClassVar[str] = "uniform"
    example: ClassVar[Mapping[str, object]] = {"policy": "uniform"}

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        return even(names, names)
