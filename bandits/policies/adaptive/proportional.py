"""Chances in proportion to the mean reward."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bandits.policies.adaptive.kinds import Features
from bandits.policies.adaptive.memory import BoundedSumsPolicy
from bandits.policies.adaptive.propensities import Propensities, normalised
from bandits.policies.adaptive.state import State
from bandits.policies.arms import ArmName
from bandits.policies.parameters import Parameter, Real


@dataclass(frozen=True)
class Proportional(BoundedSumsPolicy):
    """Each arm's chance is its mean over the sum of all open arms' means, always normalised over all of them.

    Means are from 0 to 1 and smoothed: (sum + pseudo) / (n + 2 pseudo), so an unseen arm counts as 1/2.
    """

    name: ClassVar[str] = "proportional"
    example: ClassVar[Mapping[str, object]] = {"policy": "proportional"}
    parameters: ClassVar[Mapping[str, Parameter]] = {**BoundedSumsPolicy.parameters, "pseudo": Real(1e-3, 1_000)}

    pseudo: float = 1.0

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        held = [self.scaled(state.of(name)) for name in names]
        smoothed = [(n * mean + self.pseudo) / (n + 2 * self.pseudo) for n, mean in held]
        return Propensities(normalised(names, smoothed))
