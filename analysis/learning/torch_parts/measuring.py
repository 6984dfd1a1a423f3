"""What the outputs of a model mean: scores and labels, as the metrics want them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from analysis.learning.data.samples import Array
from analysis.learning.models.targets import Aim, Classes, softmax
from analysis.learning.training.measuring import Measure, Predictions, figures

SCORES = "scores"


@dataclass(frozen=True, slots=True)
class Meaning:
    """scores: a post-processor of that name decides; else the output itself, through softmax or sigmoid for classes."""

    aim: Aim
    measures: Mapping[str, Measure] = field(default_factory=dict)

    def __call__(self, predictions: Mapping[str, Array], targets: Mapping[str, Array]) -> dict[str, float]:
        """The metrics by name."""
        return figures(self.of(predictions, targets["target"]), self.measures)

    def of(self, predictions: Mapping[str, Array], coded: Array) -> Predictions:
        """coded: targets as the loss has them."""
        scores = self.scores(predictions)
        return Predictions(self._labels(coded), scores, self.aim.predicted(scores), self.aim)

    def scores(self, predictions: Mapping[str, Array]) -> Array:
        """Shape (n, classes): probabilities; or (n, k): numbers. ValueError if there is neither scores nor output."""
        if SCORES in predictions:
            return predictions[SCORES]
        if "output" not in predictions:
            raise ValueError(f"A post-processor must add “{SCORES}” to: {', '.join(sorted(predictions))}.")
        output = predictions["output"].astype(np.float64).reshape(len(predictions["output"]), -1)
        if not isinstance(self.aim, Classes):
            return output
        return softmax(output) if output.shape[1] > 1 else _two(output)

    def _labels(self, coded: Array) -> Array:
        if isinstance(self.aim, Classes):
            return np.array(self.aim.labels)[coded.astype(np.intp)]
        return coded


def _two(logits: Array) -> Array:
    """Probabilities of both classes from the logit of the second."""
    second = 1 / (1 + np.exp(-logits))
    return np.asarray(np.hstack([1 - second, second]))
