"""Precision, recall and what combines them."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.components import Nullable, Real
from analysis.learning.members import takes
from analysis.learning.metrics.counting import confusion, positive_label, ratio
from analysis.learning.metrics.label import LABEL
from analysis.learning.metrics.metric import AVERAGES, METRICS, OneFigure, Seen
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.metrics.metric import Reals


@dataclass(frozen=True)
class OfEachLabel(OneFigure):
    """A ratio for each label, averaged. Labels that only occur among the predictions count, with 0."""

    average: str = takes(
        AVERAGES, "macro: mean over labels; weighted: by samples; micro: of all; binary: of one label.", "macro"
    )
    positive: int | str | None = takes(Nullable(LABEL), "The label of a binary figure; null: the last of two.", None)

    @property
    def called(self) -> str:
        return f"{self.name}_{self.average}"

    @abstractmethod
    def of(self, hits: Reals, guessed: Reals, actual: Reals) -> Reals:
        """Each of shape (k,)."""

    def value(self, seen: Seen) -> float:
        import numpy as np

        counted = confusion(seen)
        counts = counted.hits, counted.guessed, counted.actual
        if self.average == "micro":
            return float(self.of(*(count.sum(keepdims=True) for count in counts))[0])
        each = self.of(*counts)
        if self.average == "binary":
            return float(each[counted.labels == positive_label(seen, self.positive)].sum())
        return float(np.average(each, weights=counted.actual if self.average == "weighted" else None))


@METRICS.register
@dataclass(frozen=True)
class Precision(OfEachLabel):
    """Of the samples predicted to have a label, the share that has it."""

    name: ClassVar[str] = "precision"
    example: ClassVar[JsonObject] = {"kind": "precision", "average": "macro"}

    def of(self, hits: Reals, guessed: Reals, actual: Reals) -> Reals:
        return ratio(hits, guessed)


@METRICS.register
@dataclass(frozen=True)
class Recall(OfEachLabel):
    """Of the samples that have a label, the share that is predicted to have it."""

    name: ClassVar[str] = "recall"
    example: ClassVar[JsonObject] = {"kind": "recall", "average": "weighted"}

    def of(self, hits: Reals, guessed: Reals, actual: Reals) -> Reals:
        return ratio(hits, actual)


@METRICS.register
@dataclass(frozen=True)
class F1(OfEachLabel):
    """The harmonic mean of precision and recall."""

    name: ClassVar[str] = "f1"
    example: ClassVar[JsonObject] = {"kind": "f1", "average": "macro"}

    def of(self, hits: Reals, guessed: Reals, actual: Reals) -> Reals:
        return ratio(2 * hits, guessed + actual)


@METRICS.register
@dataclass(frozen=True)
class FBeta(OfEachLabel):
    """The harmonic mean of precision and recall, with recall beta times as important."""

    name: ClassVar[str] = "f_beta"
    example: ClassVar[JsonObject] = {"kind": "f_beta", "beta": 0.5}

    beta: float = takes(Real(0, above=True), "How many times as important recall is.", 1.0)

    @property
    def called(self) -> str:
        return f"f_{self.beta:g}_{self.average}"

    def of(self, hits: Reals, guessed: Reals, actual: Reals) -> Reals:
        return ratio((1 + self.beta**2) * hits, guessed + self.beta**2 * actual)
