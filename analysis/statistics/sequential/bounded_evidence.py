"""What values between two declared ends say of their mean, kept in 33 numbers that add up.

Somebody bets the stake s that a value x in [0, 1] is higher than a mean m: the capital is multiplied by
(1 + s x) / (1 + s m). If m is the mean, that is 1 on average, whatever came before; so capital spread over stakes
ever reaches 1 / level with probability at most level (Ville). The product over values needs, for each stake, only the
sum of log(1 + s x) and the count: parts of a record can be added in any order, and taken away again.
Waudby-Smith and Ramdas (2024), JRSSB 86; fixed stakes in a mixture instead of predicted ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.words import NoAnswer

Array = NDArray[np.float64]

STAKES: Array = np.ldexp(1.0, 4 - np.arange(16))
"""From 16 down to 2**-11: differences of half the range seen in ten values, of a thousandth in a million."""
_BUMP = 1 / (1 + ((np.arange(16) - 6.5) / 3) ** 2)
LOG_PRIOR: Array = np.log(_BUMP / _BUMP.sum())


def log_sum(logs: Array) -> Array:
    """The logarithm of the sum of their powers of e, along the last axis."""
    top = logs.max(axis=-1)
    summed: Array = top + np.log(np.exp(logs - top[..., None]).sum(axis=-1))
    return summed


def parts(values: ArrayLike, low: float, high: float) -> Array:
    """Values as parts of their range, shape (n,). NoAnswer where one is missing or outside: the promise were void."""
    x = np.asarray(values, dtype=float)
    if x.ndim != 1 or not (np.isfinite(x) & (x >= low) & (x <= high)).all():
        raise NoAnswer(f"A value is missing or outside its declared range, {low:g} to {high:g}.")
    return (x - low) / (high - low)


@dataclass(frozen=True, slots=True, eq=False)
class BoundedEvidence:
    """Of n values in [low, high]. total: their sum as parts of the range. up, down: shape (16,), by stake."""

    low: float
    high: float
    n: int
    total: float
    up: Array
    down: Array

    @classmethod
    def start(cls, low: float = 0.0, high: float = 1.0) -> BoundedEvidence:
        """Before the first value. ValueError unless both ends are finite and low is below high."""
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            raise ValueError(f"low and high must be finite, low below high, not {low} and {high}.")
        return cls(float(low), float(high), 0, 0.0, np.zeros(len(STAKES)), np.zeros(len(STAKES)))

    @classmethod
    def of(cls, values: ArrayLike, low: float = 0.0, high: float = 1.0) -> BoundedEvidence:
        """Of these values. NoAnswer where one is missing or outside the range: the promise would be void."""
        return cls.start(low, high).update(values)

    @classmethod
    def of_counts(cls, successes: int, n: int) -> BoundedEvidence:
        """Of n answers, yes or no. ValueError unless 0 <= successes <= n."""
        if not 0 <= successes <= n:
            raise ValueError(f"successes must be from 0 to n, not {successes} of {n}.")
        gained = np.log1p(STAKES)
        return cls(0.0, 1.0, int(n), float(successes), successes * gained, (n - successes) * gained)

    def update(self, values: ArrayLike) -> BoundedEvidence:
        """With these values too, one for each unit, in any order."""
        part = parts(values, self.low, self.high)
        up, down = (np.log1p(np.outer(STAKES, each)).sum(axis=1) for each in (part, 1 - part))
        return self + BoundedEvidence(self.low, self.high, len(part), float(part.sum()), up, down)

    def __add__(self, other: BoundedEvidence) -> BoundedEvidence:
        """Of both together. ValueError if their ranges differ."""
        return self._joined(other, 1)

    def __sub__(self, other: BoundedEvidence) -> BoundedEvidence:
        """Without the other's values, which were in this. ValueError if their ranges differ or too few are left."""
        if other.n > self.n:
            raise ValueError(f"{other.n} values cannot be taken from {self.n}.")
        return self._joined(other, -1) if other.n < self.n else BoundedEvidence.start(self.low, self.high)

    def _joined(self, other: BoundedEvidence, sign: int) -> BoundedEvidence:
        if (self.low, self.high) != (other.low, other.high):
            raise ValueError(f"Ranges differ: {self.low:g} to {self.high:g}, {other.low:g} to {other.high:g}.")
        return BoundedEvidence(
            self.low,
            self.high,
            self.n + sign * other.n,
            self.total + sign * other.total,
            self.up + sign * other.up,
            self.down + sign * other.down,
        )

    @property
    def width(self) -> float:
        """Of the range."""
        return self.high - self.low

    @property
    def mean(self) -> float:
        """Of the values, in their own units. NoAnswer without any."""
        if not self.n:
            raise NoAnswer("There is no value yet.")
        return self.low + self.width * self.part

    @property
    def part(self) -> float:
        """The mean as a part of the range, from 0 to 1; 1/2 without values."""
        return min(max(self.total / self.n, 0.0), 1.0) if self.n else 0.5

    def mirrored(self) -> BoundedEvidence:
        """Of the values times -1."""
        return BoundedEvidence(-self.high, -self.low, self.n, self.n - self.total, self.down, self.up)

    def to_json(self) -> dict[str, object]:
        """As plain numbers."""
        sums = {"up": self.up.tolist(), "down": self.down.tolist()}
        return {"low": self.low, "high": self.high, "n": self.n, "total": self.total, **sums}

    @classmethod
    def parse(cls, stored: Mapping[str, object]) -> BoundedEvidence:
        """What ``to_json`` gave. ValueError if it was made with other stakes."""
        up, down = (np.array(cast("Sequence[float]", stored[side]), dtype=float) for side in ("up", "down"))
        if up.shape != STAKES.shape or down.shape != STAKES.shape:
            raise ValueError(f"up and down must hold {len(STAKES)} sums, not {up.shape} and {down.shape}.")
        low, high, n, total = (float(cast("float", stored[name])) for name in ("low", "high", "n", "total"))
        return cls(low, high, int(n), total, up, down)
