"""How well scores put the samples of a label before all others."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.components import Nullable, OneOf
from analysis.learning.members import takes
from analysis.learning.metrics.counting import is_label, positive_label, probabilities
from analysis.learning.metrics.label import LABEL
from analysis.learning.metrics.metric import METRICS, OneFigure, Seen
from experiments.types import JsonObject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.learning.metrics.metric import Reals


@dataclass(frozen=True)
class OneAgainstRest(OneFigure):
    """A figure of one label against all others; of more than two labels the mean over all.

    NaN if one is missing, or a score is lost.
    """

    average: str = takes(
        OneOf("binary", "macro", "weighted"), "binary: of one label; macro, weighted: mean over the labels.", "binary"
    )
    positive: int | str | None = takes(Nullable(LABEL), "The label of a binary figure; null: the last of two.", None)

    @property
    def called(self) -> str:
        return self.name if self.average == "binary" else f"{self.name}_{self.average}"

    @abstractmethod
    def of(self, scores: Reals, positive: NDArray[np.bool_]) -> float:
        """Both of shape (n,)."""

    def value(self, seen: Seen) -> float:
        import numpy as np

        if self.average == "binary":
            label = positive_label(seen, self.positive)
            return self.of(probabilities(seen, label), is_label(seen, label))
        each = [self.of(probabilities(seen, label), is_label(seen, label)) for label in seen.labels]
        sizes = [int(is_label(seen, label).sum()) for label in seen.labels]
        return float(np.average(each, weights=sizes if self.average == "weighted" else None))


@METRICS.register
@dataclass(frozen=True)
class Auroc(OneAgainstRest):
    """Area under the receiver operating characteristic.

    The chance that a sample with the label scores higher than one without; equal scores count half.
    """

    name: ClassVar[str] = "auroc"
    example: ClassVar[JsonObject] = {"kind": "auroc", "average": "macro"}

    def of(self, scores: Reals, positive: NDArray[np.bool_]) -> float:
        import numpy as np

        n_positive = int(positive.sum())
        n_negative = len(positive) - n_positive
        if not n_positive or not n_negative or not np.isfinite(scores).all():
            return nan
        _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
        ranks = (np.cumsum(count) - (count - 1) / 2)[place]
        return float((ranks[positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


@METRICS.register
@dataclass(frozen=True)
class Aupr(OneAgainstRest):
    """Area under the precision-recall curve as average precision: that of each step, weighted by its recall."""

    name: ClassVar[str] = "aupr"
    example: ClassVar[JsonObject] = {"kind": "aupr", "average": "macro"}

    def of(self, scores: Reals, positive: NDArray[np.bool_]) -> float:
        import numpy as np

        if not positive.any() or not np.isfinite(scores).all():
            return nan
        order = np.argsort(-scores, kind="stable")
        last_of_equals = np.append(np.diff(scores[order]) != 0, True)
        hits = np.cumsum(positive[order])[last_of_equals]
        precision = hits / (np.flatnonzero(last_of_equals) + 1)
        return float((np.diff(hits, prepend=0) * precision).sum() / positive.sum())
