"""A policy that was trained elsewhere, and shown to be no worse: it acts, and never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from bandits.policies.adaptive.kinds import COMMON, AdaptivePolicy, Features
from bandits.policies.adaptive.propensities import Propensities, even, softmax
from bandits.policies.adaptive.state import State
from bandits.policies.arms import ArmName
from bandits.policies.errors import PolicyError
from bandits.policies.parameters import Named, Parameter, Real, Several, Text, Whole

LARGEST = 1e6
MOST = 1_001


@dataclass(frozen=True)
class Trained(AdaptivePolicy):
    """Chances in proportion to exp(weights of the arm · features), as a training under constraints found them.

    weights: of each arm, the constant first, then one for each feature. proof: the run that trained it, the SHA-256 of
    its kept file and of its data: an experiment goes live with it only while its safety test stands, and only with the
    weights, features and arms of that file. Arms without weights get nothing, so long as another open arm has some.
    Rewards are added up for the panel; nothing is learnt from them. Every chance is stored, so what it did is a log for
    the next training.
    """

    name: ClassVar[str] = "trained"
    contextual: ClassVar[bool] = True
    example: ClassVar[Mapping[str, object]] = {
        "policy": "trained",
        "dimension": 3,
        "weights": {"plain": [0.2, -1.5, 0.4, 0], "vivid": [-0.2, 1.5, -0.4, 0]},
    }
    parameters: ClassVar[Mapping[str, Parameter]] = {
        **COMMON,
        "dimension": Whole(1, MOST - 1),
        "weights": Named(Several(Real(-LARGEST, LARGEST), MOST, 2)),
        "proof": Named(Text(64, 1)),
    }

    dimension: int = 1
    weights: Mapping[ArmName, Sequence[float]] = field(default_factory=dict)
    proof: Mapping[str, str] = field(default_factory=dict)

    def check(self, path: str) -> None:
        """One weight for the constant and for each feature."""
        super().check(path)
        for arm, weights in self.weights.items():
            if len(weights) != self.dimension + 1:
                wanted = f"{self.dimension + 1} numbers: the constant's, then the features'"
                raise PolicyError.wrong(f"{path}.weights.{arm}", wanted, weights)

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        features = self._features(context)
        weighed = [name for name in names if name in self.weights]
        if len(weighed) < 2:
            return even(weighed or names, names)
        found = softmax(weighed, [self._preference(self.weights[name], features) for name in weighed])
        return Propensities({name: found.get(name, 0.0) for name in names})

    def _features(self, context: Features | None) -> Sequence[float]:
        if context is None or isinstance(context, Mapping) or len(context) != self.dimension:
            raise PolicyError.wrong("context.features", f"a list of {self.dimension} numbers", context)
        return context

    @staticmethod
    def _preference(weights: Sequence[float], features: Sequence[float]) -> float:
        return weights[0] + sum(weight * one for weight, one in zip(weights[1:], features, strict=True))
