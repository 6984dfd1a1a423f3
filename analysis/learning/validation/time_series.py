"""Train on the past, judge by what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.components import Nullable, Text, Whole
from analysis.learning.members import takes
from analysis.learning.running import Fold
from analysis.learning.validation.scheme import SCHEMES, TRAIN, VALIDATION, Scheme
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Indices, Parts, Samples


@SCHEMES.register
@dataclass(frozen=True)
class TimeSeries(Scheme):
    """Each fold trains on all samples (or the newest few) before a gap, and holds out the ones that follow it.

    The held-out parts follow each other up to the end of the series; nothing is shuffled. As scikit-learn's
    TimeSeriesSplit.
    """

    name: ClassVar[str] = "time_series"
    example: ClassVar[JsonObject] = {"scheme": "time_series", "folds": 5, "gap": 1, "order": "day"}

    folds: int = takes(Whole(1, 1_000), "How many.", 5)
    held_out_size: int | None = takes(Nullable(Whole(1)), "Samples held out in each fold; null: n / (folds + 1).", None)
    gap: int = takes(Whole(0), "Samples left out between the two parts.", 0)
    most_train: int | None = takes(Nullable(Whole(1)), "Train on at most so many, the newest; null: on all.", None)
    order: str = takes(Text(), "Column that orders the samples; empty: as they come.", "")

    def folds_to_run(self) -> Iterator[Fold]:
        return (Fold(outer=number) for number in range(self.folds))

    def divide(self, samples: Samples, fold: Fold) -> Parts:
        import numpy as np

        size = self.held_out_size or samples.n // (self.folds + 1)
        begin = samples.n - (self.folds - (fold.outer or 0)) * size
        if samples.n - self.folds * size - self.gap <= 0 or size == 0:
            raise ValueError(
                f"{samples.n} samples are too few for {self.folds} folds of {size} after a gap of {self.gap}."
            )
        until = begin - self.gap
        since = 0 if self.most_train is None else max(0, until - self.most_train)
        order = self._ordered(samples)
        return {TRAIN: np.sort(order[since:until]), VALIDATION: np.sort(order[begin : begin + size])}

    def _ordered(self, samples: Samples) -> Indices:
        import numpy as np

        return np.argsort(samples.column(self.order), kind="stable") if self.order else np.arange(samples.n)
