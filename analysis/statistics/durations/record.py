"""Times until an event, seen or cut short, and how many were at risk at each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.moments import Array, computable
from analysis.statistics.words import NoAnswer


@dataclass(frozen=True, slots=True)
class Record:
    """times: shape (n,), 0 or more, ascending. seen: shape (n,), whether the event came then (else cut short)."""

    times: Array
    seen: Array

    @classmethod
    def of(cls, times: ArrayLike, seen: ArrayLike | None = None) -> Record:
        """seen None: all. NoAnswer if there are none, one is missing, infinite or below 0."""
        given = np.asarray(times, dtype=float).ravel()
        came = np.ones(len(given)) if seen is None else np.asarray(seen, dtype=float).ravel()
        if given.shape != came.shape:
            raise ValueError(f"times and seen must be of the same length, not {len(given)} and {len(came)}.")
        if not len(given):
            raise NoAnswer("There are no durations yet.")
        if not np.isfinite(given).all() or (given < 0).any():
            raise NoAnswer("A duration is missing, infinite or below 0: leave it out, and say so.")
        computable(given)
        order = np.lexsort((-came, given))
        return cls(given[order], (came[order] > 0).astype(float))

    @property
    def n(self) -> int:
        """Units."""
        return len(self.times)

    def steps(self) -> Steps:
        """What happened at each different time."""
        at, first = np.unique(self.times, return_index=True)
        events = np.add.reduceat(self.seen, first)
        return Steps(at, events, (self.n - first).astype(float))


@dataclass(frozen=True, slots=True)
class Steps:
    """at: different times, ascending. events: at each. risk: units that had neither left nor had it before."""

    at: Array
    events: Array
    risk: Array

    def survival(self) -> Array:
        """Kaplan and Meier's (1958) share without the event just after each time."""
        return np.asarray(np.cumprod(1 - self.events / self.risk))

    def greenwood(self) -> Array:
        """Sum of d / (n (n - d)) up to each time; inf once all at risk had the event."""
        left = self.risk - self.events
        with np.errstate(divide="ignore"):
            parts = np.where(self.events > 0, self.events / (self.risk * left), 0.0)
        return np.asarray(np.cumsum(parts))
