"""How good the probabilities are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.metrics.counting import is_label, probabilities
from analysis.learning.metrics.metric import METRICS, OneFigure, Seen
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.metrics.metric import Reals


@METRICS.register
@dataclass(frozen=True)
class LogLoss(OneFigure):
    """The mean over samples of minus the logarithm of the true label's probability: cross-entropy."""

    name: ClassVar[str] = "log_loss"
    example: ClassVar[JsonObject] = {"kind": "log_loss"}
    more_is_better: ClassVar[bool] = False

    def value(self, seen: Seen) -> float:
        import numpy as np

        sure = (_all(seen) * _truth(seen)).sum(axis=1)
        return float(-np.log(np.clip(sure, np.finfo(float).eps, None)).mean())


@METRICS.register
@dataclass(frozen=True)
class BrierScore(OneFigure):
    """The mean squared distance of the probabilities from the truth.

    Of two labels that of the second's probability; of more the sum over the labels. ValueError for a true label that
    the model knows nothing of.
    """

    name: ClassVar[str] = "brier_score"
    example: ClassVar[JsonObject] = {"kind": "brier_score"}
    more_is_better: ClassVar[bool] = False

    def value(self, seen: Seen) -> float:
        truth = _truth(seen)
        if len(foreign := seen.targets[~truth.any(axis=1)]):
            known = f"the labels that the model knows: {list(seen.labels)}"
            raise ValueError(f"brier_score: {len(foreign)} true labels, such as {foreign[0]!s}, are none of {known}.")
        squares = (_all(seen) - truth) ** 2
        return float((squares[:, 1] if len(seen.labels) == 2 else squares.sum(axis=1)).mean())


def _all(seen: Seen) -> Reals:
    import numpy as np

    return np.stack([probabilities(seen, label) for label in seen.labels], axis=1)


def _truth(seen: Seen) -> Reals:
    import numpy as np

    return np.stack([is_label(seen, label) for label in seen.labels], axis=1).astype(float)
