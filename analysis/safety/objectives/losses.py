"""What is minimised over the candidate rows: the usual losses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.safety.objectives.loss import OBJECTIVES, Loss
from analysis.safety.terms import Array, Regime
from experiments.types import JsonObject

GUARD = 1e-15  # the engine's: added inside the logarithm
TOGETHER = 16  # as many guarded probabilities can be multiplied without coming near the least number there is
MANY = 8192  # from so many on, products cost less than the logarithms that they save


@OBJECTIVES.register
@dataclass(frozen=True)
class SquaredLoss(Loss):
    """Mean of (prediction - truth)²."""

    name: ClassVar[str] = "squared_loss"
    example: ClassVar[JsonObject] = {"type": "squared_loss"}
    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.REGRESSION})
    link: ClassVar[str] = "identity"

    def value(self, outputs: Array, labels: Array) -> float:
        errors = outputs - labels
        return float(errors @ errors) / len(errors)

    def slopes(self, outputs: Array, labels: Array) -> Array:
        found = outputs - labels
        found *= 2.0 / len(found)
        return found

    def residuals(self, outputs: Array, labels: Array) -> Array:
        return self.slopes(outputs, labels)


@OBJECTIVES.register
@dataclass(frozen=True)
class LogisticLoss(Loss):
    """Mean of -log of the probability of what is true, for two classes."""

    name: ClassVar[str] = "logistic_loss"
    example: ClassVar[JsonObject] = {"type": "logistic_loss"}
    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.BINARY})
    link: ClassVar[str] = "logit"

    def value(self, outputs: Array, labels: Array) -> float:
        true = 1.0 - labels
        np.subtract(outputs, true, out=true)
        np.abs(true, out=true)
        true += GUARD
        return -_sum_of_logs(true) / len(true)

    def slopes(self, outputs: Array, labels: Array) -> Array:
        found = (1.0 - labels) / (1.0 - outputs + GUARD) - labels / (outputs + GUARD)
        found /= len(found)
        return found

    def residuals(self, outputs: Array, labels: Array) -> Array:
        found = outputs - labels
        found *= 1.0 / len(found)
        return found


@OBJECTIVES.register
@dataclass(frozen=True)
class MulticlassLogisticLoss(Loss):
    """The same for several classes."""

    name: ClassVar[str] = "multiclass_logistic_loss"
    example: ClassVar[JsonObject] = {"type": "multiclass_logistic_loss"}
    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.MULTICLASS})
    link: ClassVar[str] = "softmax"

    def value(self, outputs: Array, labels: Array) -> float:
        true = outputs[np.arange(len(labels)), labels.astype(np.intp)]
        return -float(np.log(true + GUARD).mean())

    def slopes(self, outputs: Array, labels: Array) -> Array:
        found = np.zeros_like(outputs)
        rows, true = np.arange(len(labels)), labels.astype(np.intp)
        found[rows, true] = -1.0 / (outputs[rows, true] + GUARD) / len(labels)
        return found

    def residuals(self, outputs: Array, labels: Array) -> Array:
        found = outputs.copy()
        found[np.arange(len(labels)), labels.astype(np.intp)] -= 1.0
        found /= len(labels)
        return found


def _sum_of_logs(values: Array) -> float:
    """values: (n,), each from GUARD to little more than 1; overwritten."""
    if len(values) < MANY:
        return float(np.log(values, out=values).sum())
    whole = len(values) // TOGETHER * TOGETHER
    products = np.multiply.reduce(values[:whole].reshape(TOGETHER, -1), axis=0)
    return float(np.log(products, out=products).sum()) + float(np.log(values[whole:]).sum())
