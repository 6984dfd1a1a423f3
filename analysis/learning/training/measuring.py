"""The figures of a split after an epoch: over all of its samples, never a mean of the means of batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from analysis.learning.data.samples import Array
from analysis.learning.metrics import Measure
from analysis.learning.models.targets import Aim, Classes, Label
from analysis.learning.training.learner import Scored

LOSS = "loss"

__all__ = ["LOSS", "Gathering", "Measure", "Predictions", "figures"]


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Of a whole split. targets: shape (n,) or (n, k); scores: (n, k); predicted: as the targets; losses: (n,)."""

    targets: Array
    scores: Array
    predicted: Array
    aim: Aim
    losses: Array | None = None

    @property
    def labels(self) -> tuple[Label, ...]:
        """The classes, one for each column of the scores; () where numbers are predicted."""
        return self.aim.labels if isinstance(self.aim, Classes) else ()


@dataclass(slots=True, eq=False)
class Gathering:
    """The scores of one split, batch by batch."""

    targets: list[Array] = field(default_factory=list)
    scored: list[Scored] = field(default_factory=list)

    def add(self, targets: Array, scored: Scored) -> None:
        """One more batch."""
        self.targets.append(targets)
        self.scored.append(scored)

    def predictions(self, aim: Aim) -> Predictions:
        """All of them. ValueError if there was none."""
        scores = np.concatenate([one.scores for one in self.scored])
        losses = [one.losses for one in self.scored if one.losses is not None]
        return Predictions(
            targets=np.concatenate(self.targets),
            scores=scores,
            predicted=np.concatenate([_predicted(one, aim) for one in self.scored]),
            aim=aim,
            losses=np.concatenate(losses) if len(losses) == len(self.scored) else None,
        )


def _predicted(scored: Scored, aim: Aim) -> Array:
    return aim.predicted(scored.scores) if scored.predicted is None else scored.predicted


def figures(predictions: Predictions, measures: Mapping[str, Measure]) -> dict[str, float]:
    """By name; the loss first, if there is one: the mean over the samples."""
    values = {} if predictions.losses is None else {LOSS: float(predictions.losses.mean())}
    return values | {name: float(measure(predictions)) for name, measure in measures.items()}
