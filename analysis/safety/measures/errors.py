"""How far predictions of a number are from the truth. Their range is the user's to declare."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from analysis.safety.measures.kinds import Everywhere
from analysis.safety.terms import Array, Mask, Measure, Regime


class OfNumbers(Everywhere):
    """Over every row, of no class, without a range."""

    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.REGRESSION})
    tail: ClassVar[float | None] = None
    smooth: ClassVar[Measure | None] = None

    def subscripts(self, regime: Regime) -> int:
        return 0

    def range(self) -> tuple[float, float]:
        return -math.inf, math.inf

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

    def range(self) -> tuple[float, float]:
        return 0.0, math.inf

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return np.square(outputs - labels)

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return 2.0 * (outputs - labels)
