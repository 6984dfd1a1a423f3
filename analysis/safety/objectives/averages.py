"""The mean of a measure as what is minimised (or raised): a rate, an error, one place of the confusion matrix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.learning.components import Finding, ListOf, OneOf, Text, Whole
from analysis.learning.members import takes
from analysis.safety.measures import MEASURES
from analysis.safety.measures.predicting import CLASSIFICATION
from analysis.safety.objectives.loss import OBJECTIVES, Loss
from analysis.safety.terms import Array, Mask, Measure, Regime
from experiments.problems import did_you_mean
from experiments.types import JsonObject


@OBJECTIVES.register
@dataclass(frozen=True)
class AverageMeasure(Loss):
    """The mean of a measure over the rows that it counts: a rate that is to be low, or high.

    Without any such row it is not a number, and nothing is found.
    """

    name: ClassVar[str] = "average"
    example: ClassVar[JsonObject] = {"type": "average", "measure": "FNR"}
    regimes: ClassVar[frozenset[Regime]] = CLASSIFICATION | {Regime.REGRESSION}

    measure: str = takes(Text(80, 1), "Its name, as constraints call it.", "FNR")
    indices: tuple[int, ...] = takes(ListOf(Whole(0), most=2), "Of which class, or classes, if it has to be said.", ())
    towards: str = takes(OneOf("less", "more"), "Whether it is to be low or high.", "less")

    def disagreements(self) -> Iterator[Finding]:
        if self.measure not in MEASURES:
            yield ("measure",), f"There is no measure “{self.measure}”.", did_you_mean(self.measure, list(MEASURES))

    def value(self, outputs: Array, labels: Array) -> float:
        measure, rows = self._counted(labels)
        values = measure.values(outputs[rows], labels[rows], self.indices)
        return self._sign * float(values.mean()) if len(values) else float("nan")

    def slopes(self, outputs: Array, labels: Array) -> Array:
        measure, rows = self._counted(labels)
        found = np.zeros_like(outputs)
        found[rows] = measure.slopes(outputs[rows], labels[rows], self.indices) * (self._sign / max(rows.sum(), 1))
        return found

    @property
    def _sign(self) -> float:
        return 1.0 if self.towards == "less" else -1.0

    def _counted(self, labels: Array) -> tuple[Measure, Mask]:
        """What has steps is stood in for, as everywhere in a search."""
        measure = MEASURES[self.measure].smooth or MEASURES[self.measure]
        rows = measure.rows(labels, self.indices)
        return measure, np.ones(len(labels), dtype=bool) if rows is None else rows


@OBJECTIVES.register
@dataclass(frozen=True)
class ErrorRate(Loss):
    """How probable the wrong classes are, on average: 1 minus the accuracy of a classifier that draws."""

    name: ClassVar[str] = "error_rate"
    example: ClassVar[JsonObject] = {"type": "error_rate"}
    regimes: ClassVar[frozenset[Regime]] = CLASSIFICATION

    def value(self, outputs: Array, labels: Array) -> float:
        return 1.0 - float(MEASURES["ACC"].values(outputs, labels, ()).mean())

    def slopes(self, outputs: Array, labels: Array) -> Array:
        return MEASURES["ACC"].slopes(outputs, labels, ()) / -len(labels)
