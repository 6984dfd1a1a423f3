"""The figures of a split after an epoch: over all of its samples, never a mean of the means of batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.learning.data.samples import Array
from analysis.learning.models.targets import Aim
from analysis.learning.training.learner import Scored

LOSS = "loss"


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Of a whole split. targets: shape (n,) or (n, k); scores: (n, k); predicted: as the targets; losses: (n,)."""

    targets: Array
    scores: Array
    predicted: Array
    aim: Aim
    losses: Array | None = None


Measure = Callable[[Predictions], float]


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


def named(names: Sequence[str]) -> dict[str, Measure]:
    """ValueError for a name that no measure has."""
    return {name: MEASURES[name] for name in names}


def _accuracy(predictions: Predictions) -> float:
    return float((predictions.predicted == predictions.targets).mean())


def _counts(predictions: Predictions) -> tuple[Array, Array, Array]:
    """True positives, predicted and actual, of each label that occurs."""
    labels = np.unique(np.concatenate([predictions.targets, predictions.predicted]))
    guessed = predictions.predicted[:, None] == labels
    actual = predictions.targets[:, None] == labels
    return (guessed & actual).sum(axis=0), guessed.sum(axis=0), actual.sum(axis=0)


def _f1(predictions: Predictions) -> float:
    hit, guessed, actual = _counts(predictions)
    return float((2 * hit / (guessed + actual)).mean())


def _precision(predictions: Predictions) -> float:
    hit, guessed, _ = _counts(predictions)
    return float((hit / np.maximum(guessed, 1)).mean())


def _recall(predictions: Predictions) -> float:
    hit, _, actual = _counts(predictions)
    return float((hit / np.maximum(actual, 1)).mean())


def _mse(predictions: Predictions) -> float:
    targets = predictions.targets.reshape(len(predictions.targets), -1)
    return float(((predictions.scores - targets) ** 2).mean())


MEASURES: dict[str, Measure] = {
    "accuracy": _accuracy,
    "f1_macro": _f1,
    "precision_macro": _precision,
    "recall_macro": _recall,
    "mean_squared_error": _mse,
}
