"""Chances in inverse proportion to the predicted gap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bandits.policies.adaptive.kinds import Features
from bandits.policies.adaptive.linear import ContextualPolicy
from bandits.policies.adaptive.propensities import Propensities
from bandits.policies.adaptive.state import State
from bandits.policies.arms import ArmName
from bandits.policies.parameters import Parameter, Real


@dataclass(frozen=True)
class SquareCb(ContextualPolicy):
    """p_k = 1 / (K + gamma (y* - y_k)), and the rest to the best: Foster and Rakhlin (2020), on ridge regression.

    gamma = scale x t^exponent after t rewards. Every open arm has a chance above 0, so the log suits off-policy
    evaluation.
    """

    name: ClassVar[str] = "square_cb"
    example: ClassVar[Mapping[str, object]] = {"policy": "square_cb", "dimension": 3, "scale": 10}
    parameters: ClassVar[Mapping[str, Parameter]] = {
        **ContextualPolicy.parameters,
        "scale": Real(0, 1e6),
        "exponent": Real(0, 1),
    }

    scale: float = 10.0
    exponent: float = 0.5

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        predicted = [float(x @ model.ridge) for x, model in self.of(state, names, context)]
        gamma = self.scale * max(state.folded, 1) ** self.exponent
        highest = max(predicted)
        chances = [1 / (len(names) + gamma * (highest - one)) for one in predicted]
        best = [i for i, one in enumerate(predicted) if one == highest]
        rest = max(1 - sum(chances), 0.0) / len(best)
        return Propensities(
            {name: one + rest * (i in best) for i, (name, one) in enumerate(zip(names, chances, strict=True))}
        )
