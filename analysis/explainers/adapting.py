"""Trained models of runs as explainers take them: with coefficients, trees and gradients where they have some."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from analysis.explainers.opening import Opened, opened
from analysis.explainers.subjects import Capability, GrownTree, Modality, Reals, Task
from analysis.learning.data.encoding import Columns, OneHot
from analysis.learning.data.features import Feature
from analysis.learning.data.samples import Array
from analysis.learning.inference import Predictor
from analysis.learning.models.targets import Classes, Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A predictor as a `subjects.Model`. inside: what can be said of it besides predictions."""

    predictor: Predictor
    modality: Modality
    task: Task
    labels: tuple[str, ...]
    digest: str
    features: tuple[Feature, ...] = ()
    inside: Opened = field(default_factory=Opened)

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What its insides offer; probabilities unless its classes are told by a decision alone."""
        return self.inside.capabilities

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        """See `subjects.Model`. A category's place becomes the category where the model learnt that."""
        return np.asarray(self.predictor.scores(self._as_learnt(samples)), dtype=np.float64)

    def coefficients(self) -> tuple[Reals, Reals]:
        """See `subjects.WithCoefficients`. LookupError without the capability; likewise below."""
        return self.inside.coefficients or self._lacks(Capability.COEFFICIENTS)

    def trees(self) -> tuple[tuple[GrownTree, ...], Reals]:
        """See `subjects.WithTrees`."""
        return self.inside.trees or self._lacks(Capability.TREES)

    def gradients(self, samples: Reals, target: int) -> Reals:
        """See `subjects.WithGradients`."""
        slope: Callable[[Reals, int], Reals] = self.inside.gradients or self._lacks(Capability.GRADIENTS)
        return slope(np.asarray(samples, dtype=np.float64), target)

    def _as_learnt(self, samples: Reals | tuple[str, ...]) -> Array:
        if isinstance(samples, tuple):
            return np.array(samples, dtype=object)
        spelt = [place for place in texts_of(self.predictor.before) if place < len(self.features)]
        if not spelt:
            return np.asarray(samples, dtype=np.float64)
        learnt = np.asarray(samples).astype(object)
        for place in spelt:
            learnt[:, place] = [self.features[place].readable(float(value)) for value in samples[:, place]]
        return learnt

    def _lacks(self, capability: Capability) -> NoReturn:
        raise LookupError(f"This model offers no {capability}: {type(self.predictor.model).__name__}.")


def adapted(
    predictor: Predictor, *, digest: str, features: tuple[Feature, ...] = (), modality: Modality | None = None
) -> Trained:
    """A trained model for explainers. digest: SHA-256 of the checkpoint that it was made of.

    modality: told by the shape of a sample where it is not given: a row is tabular, more dimensions are an image, none
    is a text.

    ValueError for a model that predicts several numbers at once, or features that do not fit its samples.
    """
    shape = predictor.origin.shape
    if features and shape and shape != (len(features),):
        raise ValueError(f"The model takes samples of shape {shape}, and there are {len(features)} features.")
    looks = modality or (Modality.TEXT, Modality.TABULAR, Modality.IMAGE)[min(len(shape), 2)]
    return Trained(
        predictor=predictor,
        modality=looks,
        task=_task(predictor),
        labels=tuple(str(label) for label in predictor.labels),
        digest=digest,
        features=features,
        inside=opened(predictor) if looks in (Modality.TABULAR, Modality.IMAGE) else Opened(),
    )


def texts_of(steps: Sequence[Any]) -> list[int]:
    """The columns that the first step knows by the text of their categories."""
    if not steps or not isinstance(steps[0], Columns):
        return []
    hot = [column for column in steps[0].columns if isinstance(column, OneHot)]
    return [column.column for column in hot if any(isinstance(each, str) for each in column.categories)]


def _task(predictor: Predictor) -> Task:
    if isinstance(predictor.aim, Classes):
        return Task.BINARY if len(predictor.aim.labels) == 2 else Task.MULTICLASS
    if isinstance(predictor.aim, Numbers) and predictor.aim.outputs > 1:
        raise ValueError(f"The model predicts {predictor.aim.outputs} numbers at once; explanations are of one.")
    return Task.REGRESSION
