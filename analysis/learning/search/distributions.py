"""What a value may be drawn from: a number in [0, 1) in, a value out, so that chance stays with whoever asks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Protocol

DIGITS = 12
SMALLEST = 2.0**-54


class Distribution(Protocol):
    """One way of drawing."""

    def at(self, u: float) -> int | float:
        """The value below which a share u of all draws lies; u in [0, 1)."""
        ...


@dataclass(frozen=True, slots=True)
class Uniform:
    """Each number from low to high alike; in steps from low, where there are steps.

    >>> Uniform(0, 1).at(0.25), Uniform(0.0, 0.5, step=0.1).at(0.99)
    (0.25, 0.5)
    """

    low: float
    high: float
    step: float | None = None

    def at(self, u: float) -> float:
        if self.step is None:
            return rounded(self.low + (self.high - self.low) * u)
        steps = math.floor((self.high - self.low) / self.step + 1e-9)
        return rounded(self.low + self.step * math.floor(u * (steps + 1)))


@dataclass(frozen=True, slots=True)
class LogUniform:
    """Each order of magnitude from low to high alike; 0 < low < high.

    >>> LogUniform(1e-4, 1e-2).at(0.5)
    0.001
    """

    low: float
    high: float

    def at(self, u: float) -> float:
        return rounded(math.exp(math.log(self.low) + (math.log(self.high) - math.log(self.low)) * u))


@dataclass(frozen=True, slots=True)
class Normal:
    """Gauss's curve. Values are in no range."""

    mean: float
    sd: float

    def at(self, u: float) -> float:
        return rounded(self.mean + self.sd * NormalDist().inv_cdf(max(u, SMALLEST)))


@dataclass(frozen=True, slots=True)
class Whole:
    """Each whole number from low to high alike, both included; by order of magnitude if `log`.

    >>> [Whole(1, 3).at(u) for u in (0, 0.5, 0.999)], Whole(1, 100, log=True).at(0.5)
    ([1, 2, 3], 7)
    """

    low: int
    high: int
    log: bool = False

    def at(self, u: float) -> int:
        if not self.log:
            return self.low + math.floor(u * (self.high - self.low + 1))
        low, high = math.log(self.low - 0.5), math.log(self.high + 0.5)
        return min(max(round(math.exp(low + (high - low) * u)), self.low), self.high)


def rounded(value: float) -> float:
    """To 12 significant digits: what two machines' logarithms differ by must not make two settings of one."""
    return float(f"{value:.{DIGITS}g}")
