"""What measures of classification have in common: probabilities of one class, over rows of some labels.

The classifier that they speak of draws its answer with the probability that the model gives: a rate is the mean of p.
Whoever decides at one half instead wants the measures of `deciding`.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from analysis.safety.measures.kinds import Affine, Line
from analysis.safety.terms import Array, Evidence, Mask, Measure, Regime

CLASSIFICATION = frozenset({Regime.BINARY, Regime.MULTICLASS})
PROBABILITY = Evidence(np.empty(0), low=0.0, high=1.0)


def of_class(outputs: Array, index: int) -> Array:
    """Shape (m,): the probability of that class. With two classes outputs are (m,), of class 1."""
    if outputs.ndim > 1:
        return outputs[:, index]
    return outputs if index == 1 else 1.0 - outputs


def slopes_of_class(outputs: Array, index: int, slope: Array | float) -> Array:
    """Its derivative times `slope`, shape of outputs."""
    if outputs.ndim == 1:
        return np.broadcast_to(np.asarray(slope if index == 1 else -np.asarray(slope)), outputs.shape).astype(float)
    found = np.zeros_like(outputs)
    found[:, index] = slope
    return found


def line_of_class(index: int, classes: int, *, missed: bool = False) -> Line:
    """Of the probability of that class, or of missing it."""
    flipped = missed != (classes == 2 and index == 0)
    column = index if classes > 2 else 0
    return Line(-1.0, 1.0, column) if flipped else Line(1.0, 0.0, column)


class Predicting(Affine):
    """A measure that is a probability: between 0 and 1, with one class to name if there are more than two."""

    regimes: ClassVar[frozenset[Regime]] = CLASSIFICATION
    smooth: ClassVar[Measure | None] = None

    def subscripts(self, regime: Regime) -> int:
        return int(regime == Regime.MULTICLASS)

    def like(self) -> Evidence:
        return PROBABILITY

    def rows(self, labels: Array, indices: tuple[int, ...]) -> Mask | None:
        return None
