"""Whether "80 % sure" is right four times out of five."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.components import Flag, ListOf, Nullable, Whole
from analysis.learning.members import takes
from analysis.learning.metrics.counting import confusion, is_label, probabilities
from analysis.learning.metrics.label import LABEL
from analysis.learning.metrics.metric import METRICS, Measure, Metric, OneFigure, Seen
from experiments.types import JsonObject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.learning.metrics.metric import Reals

BINS = Whole(1, 10_000)


@METRICS.register
@dataclass(frozen=True)
class ExpectedCalibrationError(Metric):
    """The mean distance between how sure the model is and how often it is right, in bins of equal width of sureness.

    Of one label: between its probability and its share. Without one: of the label that is predicted (Guo et al. 2017).
    """

    name: ClassVar[str] = "expected_calibration_error"
    example: ClassVar[JsonObject] = {"kind": "expected_calibration_error", "bins": 15}
    more_is_better: ClassVar[bool] = False

    bins: int = takes(BINS, "How many bins from 0 to 1.", 10)
    label: int | str | None = takes(Nullable(LABEL), "Of which label; null: of the one predicted.", None)
    sum_up: bool = takes(Flag(), "False: a figure for each bin, its distance weighted by its share of samples.", True)

    def figures(self) -> Mapping[str, Measure]:
        called = self.tag or self.name
        if self.sum_up:
            return {called: lambda seen: float(self._gaps(seen).sum())}
        return {f"{called}_bin_{number + 1}": partial(self._gap, number) for number in range(self.bins)}

    def _gap(self, number: int, seen: Seen) -> float:
        return float(self._gaps(seen)[number])

    def _gaps(self, seen: Seen) -> Reals:
        if self.label is not None:
            return gaps(probabilities(seen, self.label), is_label(seen, self.label), self.bins)
        confusion(seen)  # refuses numbers and nothing
        return gaps(seen.scores.astype(float).max(axis=1), seen.predicted == seen.targets, self.bins)


@METRICS.register
@dataclass(frozen=True)
class ClasswiseCalibrationError(OneFigure):
    """The mean over labels of the expected calibration error of each."""

    name: ClassVar[str] = "classwise_calibration_error"
    example: ClassVar[JsonObject] = {"kind": "classwise_calibration_error", "bins": 10}
    more_is_better: ClassVar[bool] = False

    bins: int = takes(BINS, "How many bins from 0 to 1.", 10)
    of: tuple[int | str, ...] = takes(ListOf(LABEL), "The labels; empty: all.", ())

    def value(self, seen: Seen) -> float:
        import numpy as np

        wanted = self.of or seen.labels
        each = [gaps(probabilities(seen, one), is_label(seen, one), self.bins).sum() for one in wanted]
        return float(np.mean(each))


def gaps(sureness: Reals, is_so: NDArray[np.bool_], bins: int) -> Reals:
    """Shape (bins,): distance between mean sureness and share of truth, times the share of samples in the bin.

    sureness: shape (n,), each from 0 to 1. A bin holds its lower end; the last one both. All NaN if a sureness is.
    """
    import numpy as np

    if not np.isfinite(sureness).all():
        return np.full(bins, np.nan)
    place = np.minimum((sureness * bins).astype(int), bins - 1)
    excess = np.bincount(place, weights=sureness - is_so, minlength=bins)
    weighted: Reals = np.abs(excess) / len(sureness)
    return weighted
