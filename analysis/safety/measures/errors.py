"""How far predictions of a number are from the truth. Their range is the user's to declare."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from analysis.safety.measures.kinds import Everywhere
from analysis.safety.terms import Array, Evidence, Mask, Measure, Regime


class OfNumbers(Everywhere):
    """Over every row, of no class, without a range."""

    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.REGRESSION})
    smooth: ClassVar[Measure | None] = None

    def subscripts(self, regime: Regime) -> int:
        return 0

    def like(self) -> Evidence:
        return Evidence(np.empty(0))

    def rows(self, labels: Array, indices: tuple[int, ...]) -> Mask | None:
        return None


class MeanError(OfNumbers):
    """Prediction minus truth: above 0 where the model promises too much."""

    name: ClassVar[str] = "Mean_Error"

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return outputs - labels

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return np.ones_like(outputs)


class MeanSquaredError(OfNumbers):
    """The square of that."""

    name: ClassVar[str] = "Mean_Squared_Error"

    def like(self) -> Evidence:
        return Evidence(np.empty(0), low=0.0)

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return np.square(outputs - labels)

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return 2.0 * (outputs - labels)


class MeanAbsoluteError(OfNumbers):
    """How far off, whichever way."""

    name: ClassVar[str] = "Mean_Absolute_Error"

    def like(self) -> Evidence:
        return Evidence(np.empty(0), low=0.0)

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return np.abs(outputs - labels)

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return np.sign(outputs - labels)


class MeanPrediction(OfNumbers):
    """What is predicted, whatever is true: alike for two groups, it is to regression what equal positive rates are."""

    name: ClassVar[str] = "Mean_Prediction"

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return outputs

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return np.ones_like(outputs)
