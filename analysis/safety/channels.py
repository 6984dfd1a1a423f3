"""Per-row numbers that quantities are averages of: an output, one of its columns, or what a measure makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.safety.terms import Array, Measure


class Channel(Protocol):
    """Equal channels are computed once."""

    def values(self, outputs: Array, labels: Array) -> Array:
        """Shape (n,)."""
        ...

    def back(self, outputs: Array, labels: Array, weights: Array) -> Array:
        """Weights (n,) by the values -> weights by the outputs, of their shape."""
        ...


@dataclass(frozen=True, slots=True)
class Output:
    """The output itself, one a row."""

    def values(self, outputs: Array, labels: Array) -> Array:
        return outputs

    def back(self, outputs: Array, labels: Array, weights: Array) -> Array:
        return weights


@dataclass(frozen=True, slots=True)
class Column:
    """The probability of one class of several."""

    number: int

    def values(self, outputs: Array, labels: Array) -> Array:
        return np.ascontiguousarray(outputs[:, self.number])

    def back(self, outputs: Array, labels: Array, weights: Array) -> Array:
        found = np.zeros_like(outputs)
        found[:, self.number] = weights
        return found


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measure makes of every row."""

    measure: Measure
    indices: tuple[int, ...]

    def values(self, outputs: Array, labels: Array) -> Array:
        return self.measure.values(outputs, labels, self.indices)

    def back(self, outputs: Array, labels: Array, weights: Array) -> Array:
        slopes = self.measure.slopes(outputs, labels, self.indices)
        return slopes * (weights if slopes.ndim == 1 else weights[:, None])
