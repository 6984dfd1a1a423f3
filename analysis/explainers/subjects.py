"""What an explainer is given: a model it may ask, and the data it may compare with.

A sample is a row of numbers, shape (M,), for tables; a text; or an image, shape (h, w) or (h, w, c).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from analysis.learning.data.features import Feature
from analysis.learning.digests import canonical

Reals = NDArray[np.float64]
Sample = Reals | str


class Modality(StrEnum):
    """What samples look like."""

    TABULAR = "tabular"
    TEXT = "text"
    IMAGE = "image"
    SEQUENCE = "sequence"


class Task(StrEnum):
    """What is predicted."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"


class Capability(StrEnum):
    """What a model offers besides predictions."""

    PROBABILITIES = "probabilities"
    COEFFICIENTS = "coefficients"
    TREES = "trees"
    RULES = "rules"
    GRADIENTS = "gradients"
    TERMS = "terms"
    ACTIVATIONS = "activations"


class Model(Protocol):
    """Anything that predicts. labels: of its classes, none for numbers. digest: SHA-256 of what was trained."""

    @property
    def modality(self) -> Modality: ...
    @property
    def task(self) -> Task: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def digest(self) -> str: ...
    @property
    def capabilities(self) -> frozenset[Capability]: ...

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        """shape (n, k): probabilities in the order of the labels, or numbers with k = 1. Rows do not depend on rows."""
        ...


@runtime_checkable
class WithCoefficients(Protocol):
    """Linear before its link: score = weights @ row + intercepts."""

    def coefficients(self) -> tuple[Reals, Reals]:
        """weights, shape (k, M), and intercepts, shape (k,), in the scale of the features as samples have them."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class GrownTree:
    """A tree as arrays over its nodes, root 0; a leaf has feature -1. Rows go left when value <= threshold.

    values: shape (nodes, k), in the unit of the model's output (or what it sums up, see `scale`). covers: rows (or
    weight) of the training data at each node. scale: what the tree's values are multiplied by in the ensemble's sum.
    is_single_precision: whether values are rounded to float32 before they are compared, as scikit-learn does.
    """

    features: NDArray[np.intp]
    thresholds: Reals
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    values: Reals
    covers: Reals
    scale: float = 1.0
    is_single_precision: bool = True


@runtime_checkable
class WithTrees(Protocol):
    """A tree, or a sum of trees."""

    def trees(self) -> tuple[tuple[GrownTree, ...], Reals]:
        """Its trees, and what is added to their sum, shape (k,)."""
        ...


@runtime_checkable
class WithGradients(Protocol):
    """Differentiable in its input."""

    def gradients(self, samples: Reals, target: int) -> Reals:
        """Of output `target` with respect to each input, of the samples' shape."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """Samples that an explainer may compare with, and what their columns mean.

    samples: shape (n, M) for tables, (n, h, w[, c]) for images, or n texts. targets: shape (n,), only where the
    explainer declares that it needs them. ValueError where features and columns are not as many.
    """

    samples: Reals | tuple[str, ...]
    features: tuple[Feature, ...] = ()
    targets: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.features and (isinstance(self.samples, tuple) or self.samples.shape[1:] != (len(self.features),)):
            raise ValueError(f"The background must have {len(self.features)} columns, one for each feature.")

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def width(self) -> int:
        """How many columns a table has; 0 for images and texts."""
        return 0 if isinstance(self.samples, tuple) or self.samples.ndim != 2 else self.samples.shape[1]

    @property
    def rows(self) -> Reals:
        """The samples of a table or images. TypeError for texts."""
        if isinstance(self.samples, tuple):
            raise TypeError("A background of texts has no rows of numbers.")
        return self.samples

    def digest(self) -> str:
        """SHA-256 of samples, in little-endian float64 and C order, or of the texts; after the features' names."""
        named = canonical([feature.name for feature in self.features]).encode()
        if isinstance(self.samples, tuple):
            return sha256(named + canonical(list(self.samples)).encode()).hexdigest()
        shaped = canonical(list(self.samples.shape)).encode()
        return sha256(named + shaped + np.ascontiguousarray(self.samples, dtype="<f8").tobytes()).hexdigest()
