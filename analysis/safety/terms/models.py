"""What is trained, and what is minimised."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from analysis.safety.terms.arrays import Array
from analysis.safety.terms.evidence import Samples
from analysis.safety.terms.regimes import Regime

if TYPE_CHECKING:  # who only reads constraints needs no numpy: a web process starts without it
    import numpy as np


class Fitted(Protocol):
    """A model over given features: what is costly is done once. theta: shape (size,)."""

    size: int

    def outputs(self, theta: Array) -> Array:
        """(n,) predictions (probability of class 1, or a value), or (n, classes) probabilities."""
        ...

    def pull(self, theta: Array, outputs: Array, weights: Array) -> Array:
        """sum over rows of weights * d outputs / d theta, shape (size,). weights: shape of outputs."""
        ...


@runtime_checkable
class Linked(Fitted, Protocol):
    """Outputs that are a function of scores, row by row: the slope by the scores is what stays finite at 0 and 1."""

    link: str
    """identity, logit, softmax, …"""

    def bent(self, outputs: Array, weights: Array) -> Array:
        """Weights by the outputs -> weights by the scores."""
        ...

    def pull_scores(self, weights: Array) -> Array:
        """sum over rows of weights * d scores / d theta, shape (size,)."""
        ...

    def pull_many(self, weights: Array) -> Array:
        """The same for several at once, in one pass: weights (m, *shape of scores) -> (m, size)."""
        ...


class Model(Protocol):
    """A family of predictors with parameters theta. classes: how many, 0 for regression."""

    name: ClassVar[str]
    regimes: ClassVar[frozenset[Regime]]

    def shaped(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Model:
        """With what stands fast before the search learnt from the candidate set: the splits of a tree. Else itself.

        `over` and `start` are asked of this one.
        """
        ...

    def over(self, features: Array, *, classes: int) -> Fitted: ...

    def while_searching(self, features: Array, *, classes: int) -> Fitted:
        """Over the candidate rows, in the search alone: of a row that `shaped` learnt from it may say what it would
        have said of a stranger, so that the search is not too hopeful. Usually `over`. The safety test asks `over`.
        """
        ...

    def start(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Array:
        """Where the search begins: usually the model as it would be fitted without constraints."""
        ...


class Objective(Protocol):
    """What is minimised."""

    name: ClassVar[str]
    regimes: ClassVar[frozenset[Regime]]

    @property
    def penalty(self) -> float:
        """Times theta . theta, added to the value."""
        ...

    def value(self, outputs: Array, labels: Array) -> float: ...

    def slopes(self, outputs: Array, labels: Array) -> Array:
        """Derivative of the value by the outputs; their shape."""
        ...


@runtime_checkable
class LinkedObjective(Objective, Protocol):
    """One whose slope by the scores has a simple form under one link."""

    link: ClassVar[str]

    def residuals(self, outputs: Array, labels: Array) -> Array:
        """Derivative of the value by the scores; shape of outputs."""
        ...
