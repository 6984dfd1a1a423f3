"""The best arm so far, except that a part of the choices is made at random."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import ClassVar

from bandits.policies.adaptive.kinds import Features
from bandits.policies.adaptive.memory import SumsPolicy
from bandits.policies.adaptive.propensities import Propensities, best_of
from bandits.policies.adaptive.state import State
from bandits.policies.arms import ArmName
from bandits.policies.parameters import Parameter, Real


@dataclass(frozen=True)
class EpsilonGreedy(SumsPolicy):
    """With chance epsilon any arm, otherwise the one with the best mean (several share evenly). Unseen arms come first.

    The chance of arm k is epsilon / K + (1 - epsilon) / (number of best arms) if it is one of those.
    """

    name: ClassVar[str] = "epsilon_greedy"
    example: ClassVar[Mapping[str, object]] = {"policy": "epsilon_greedy", "epsilon": 0.1}
    parameters: ClassVar[Mapping[str, Parameter]] = {**SumsPolicy.parameters, "epsilon": Real(0, 1)}

    epsilon: float = 0.1

    def exploring(self, t: float, k: int) -> float:
        """The part of the choices that is random, after ``t`` rewards with ``k`` arms."""
        return self.epsilon

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        held = [state.of(name) for name in names]
        best = best_of(names, [sums.mean if sums.n > 0 else inf for sums in held])
        epsilon = self.exploring(sum(sums.n for sums in held), len(names))
        rest = (1 - epsilon) / len(best)
        return Propensities({name: epsilon / len(names) + rest * (name in best) for name in names})
