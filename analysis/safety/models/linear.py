"""A number: linear in the features, or squashed into a range."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.learning.components import Finding, Real
from analysis.learning.members import takes
from analysis.safety.models.family import MODELS, Family
from analysis.safety.models.links import sigmoid
from analysis.safety.models.scores import LinearScores
from analysis.safety.terms import Array, Fitted, Regime, Samples
from experiments.types import JsonObject


class FittedLinear(LinearScores):
    """Outputs: (n,), the scores themselves."""

    link = "identity"

    def outputs(self, theta: Array) -> Array:
        return self.scores(theta)

    def bent(self, outputs: Array, weights: Array) -> Array:
        return weights

    def pull(self, theta: Array, outputs: Array, weights: Array) -> Array:
        return self.pull_scores(weights)


@MODELS.register
@dataclass(frozen=True)
class Linear(Family):
    """A number that is linear in the features. Starts from least squares."""

    name: ClassVar[str] = "linear"
    example: ClassVar[JsonObject] = {"type": "linear"}
    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.REGRESSION})

    def over(self, features: Array, *, classes: int) -> Fitted:
        return FittedLinear(features)

    def start(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Array:
        return least_squares(samples.features, samples.labels)


def least_squares(features: Array, labels: Array) -> Array:
    """Intercept and weights, shape (d + 1,); of those that fit equally well, the smallest."""
    middle = features.mean(axis=0)
    weights = np.linalg.lstsq(features - middle, labels - labels.mean(), rcond=None)[0]
    return np.concatenate([[labels.mean() - middle @ weights], weights])


class FittedSquashed(LinearScores):
    """Outputs: (n,), low + (high - low) * sigmoid(score)."""

    link = "squash"

    def __init__(self, features: Array, low: float, high: float) -> None:
        super().__init__(features)
        self.low, self.width = low, high - low

    def outputs(self, theta: Array) -> Array:
        return self.low + self.width * sigmoid(self.scores(theta))

    def bent(self, outputs: Array, weights: Array) -> Array:
        share = (outputs - self.low) / self.width
        return weights * (self.width * share * (1.0 - share))

    def pull(self, theta: Array, outputs: Array, weights: Array) -> Array:
        return self.pull_scores(self.bent(outputs, weights))


@MODELS.register
@dataclass(frozen=True)
class SquashedLinear(Family):
    """A number squashed by a sigmoid of a linear score.

    It never leaves (low, high), so that errors have a range that can be declared. -6 to 6 is the engine's.
    """

    name: ClassVar[str] = "squashed_linear"
    example: ClassVar[JsonObject] = {"type": "squashed_linear", "low": 0, "high": 10}
    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.REGRESSION})

    low: float = takes(Real(), "What is always below every prediction.", -6.0)
    high: float = takes(Real(), "What is always above every prediction.", 6.0)

    def disagreements(self) -> Iterator[Finding]:
        if self.low >= self.high:
            yield ("high",), "high must be above low", f"low is {self.low}"

    def over(self, features: Array, *, classes: int) -> Fitted:
        return FittedSquashed(features, self.low, self.high)

    def start(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Array:
        """Least squares on what the labels would be before squashing; those at the ends are drawn in by a hundredth."""
        share = np.clip((samples.labels - self.low) / (self.high - self.low), 0.01, 0.99)
        return least_squares(samples.features, np.log(share / (1.0 - share)))
