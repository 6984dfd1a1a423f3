"""Optimism about a linear model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

from bandits.policies.adaptive.kinds import Features
from bandits.policies.adaptive.linear import ContextualPolicy, spread_of
from bandits.policies.adaptive.propensities import Propensities, best_of, even
from bandits.policies.adaptive.state import State
from bandits.policies.arms import ArmName
from bandits.policies.parameters import Parameter, Real


@dataclass(frozen=True)
class LinUcb(ContextualPolicy):
    """theta'x + alpha sqrt(x' A^-1 x), A = l2 I + sum of x x': Li, Chu, Langford and Schapire (2010). Ties are even."""

    name: ClassVar[str] = "linucb"
    explores_by_counts: ClassVar[bool] = True
    example: ClassVar[Mapping[str, object]] = {"policy": "linucb", "dimension": 3, "alpha": 1}
    parameters: ClassVar[Mapping[str, Parameter]] = {**ContextualPolicy.parameters, "alpha": Real(0, 1_000)}

    alpha: float = 1.0

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        scores = [
            float(x @ model.ridge) + self.alpha * sqrt(spread_of(x, model))
            for x, model in self.of(state, names, context)
        ]
        return even(best_of(names, scores), names)
