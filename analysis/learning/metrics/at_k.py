"""What is found among the first k."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import nan
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.components import Flag, ListOf, Nullable, Whole
from analysis.learning.members import takes
from analysis.learning.metrics.counting import is_label, positive_label, probabilities
from analysis.learning.metrics.label import LABEL
from analysis.learning.metrics.metric import METRICS, Measure, Metric, OneFigure, Seen
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.metrics.metric import Reals


@METRICS.register
@dataclass(frozen=True)
class RecallAtK(Metric):
    """Of the samples with a label, the share among the k that the model is most sure of. One figure for each k."""

    name: ClassVar[str] = "recall_at_k"
    example: ClassVar[JsonObject] = {"kind": "recall_at_k", "ks": [10, 100], "label": 9}

    ks: tuple[int, ...] = takes(ListOf(Whole(1), least=1, most=100), "How many samples are looked at.", (10,))
    label: int | str | None = takes(Nullable(LABEL), "The label that is looked for; null: the last of two.", None)
    descending: bool = takes(Flag(), "False: the samples that the model is least sure of come first.", True)

    def figures(self) -> Mapping[str, Measure]:
        return {f"{self.tag or 'recall'}_at_{k}": partial(self._at, k) for k in self.ks}

    def _at(self, k: int, seen: Seen) -> float:
        found = found_by(seen, self.label, descending=self.descending)
        return float(found[min(k, len(found)) - 1])


@METRICS.register
@dataclass(frozen=True)
class AreaUnderRecallAtK(OneFigure):
    """The mean of recall at k over all given k, as a share of the best that any order of the samples could reach."""

    name: ClassVar[str] = "area_under_recall_at_k"
    example: ClassVar[JsonObject] = {"kind": "area_under_recall_at_k", "label": 9}

    ks: tuple[int, ...] = takes(ListOf(Whole(1), most=10_000), "How many samples are looked at; empty: 1 to all.", ())
    label: int | str | None = takes(Nullable(LABEL), "The label that is looked for; null: the last of two.", None)
    descending: bool = takes(Flag(), "False: the samples that the model is least sure of come first.", True)
    normalise: bool = takes(Flag(), "Whether it is a share of the best possible.", True)

    def value(self, seen: Seen) -> float:
        import numpy as np

        found = found_by(seen, self.label, descending=self.descending)
        n = len(found)
        at = np.minimum(np.array(self.ks or range(1, n + 1)), n)
        n_label = int(is_label(seen, positive_label(seen, self.label)).sum())
        best = np.minimum(at, n_label).mean() / n_label if n_label and self.normalise else 1.0
        return float(found[at - 1].mean() / best)


@METRICS.register
@dataclass(frozen=True)
class TopKAccuracy(OneFigure):
    """The share of samples whose true label is among the k that the model is most sure of; equals favour the sample."""

    name: ClassVar[str] = "top_k_accuracy"
    example: ClassVar[JsonObject] = {"kind": "top_k_accuracy", "k": 3}

    k: int = takes(Whole(1), "How many labels are looked at.", 2)

    @property
    def called(self) -> str:
        return f"top_{self.k}_accuracy"

    def value(self, seen: Seen) -> float:
        import numpy as np

        known = np.stack([probabilities(seen, label) for label in seen.labels], axis=1)
        is_true = np.stack([is_label(seen, label) for label in seen.labels], axis=1)
        if not np.isfinite(known).all():
            return nan
        of_true = (known * is_true).sum(axis=1)  # a label that the model does not know is never right
        among_k = (known > of_true[:, None]).sum(axis=1) < self.k
        return float((among_k & is_true.any(axis=1)).mean())


def found_by(seen: Seen, label: int | str | None, *, descending: bool) -> Reals:
    """Shape (n,): of the samples with the label, the share among the first 1, 2, ... n.

    NaN if none has it, or a score is lost.
    """
    import numpy as np

    wanted = positive_label(seen, label)
    scores, positive = probabilities(seen, wanted), is_label(seen, wanted)
    if not positive.any() or not np.isfinite(scores).all():
        return np.full(len(positive), nan)
    order = np.argsort(-scores if descending else scores, kind="stable")
    found: Reals = np.cumsum(positive[order]) / positive.sum()
    return found
