"""Several classes: softmax of linear scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.safety.models.family import MODELS, Family
from analysis.safety.models.links import softmax
from analysis.safety.models.scores import LinearScoresOfClasses
from analysis.safety.terms import Array, Fitted, Regime, Samples
from experiments.types import JsonObject


class FittedMulticlassLogistic(LinearScoresOfClasses):
    """Outputs: (n, classes), rows that add to 1."""

    link = "softmax"

    def outputs(self, theta: Array) -> Array:
        return softmax(self.scores(theta))

    def bent(self, outputs: Array, weights: Array) -> Array:
        found = weights * outputs
        found -= outputs * found.sum(axis=1, keepdims=True)
        return found

    def pull(self, theta: Array, outputs: Array, weights: Array) -> Array:
        return self.pull_scores(self.bent(outputs, weights))


@MODELS.register
@dataclass(frozen=True)
class MulticlassLogistic(Family):
    """Several classes: softmax of linear scores.

    Starts from scikit-learn's logistic regression; a class that the rows do not show starts as unlikely.
    """

    name: ClassVar[str] = "multiclass_logistic"
    example: ClassVar[JsonObject] = {"type": "multiclass_logistic"}
    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.MULTICLASS})

    def over(self, features: Array, *, classes: int) -> Fitted:
        return FittedMulticlassLogistic(features, classes)

    def start(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Array:
        from sklearn.linear_model import LogisticRegression  # a worker's: never while a web process starts

        seen = np.unique(samples.labels).astype(np.intp)
        theta = np.zeros((samples.features.shape[1] + 1, classes))
        theta[0] = -10.0
        theta[0, seen] = 0.0
        if len(seen) > 2:
            fitted = LogisticRegression(max_iter=1000).fit(samples.features, samples.labels)
            theta[0, seen], theta[1:, seen] = fitted.intercept_, fitted.coef_.T
        return theta.reshape(-1)
