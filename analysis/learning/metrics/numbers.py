"""How far predicted numbers are from the true ones. Of vectors: the mean over their entries."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.components import Real
from analysis.learning.members import takes
from analysis.learning.metrics.metric import METRICS, OneFigure, Seen
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.metrics.metric import Reals


@dataclass(frozen=True)
class OfNumbers(OneFigure):
    """A figure of numbers."""

    more_is_better: ClassVar[bool] = False

    def value(self, seen: Seen) -> float:
        if seen.labels or not len(seen.targets):
            raise ValueError("This metric needs numbers, but classes are predicted or there are no samples.")
        targets = seen.targets.reshape(len(seen.targets), -1)
        return self.of(targets.astype(float), seen.scores.reshape(targets.shape).astype(float))

    @abstractmethod
    def of(self, targets: Reals, predicted: Reals) -> float:
        """Both of shape (n, k)."""


@METRICS.register
@dataclass(frozen=True)
class MeanSquaredError(OfNumbers):
    """The mean squared distance."""

    name: ClassVar[str] = "mean_squared_error"
    example: ClassVar[JsonObject] = {"kind": "mean_squared_error"}

    def of(self, targets: Reals, predicted: Reals) -> float:
        return float(((targets - predicted) ** 2).mean())


@METRICS.register
@dataclass(frozen=True)
class RootMeanSquaredError(OfNumbers):
    """The square root of the mean squared distance, in the targets' own unit."""

    name: ClassVar[str] = "root_mean_squared_error"
    example: ClassVar[JsonObject] = {"kind": "root_mean_squared_error"}

    def of(self, targets: Reals, predicted: Reals) -> float:
        return sqrt(float(((targets - predicted) ** 2).mean()))


@METRICS.register
@dataclass(frozen=True)
class MeanAbsoluteError(OfNumbers):
    """The mean distance."""

    name: ClassVar[str] = "mean_absolute_error"
    example: ClassVar[JsonObject] = {"kind": "mean_absolute_error"}

    def of(self, targets: Reals, predicted: Reals) -> float:
        return float(abs(targets - predicted).mean())


@METRICS.register
@dataclass(frozen=True)
class RSquared(OfNumbers):
    """The share of the targets' variance that is explained; below 0 where their mean would do better. NaN if none."""

    name: ClassVar[str] = "r_squared"
    example: ClassVar[JsonObject] = {"kind": "r_squared"}
    more_is_better: ClassVar[bool] = True

    def of(self, targets: Reals, predicted: Reals) -> float:
        spread = ((targets - targets.mean(axis=0)) ** 2).sum(axis=0)
        missed = ((targets - predicted) ** 2).sum(axis=0)
        return float((1 - missed / spread).mean()) if (spread > 0).all() else nan


@METRICS.register
@dataclass(frozen=True)
class LpLoss(OfNumbers):
    """The mean over samples of (sum over entries of |distance| ** exponent) ** (1 / root)."""

    name: ClassVar[str] = "lp_loss"
    example: ClassVar[JsonObject] = {"kind": "lp_loss", "exponent": 2, "root": 2}

    exponent: float = takes(Real(0, above=True), "To which power distances are raised.", 2.0)
    root: float = takes(Real(0, above=True), "Which root is taken of their sum.", 1.0)

    def of(self, targets: Reals, predicted: Reals) -> float:
        sums = (abs(targets - predicted) ** self.exponent).sum(axis=1)
        return float((sums ** (1 / self.root)).mean())
