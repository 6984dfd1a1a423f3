"""Two classes: the probability of class 1 is a sigmoid of a linear score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.safety.models.family import MODELS, Family
from analysis.safety.models.links import sigmoid
from analysis.safety.models.scores import LinearScores
from analysis.safety.terms import Array, Fitted, Regime, Samples
from experiments.types import JsonObject


class FittedLogistic(LinearScores):
    """Outputs: (n,), the probability of class 1."""

    link = "logit"

    def outputs(self, theta: Array) -> Array:
        return sigmoid(self.scores(theta))

    def bent(self, outputs: Array, weights: Array) -> Array:
        return weights * outputs * (1.0 - outputs)

    def pull(self, theta: Array, outputs: Array, weights: Array) -> Array:
        return self.pull_scores(self.bent(outputs, weights))


@MODELS.register
@dataclass(frozen=True)
class Logistic(Family):
    """Two classes: the probability of the second is a sigmoid of a linear score.

    Starts from scikit-learn's logistic regression with its usual penalty, as the engine does.
    """

    name: ClassVar[str] = "logistic"
    example: ClassVar[JsonObject] = {"type": "logistic"}
    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.BINARY})

    def over(self, features: Array, *, classes: int) -> Fitted:
        return FittedLogistic(features)

    def start(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Array:
        from sklearn.linear_model import LogisticRegression  # a worker's: never while a web process starts

        if len(np.unique(samples.labels)) < 2:
            return np.zeros(samples.features.shape[1] + 1)
        fitted = LogisticRegression(max_iter=1000).fit(samples.features, samples.labels)
        return np.concatenate([fitted.intercept_, fitted.coef_[0]])
