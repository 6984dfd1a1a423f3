"""Chances that grow exponentially with the mean reward."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import e, log
from typing import ClassVar

from bandits.policies.adaptive.kinds import Features
from bandits.policies.adaptive.memory import BoundedSumsPolicy
from bandits.policies.adaptive.propensities import Propensities, even, softmax
from bandits.policies.adaptive.state import State
from bandits.policies.arms import ArmName
from bandits.policies.parameters import Parameter, Real

_TEMPERATURE: Mapping[str, Parameter] = {"temperature": Real(1e-6, 1e6)}


@dataclass(frozen=True)
class Softmax(BoundedSumsPolicy):
    """Boltzmann: exp(mean / temperature) / sum, on means from 0 to 1. Unseen arms come first, evenly."""

    name: ClassVar[str] = "softmax"
    example: ClassVar[Mapping[str, object]] = {"policy": "softmax", "temperature": 0.05}
    parameters: ClassVar[Mapping[str, Parameter]] = {**BoundedSumsPolicy.parameters, **_TEMPERATURE}

    temperature: float = 0.05

    def warmth(self, t: float) -> float:
        """The temperature after ``t`` rewards."""
        return self.temperature

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        held = [self.scaled(state.of(name)) for name in names]
        unseen = [name for name, (n, _) in zip(names, held, strict=True) if not n]
        if unseen:
            return even(unseen, names)
        warmth = self.warmth(sum(n for n, _ in held))
        return Propensities(softmax(names, [mean / warmth for _, mean in held]))


@dataclass(frozen=True)
class AnnealingSoftmax(Softmax):
    """Softmax whose temperature falls as temperature / log(e + t): more even at first, greedier later."""

    name: ClassVar[str] = "annealing_softmax"
    example: ClassVar[Mapping[str, object]] = {"policy": "annealing_softmax", "temperature": 0.5}

    temperature: float = 0.5

    def warmth(self, t: float) -> float:
        """The temperature after ``t`` rewards."""
        return self.temperature / log(e + t)
