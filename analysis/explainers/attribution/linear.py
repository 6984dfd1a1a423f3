"""What the coefficients of a linear model say of a sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

import numpy as np

from analysis.explainers.bodies import Attribution
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.saying import explained, predicted, row_of, weighed
from analysis.explainers.subjects import Background, Capability, Model, Reals, Sample, Task, WithCoefficients
from analysis.explainers.telling import columns_of
from analysis.explainers.words import Explanation
from experiments.types import JsonObject

IN_LOG_ODDS = (
    "The weights add up to the score before the model's link (for classes, the log-odds), not to the prediction."
)
CLOSE = 1e-9


@dataclass(frozen=True)
class OfCoefficients(Explainer):
    """Coefficient times the distance from a reference."""

    needs: ClassVar[Needs] = Needs(capabilities=frozenset({Capability.COEFFICIENTS}))
    makes: ClassVar[frozenset[str]] = frozenset({"attribution"})
    value_function: ClassVar[str]

    def reference(self, background: Background) -> Reals:
        """The row that is compared with, shape (M,)."""
        raise NotImplementedError

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        features, reference, digest = columns_of(background), self.reference(background), background.digest()
        coefficients = cast(WithCoefficients, model).coefficients()

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row, prediction = row_of(sample), predicted(model, sample, target)
            slopes, intercept = score_of(model, coefficients, explained(model, sample, target))
            weights, base = slopes * (row - reference), float(intercept + slopes @ reference)
            adds_up = model.task is Task.REGRESSION and is_close(base + float(weights.sum()), prediction.value)
            return Explanation(
                method=self.name,
                body=Attribution(weights=weighed(features, row, weights), base=base, is_additive=adds_up),
                prediction=prediction,
                parameters=self.told(),
                value_function=self.value_function,
                background=digest,
                warnings=() if adds_up else (IN_LOG_ODDS,),
            )

        return explain


@EXPLAINERS.register
@dataclass(frozen=True)
class LinearContributions(OfCoefficients):
    """Linear contributions.

    coefficient x value, from the intercept: how a linear model itself computes its score. The weight of a feature
    depends on where its zero lies, which means little for a year or a temperature; `linear_shap` compares with the
    average instead.
    """

    name: ClassVar[str] = "linear"
    example: ClassVar[JsonObject] = {"type": "linear"}
    value_function: ClassVar[str] = "zero"

    def reference(self, background: Background) -> Reals:
        return np.zeros(background.rows.shape[1])


@EXPLAINERS.register
@dataclass(frozen=True)
class LinearShap(OfCoefficients):
    """LinearSHAP.

    coefficient x (value - mean of the whole background): the exact interventional Shapley value of a linear score,
    whatever the features' correlations (Štrumbelj and Kononenko 2014).
    """

    name: ClassVar[str] = "linear_shap"
    example: ClassVar[JsonObject] = {"type": "linear_shap"}
    value_function: ClassVar[str] = "interventional"

    def reference(self, background: Background) -> Reals:
        return np.asarray(background.rows.mean(axis=0))


def score_of(model: Model, coefficients: tuple[Reals, Reals], target: int) -> tuple[Reals, float]:
    """Coefficients, shape (M,), and intercept of the score of that output; of two classes with one score, the first has
    its opposite.
    """
    weights, intercepts = coefficients
    if len(model.labels) == 2 and len(weights) == 1:
        sign = 1.0 if target == 1 else -1.0
        return sign * weights[0], sign * float(intercepts[0])
    return weights[target], float(intercepts[target])


def is_close(total: float, prediction: float) -> bool:
    """Whether the weights add up to the prediction, but for rounding."""
    return abs(total - prediction) <= CLOSE * max(1.0, abs(prediction))
