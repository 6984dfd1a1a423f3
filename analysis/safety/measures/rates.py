"""Rates: how often a class is predicted, over all rows, those of the class, or those that are not of it."""

from __future__ import annotations

from typing import ClassVar

from analysis.safety.measures.kinds import Line
from analysis.safety.measures.predicting import Predicting, line_of_class, of_class, slopes_of_class
from analysis.safety.terms import Array, Mask


def class_of(indices: tuple[int, ...]) -> int:
    """The class that is spoken of: of two classes, class 1."""
    return indices[0] if indices else 1


class Rate(Predicting):
    """among: True for rows of the class, False for the others, None for all. missed: of not being predicted."""

    among: ClassVar[bool | None] = None
    missed: ClassVar[bool] = False

    def rows(self, labels: Array, indices: tuple[int, ...]) -> Mask | None:
        return None if self.among is None else (labels == class_of(indices)) == self.among

    def lines(self, indices: tuple[int, ...], classes: int) -> Line | list[Line]:
        return line_of_class(class_of(indices), classes, missed=self.missed)

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        predicted = of_class(outputs, class_of(indices))
        return 1.0 - predicted if self.missed else predicted

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return slopes_of_class(outputs, class_of(indices), -1.0 if self.missed else 1.0)


class PositiveRate(Rate):
    """How often the class is predicted."""

    name: ClassVar[str] = "PR"


class NegativeRate(Rate):
    """How often it is not."""

    name: ClassVar[str] = "NR"
    missed: ClassVar[bool] = True


class TruePositiveRate(Rate):
    """How often it is predicted where it is true."""

    name: ClassVar[str] = "TPR"
    among: ClassVar[bool | None] = True


class FalseNegativeRate(Rate):
    """How often it is not predicted where it is true."""

    name: ClassVar[str] = "FNR"
    among: ClassVar[bool | None] = True
    missed: ClassVar[bool] = True


class FalsePositiveRate(Rate):
    """How often it is predicted where it is not true."""

    name: ClassVar[str] = "FPR"
    among: ClassVar[bool | None] = False


class TrueNegativeRate(Rate):
    """How often it is not predicted where it is not true."""

    name: ClassVar[str] = "TNR"
    among: ClassVar[bool | None] = False
    missed: ClassVar[bool] = True
