"""What contextual policies share: features, and one regression for each arm or for all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from bandits.policies.adaptive.kinds import COMMON, AdaptivePolicy, Features
from bandits.policies.adaptive.model import Model
from bandits.policies.adaptive.state import Reward, State
from bandits.policies.arms import ArmName
from bandits.policies.errors import PolicyError
from bandits.policies.parameters import OneOf, Parameter, Real, Whole

if TYPE_CHECKING:
    from bandits.policies.adaptive.model import Array

LARGEST = 1_000.0
LARGEST_REWARD = 1e9


@dataclass(frozen=True)
class ContextualPolicy(AdaptivePolicy):
    """A policy that looks at ``dimension`` features; put a constant 1 among them for an intercept.

    model: "disjoint" has coefficients for each arm, and the context is one list of features; "shared" has the same
    coefficients for all arms, and the context is a list of features for each arm, by name. l2: the prior's precision,
    so an untried direction has variance 1 / l2 in every arm. Folding adds floats: other orders agree but for rounding.
    """

    contextual: ClassVar[bool] = True
    order_free: ClassVar[bool] = False
    parameters: ClassVar[Mapping[str, Parameter]] = {
        **COMMON,
        "dimension": Whole(1, 1_000),
        "model": OneOf(("disjoint", "shared")),
        "l2": Real(1e-6, 1e6),
    }

    dimension: int = 1
    model: str = "disjoint"
    l2: float = 1.0

    def check_reward(self, reward: Reward) -> None:
        super().check_reward(reward)
        if abs(reward.value) > LARGEST_REWARD:
            raise PolicyError.wrong(
                "reward.value", f"a number from {-LARGEST_REWARD:g} to {LARGEST_REWARD:g}", reward.value
            )
        self._checked("reward.context", reward.context)

    def learn(self, state: State, rewards: Sequence[Reward]) -> State:
        models = dict(state.models)
        for key, rows in self._by_model(rewards).items():
            models[key] = self.refit(models.get(key) or self.prior, rows)
        return replace(super().learn(state, rewards), models=models)

    @property
    def prior(self) -> Model:
        """A regression that has seen nothing."""
        return Model.prior(self.dimension, self.l2)

    def refit(self, model: Model, rewards: Sequence[Reward]) -> Model:
        """The regression with these rewards too. Least squares; logistic regression has its own."""
        import numpy as np

        x = np.array([reward.context for reward in rewards], dtype=float)
        r = np.array([reward.value for reward in rewards], dtype=float)
        return Model(model.n + len(rewards), model.precision + x.T @ x, model.moment + x.T @ r)

    def of(self, state: State, names: Sequence[ArmName], context: Features | None) -> "Iterator[tuple[Array, Model]]":
        """Each arm's features and regression."""
        import numpy as np

        nothing = self.prior
        for name in names:
            features = context.get(name) if isinstance(context, Mapping) else context
            if isinstance(context, Mapping) != (self.model == "shared"):
                features = None
            self._checked("context", features)
            key = name if self.model == "disjoint" else ""
            yield np.array(features, dtype=float), state.models.get(key, nothing)

    def _by_model(self, rewards: Sequence[Reward]) -> dict[str, list[Reward]]:
        rows: dict[str, list[Reward]] = {}
        for reward in rewards:
            rows.setdefault(reward.arm if self.model == "disjoint" else "", []).append(reward)
        return rows

    def _checked(self, path: str, features: object) -> None:
        if (
            not isinstance(features, (list, tuple))
            or len(features) != self.dimension
            or not all(isinstance(x, (int, float)) and abs(x) <= LARGEST for x in features)
        ):
            each = " for each arm" if self.model == "shared" and path == "context" else ""
            expected = f"a list of {self.dimension} numbers from {-LARGEST:g} to {LARGEST:g}{each}"
            raise PolicyError.wrong(path, expected, features)


def spread_of(features: "Array", model: Model) -> float:
    """The variance of the score: x' A^-1 x, never below 0."""
    return max(float(features @ model.covariance @ features), 0.0)
