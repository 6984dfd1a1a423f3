"""Two classes: the probability of class 1 is a sigmoid of a linear score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from analysis.learning.components import OneOf
from analysis.learning.members import takes
from analysis.safety.models.family import MODELS, Family
from analysis.safety.models.links import falling_sigmoid, sigmoid
from analysis.safety.models.scores import LinearScores
from analysis.safety.terms import Array, Fitted, Regime, Samples
from experiments.types import JsonObject


class FittedLogistic(LinearScores):
    """Outputs: (n,), the probability of class 1."""

    link = "logit"

    def outputs(self, theta: Array) -> Array:
        return falling_sigmoid(self.scores(-theta))

    def bent(self, outputs: Array, weights: Array) -> Array:
        found = 1.0 - outputs
        found *= outputs
        found *= weights
        return found

    def pull(self, theta: Array, outputs: Array, weights: Array) -> Array:
        return self.pull_scores(self.bent(outputs, weights))


class ExactLogistic(FittedLogistic):
    """Slopes from the scores, which outputs near 1 no longer tell. Remembers those of its last outputs."""

    def __init__(self, features: Array) -> None:
        super().__init__(features)
        self._last: tuple[Array, Array] | None = None

    def outputs(self, theta: Array) -> Array:
        scores = self.scores(theta)
        self._last = (sigmoid(scores), scores)
        return self._last[0]

    def bent(self, outputs: Array, weights: Array) -> Array:
        if self._last is None or self._last[0] is not outputs:
            return super().bent(outputs, weights)
        fall = np.exp(-np.abs(self._last[1]))
        return np.asarray(weights * (fall / (1.0 + fall) ** 2), dtype=np.float64)


class TracedLogistic(ExactLogistic):
    """Lets no objective go by the scores: each of its slopes is by outputs, as automatic differentiation takes it."""

    link = "traced"


SLOPES: Mapping[str, type[FittedLogistic]] = {
    "fast": FittedLogistic,
    "exact": ExactLogistic,
    "traced": TracedLogistic,
}


@MODELS.register
@dataclass(frozen=True)
class Logistic(Family):
    """Two classes: the probability of the second is a sigmoid of a linear score.

    Starts from scikit-learn's logistic regression with its usual penalty, as the engine does.
    """

    name: ClassVar[str] = "logistic"
    example: ClassVar[JsonObject] = {"type": "logistic"}
    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.BINARY})

    slopes: str = takes(
        OneOf(*SLOPES),
        "fast: from the predictions. exact: right to the last digit also where a prediction is all but certain, and "
        "slower; the Seldonian Engine's. traced: the engine's without its built-in gradient of the objective.",
        "fast",
    )

    def as_the_engine(self) -> Logistic:
        return self if self.slopes == "traced" else replace(self, slopes="exact")

    def over(self, features: Array, *, classes: int) -> Fitted:
        return SLOPES[self.slopes](features)

    def start(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Array:
        from sklearn.linear_model import LogisticRegression  # a worker's: never while a web process starts

        if len(np.unique(samples.labels)) < 2:
            return np.zeros(samples.features.shape[1] + 1)
        fitted = LogisticRegression(max_iter=1000).fit(samples.features, samples.labels)
        return np.concatenate([fitted.intercept_, fitted.coef_[0]])
