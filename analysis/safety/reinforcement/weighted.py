"""Values of one number an episode, and how they follow the weights: what estimates of returns are made of."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.safety.reinforcement.returns import Span
from analysis.safety.reinforcement.weighing import Pulls, Weights
from analysis.safety.terms import Array, Rows

Some: TypeAlias = "Rows | slice"
"""Which episodes; all of them need no copy."""


class Estimate(Protocol):
    """One number an episode. span: what any of them can be. unit: how large a usual one is. independent: whether one
    episode's number hangs on that episode alone.
    """

    @property
    def span(self) -> Span: ...

    @property
    def unit(self) -> float: ...

    @property
    def independent(self) -> bool: ...

    def values(self, weights: Weights) -> Array:
        """Shape (m,)."""
        ...

    def pull(self, weights: Weights, slopes: Array, pulls: Pulls) -> None:
        """Add slopes (m,) by the values to `pulls`, by the logarithms of the weights."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """base + weight · gain, over some episodes. rows: (m,). base, gain: (m,). clip: a weight counts at most so much."""

    rows: Some
    base: Array
    gain: Array
    clip: float
    span: Span
    unit: float = 1.0
    independent: bool = True

    def values(self, weights: Weights) -> Array:
        found: Array = _cut(weights.episodes[self.rows], self.clip) * self.gain
        found += self.base
        return found

    def pull(self, weights: Weights, slopes: Array, pulls: Pulls) -> None:
        pulls.episodes[self.rows] += slopes * _moving(weights.episodes[self.rows], self.clip) * self.gain


@dataclass(frozen=True, slots=True, eq=False)
class LinearBySteps:
    """base + sum over steps of weight · gain. steps: (q,), of the record. of: (q,), each step's place in base (m,)."""

    steps: NDArray[np.intp]
    of: NDArray[np.intp]
    base: Array
    gain: Array
    clip: float
    span: Span
    unit: float = 1.0
    independent: bool = True

    def values(self, weights: Weights) -> Array:
        assert weights.steps is not None  # noqa: S101 - the problem weighs by step where a measure does
        parts = _cut(weights.steps[self.steps], self.clip) * self.gain
        return self.base + np.bincount(self.of, parts, minlength=len(self.base))

    def pull(self, weights: Weights, slopes: Array, pulls: Pulls) -> None:
        assert weights.steps is not None  # noqa: S101 - as above
        assert pulls.steps is not None  # noqa: S101 - as above
        pulls.steps[self.steps] += slopes[self.of] * _moving(weights.steps[self.steps], self.clip) * self.gain


@dataclass(frozen=True, slots=True, eq=False)
class Normalised:
    """m · weight · gain / sum of weights: the engine's terms of WIS. They depend on another, so no bound of them is
    exact.
    """

    rows: Some
    gain: Array
    clip: float
    span: Span
    unit: float = 1.0
    independent: bool = False

    def values(self, weights: Weights) -> Array:
        own = _cut(weights.episodes[self.rows], self.clip)
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Array = len(own) * own * self.gain / own.sum()
        return found

    def pull(self, weights: Weights, slopes: Array, pulls: Pulls) -> None:
        raw = weights.episodes[self.rows]
        own = _cut(raw, self.clip)
        total = own.sum()
        if not 0 < total < inf:
            return
        whole = float(slopes @ (own * self.gain)) / total
        pulls.episodes[self.rows] += len(own) * _moving(raw, self.clip) / total * (slopes * self.gain - whole)


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """Returns of the episodes that the new policy could have played: independent draws of its own, so long as the old
    and the new one choose evenly. It has no slope.
    """

    rows: Some
    returns: Array
    span: Span
    unit: float = 1.0
    independent: bool = True

    def values(self, weights: Weights) -> Array:
        found: Array = self.returns[weights.episodes[self.rows] > 0]
        return found

    def pull(self, weights: Weights, slopes: Array, pulls: Pulls) -> None:
        """Nothing: a step of theta changes who is inside, not what they returned."""


@dataclass(frozen=True, slots=True, eq=False)
class Clustered:
    """The mean over each unit's episodes: they hang together, and units do not. of: (m,), each episode's place among
    `count` units. Every unit counts the same, however often it came.
    """

    inner: Estimate
    of: NDArray[np.intp]
    count: int

    @property
    def span(self) -> Span:
        return self.inner.span

    @property
    def unit(self) -> float:
        return self.inner.unit

    @property
    def independent(self) -> bool:
        return self.inner.independent

    def values(self, weights: Weights) -> Array:
        found = np.bincount(self.of, self.inner.values(weights) / self._sizes, minlength=self.count)
        return found.astype(np.float64)

    def pull(self, weights: Weights, slopes: Array, pulls: Pulls) -> None:
        self.inner.pull(weights, slopes[self.of] / self._sizes, pulls)

    @property
    def _sizes(self) -> Array:
        """Of each episode's unit, shape (m,)."""
        found: Array = np.bincount(self.of, minlength=self.count)[self.of].astype(np.float64)
        return found


def _cut(weights: Array, clip: float) -> Array:
    """No weight is infinite: without a clip all stay as they are."""
    return weights if clip == inf else np.minimum(weights, clip)


def _moving(weights: Array, clip: float) -> Array:
    """Those that a step of theta moves; 0 for the others."""
    return weights if clip == inf else np.where(weights < clip, weights, 0.0)
