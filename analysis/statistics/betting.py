"""A lower bound for the mean of values of which only the least possible one is known, by betting.

Importance-weighted rewards are such values: never below 0, seldom very large, and nobody knows how large. An upper
bound of theirs is not needed, nor is independence: the values may come from a policy that learnt from the ones before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

PRECISION = 10  # binary digits of the values that are bet on
STAKES: Floats = np.ldexp(np.full(20, 16.0), -np.arange(20))
_BUMP = 1 / (1 + ((np.arange(20) - 10) / 3) ** 2)
LOG_PRIOR: Floats = np.log(_BUMP / _BUMP.sum())
SMALLEST = 1e-12


@dataclass(frozen=True)
class Tally:
    """How often each value came: ``values`` ascending and 0 or more, ``counts`` beside them. All that a bet needs."""

    values: Floats
    counts: Floats

    @classmethod
    def of(cls, values: ArrayLike, counts: ArrayLike | None = None) -> Tally:
        """Of these values, each ``counts`` times (once if it is not said), in at most 512 steps for every doubling.

        A value between two steps is divided between both, so that the mean stays. The bound stays a bound: a bet gains
        less from two values than from their mean (log is concave), and hardly less from such close ones.

        ValueError if a value is below 0 or not finite, or a count is not above 0.

        >>> Tally.of([2.0, 0.5, 2.0]).values.tolist(), Tally.of([2.0, 0.5, 2.0]).counts.tolist()
        ([0.5, 2.0], [1.0, 2.0])
        """
        given = np.asarray(values, dtype=np.float64)
        times = np.ones(given.shape) if counts is None else np.asarray(counts, dtype=np.float64)
        if not (np.isfinite(given) & (given >= 0)).all():
            raise ValueError("values must be finite and 0 or more.")
        if times.shape != given.shape or not (times > 0).all():
            raise ValueError("counts must be above 0, one for each value.")
        mantissa, exponent = np.frexp(given)
        scaled = np.ldexp(mantissa, PRECISION)
        below = np.floor(scaled)
        above = scaled - below
        steps = np.concatenate([np.ldexp(below, exponent - PRECISION), np.ldexp(below + 1, exponent - PRECISION)])
        parts = np.concatenate([times * (1 - above), times * above])
        return cls._gathered(steps[parts > 0], parts[parts > 0])

    @classmethod
    def together(cls, tallies: Sequence[Tally]) -> Tally:
        """All of them in one; in any order and grouping the same, but for rounding."""
        return reduce(lambda one, other: one.plus(other), tallies)

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return self._gathered(np.concatenate([self.values, other.values]), np.concatenate([self.counts, other.counts]))

    @classmethod
    def _gathered(cls, values: Floats, counts: Floats) -> Tally:
        different, places = np.unique(values, return_inverse=True)
        return cls(different, np.bincount(places, weights=counts, minlength=len(different)).astype(np.float64))

    @property
    def n(self) -> float:
        """How many values."""
        return float(self.counts.sum())

    @property
    def mean(self) -> float:
        """Their mean; 0 without values."""
        return float(self.values @ self.counts / self.n) if len(self.values) else 0.0


def lower_mean(tally: Tally, *, delta: float) -> float:
    """A lower bound on the mean that fails with probability at most ``delta``. Never above the tally's mean.

    Somebody bets a stake s on each value: a value y whose mean was m multiplies the capital by (1 + s y) / (1 + s m).
    On average capital does not grow, so it ever exceeds 1 / delta with probability at most delta (Ville). The capital
    is spread over twenty stakes before the first value (a mixture), so neither the order of the values nor their
    variance need be known; the bound is the largest m under which it exceeds 1 / delta.

    Waudby-Smith and Ramdas (2024); for importance weights Karampatziakis, Mineiro and Ramdas (2021). It bounds, at
    every n at once, the average of the values' means, each given those before, also if they drift, and if what came
    before moves them: log(1 + s m) is concave in m, so the average costs the capital at least as much as they did. The
    stakes suit means of about 1 (or rewards from 0 to 1, weighted); of others the bound is as true, but not as close.

    >>> tally = Tally.of([0.0, 4.0], [300, 100])
    >>> round(lower_mean(tally, delta=0.025), 3), tally.mean
    (0.722, 1.0)
    """
    return lower_mean_of([(tally, 0.0)], delta=delta)


def lower_mean_of(bets: Sequence[tuple[Tally, float]], *, delta: float) -> float:
    """The same from several tallies at once: each has the mean in question plus its own shift, 0 or more.

    The capital is spread evenly over them; so whichever is best rules, at little cost. The least possible bound is
    minus the smallest shift. ValueError unless 0 < delta < 1.
    """
    if not 0 < delta < 1:
        raise ValueError(f"delta must be between 0 and 1, not {delta}.")
    least = min(shift for _, shift in bets)
    top = max(tally.mean - shift for tally, shift in bets) + least
    goal = -float(np.log(delta))

    won = [np.log1p(np.outer(STAKES, tally.values)) @ tally.counts for tally, _ in bets]

    def excess(mean: float) -> float:
        logs = [
            _log_sum(LOG_PRIOR + gain - tally.n * np.log1p(STAKES * (mean - least + shift)))
            for gain, (tally, shift) in zip(won, bets, strict=True)
        ]
        return _log_sum(np.array(logs)) - float(np.log(len(bets))) - goal

    low, high = top, top
    while top > 0 and excess(low) < 0:
        low, high = low / 2, low
        if low < top * SMALLEST:
            return -least
    return _crossing(excess, low, high) - least if top > 0 else -least


def _crossing(excess: Callable[[float], float], low: float, high: float) -> float:
    """Where the capital, which falls as the mean grows, comes to the goal; a hair below, on the side that holds."""
    from scipy.optimize import brentq

    return float(brentq(excess, low, high, rtol=1e-9)) * (1 - 1e-8)


def _log_sum(logs: Floats) -> float:
    """The logarithm of the sum of their powers of e."""
    top = float(logs.max())
    return top + float(np.log(np.exp(logs - top).sum()))
