"""Epsilon-greedy with less and less chance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from bandits.policies.adaptive.epsilon_greedy import EpsilonGreedy
from bandits.policies.adaptive.memory import SumsPolicy
from bandits.policies.parameters import Parameter, Real


@dataclass(frozen=True)
class EpsilonDecreasing(EpsilonGreedy):
    """Epsilon-greedy with epsilon = min(1, scale x K / t): Auer, Cesa-Bianchi and Fischer (2002), Theorem 3.

    Its mean regret hides a heavy tail: now and then it keeps to a wrong arm for very long.
    """

    name: ClassVar[str] = "epsilon_decreasing"
    example: ClassVar[Mapping[str, object]] = {"policy": "epsilon_decreasing", "scale": 5}
    parameters: ClassVar[Mapping[str, Parameter]] = {
        **SumsPolicy.parameters,
        "epsilon": Real(0, 1),
        "scale": Real(0, 10_000),
    }

    epsilon: float = 1.0
    scale: float = 5.0

    def exploring(self, t: float, k: int) -> float:
        """At most ``epsilon``, then as 1 / t."""
        return min(self.epsilon, self.scale * k / t) if t > 0 else self.epsilon
