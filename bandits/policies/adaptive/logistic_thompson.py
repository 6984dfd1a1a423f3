"""Thompson sampling of a logistic model, for yes-or-no rewards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, ClassVar

from bandits.policies.adaptive.linear_thompson import LinearThompson
from bandits.policies.adaptive.model import Model
from bandits.policies.adaptive.state import Reward
from bandits.policies.errors import PolicyError
from bandits.policies.parameters import Parameter

if TYPE_CHECKING:
    from bandits.policies.adaptive.model import Array


@dataclass(frozen=True)
class LogisticThompson(LinearThompson):
    """P(1) = 1 / (1 + exp(-w'x)) with a normal posterior of w, moved on by Laplace's method after each reward.

    Chapelle and Li (2011), with the whole precision matrix. Rewards are from 0 to 1. v scales the posterior's
    deviation.
    """

    name: ClassVar[str] = "logistic_thompson"
    example: ClassVar[Mapping[str, object]] = {"policy": "logistic_thompson", "dimension": 3}
    parameters: ClassVar[Mapping[str, Parameter]] = LinearThompson.parameters

    v: float = 1.0

    def check_reward(self, reward: Reward) -> None:
        super().check_reward(reward)
        if not 0 <= reward.value <= 1:
            raise PolicyError.wrong("reward.value", "a number from 0 to 1", reward.value)

    def centre(self, model: Model) -> "Array":
        """The mode, which the model keeps in the place of the moment."""
        return model.moment

    def refit(self, model: Model, rewards: Sequence[Reward]) -> Model:
        import numpy as np

        precision, mode = model.precision.copy(), model.moment.copy()
        for reward in rewards:
            x = np.array(reward.context, dtype=float)
            reach = np.linalg.solve(precision, x)
            step, curvature = _newton(float(x @ mode), max(float(x @ reach), 0.0), reward.value)
            mode += step * reach
            precision += curvature * np.outer(x, x)
        return Model(model.n + len(rewards), precision, mode)


def _newton(score: float, variance: float, value: float) -> tuple[float, float]:
    """One reward moves the score to the root of s = score + variance (value - P(s)): the step, and the curvature there.

    The left side less the right grows with s and is 0 between score and score + variance (value - 0 or 1): bisection.
    """
    low, high = score + variance * min(value - 1, 0.0), score + variance * max(value, 0.0)
    for _ in range(100):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if middle - score < variance * (value - _sigmoid(middle)) else (low, middle)
    chance = _sigmoid((low + high) / 2)
    return value - chance, chance * (1 - chance)


def _sigmoid(score: float) -> float:
    return 1 / (1 + exp(-score)) if score > -700 else exp(score)
