"""How often the prediction is right, and what is predicted instead."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from analysis.safety.measures.kinds import Line
from analysis.safety.measures.predicting import Predicting, line_of_class, of_class, slopes_of_class
from analysis.safety.terms import Array, Mask, Regime


class Accuracy(Predicting):
    """The probability of the true class."""

    name: ClassVar[str] = "ACC"

    def subscripts(self, regime: Regime) -> int:
        return 0

    def lines(self, indices: tuple[int, ...], classes: int) -> Line | list[Line]:
        return [line_of_class(label, classes) for label in range(classes)]

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        if outputs.ndim == 1:
            return np.where(labels == 1, outputs, 1.0 - outputs)
        return outputs[np.arange(len(labels)), labels.astype(np.intp)]

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        if outputs.ndim == 1:
            return np.where(labels == 1, 1.0, -1.0)
        found = np.zeros_like(outputs)
        found[np.arange(len(labels)), labels.astype(np.intp)] = 1.0
        return found


class ConfusionMatrix(Predicting):
    """CM_[i,j]: how often class j is predicted where class i is true."""

    name: ClassVar[str] = "CM"
    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.MULTICLASS})

    def subscripts(self, regime: Regime) -> int:
        return 2

    def rows(self, labels: Array, indices: tuple[int, ...]) -> Mask | None:
        found: Mask = labels == indices[0]
        return found

    def lines(self, indices: tuple[int, ...], classes: int) -> Line | list[Line]:
        return line_of_class(indices[1], classes)

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return of_class(outputs, indices[1])

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return slopes_of_class(outputs, indices[1], 1.0)
