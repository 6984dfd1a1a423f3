"""Confidence sequences for a mean between two ends that grow with their values and can be stored in between.

Both need the values in the order in which they came, and give to the last digit what `confidence_sequences` gives of
all of them at once. Where order is a burden, `BoundedEvidence` adds up in any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite, log
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.adaptive_allocation import LowerBound
from analysis.statistics.confidence_sequences import GRID, MOST_BET
from analysis.statistics.sequential.bounded_evidence import parts
from analysis.statistics.words import Estimate, NoAnswer, Validity

Array = NDArray[np.float64]
_MEANS: Array = np.linspace(0, 1, GRID + 1)
_CHUNK = 256


@dataclass(frozen=True, slots=True)
class EmpiricalBernstein:
    """The predictable mixture of empirical Bernstein bounds, in two times six numbers."""

    low: float
    high: float
    below: LowerBound
    above: LowerBound

    @classmethod
    def start(cls, *, level: float = 0.05, low: float = 0.0, high: float = 1.0) -> EmpiricalBernstein:
        """Before the first value. ValueError unless 0 < level < 1 and low < high, both finite."""
        _require(level, low, high)
        return cls(low, high, LowerBound(level / 2), LowerBound(level / 2))

    def update(self, values: ArrayLike) -> EmpiricalBernstein:
        """With these values too, in their order. NoAnswer where one is missing or outside the range."""
        x = parts(values, self.low, self.high)
        return EmpiricalBernstein(self.low, self.high, self.below.plus(x), self.above.plus(1 - x))

    def interval(self) -> Estimate:
        """The mean so far. NoAnswer before the first value."""
        n, total = self.below.n, self.below.total
        if not n:
            raise NoAnswer("There is no value yet.")
        bounds = (max(self.below.value, 0.0), min(1 - self.above.value, 1.0))
        low, value, high = _scaled(self, total / n, bounds)
        level = 2 * self.below.level
        return Estimate(value, low, high, level, n, "empirical-bernstein-sequence", Validity.ANYTIME)

    def to_json(self) -> dict[str, object]:
        """As plain numbers."""
        return asdict(self)

    @classmethod
    def parse(cls, stored: Mapping[str, object]) -> EmpiricalBernstein:
        """What ``to_json`` gave."""
        below, above = (LowerBound(**cast("dict[str, Any]", stored[side])) for side in ("below", "above"))
        return cls(float(cast("float", stored["low"])), float(cast("float", stored["high"])), below, above)


@dataclass(frozen=True, slots=True, eq=False)
class HedgedCapital:
    """What was won against each of 1,001 means, half of it by betting up and half down. up, down: logarithms."""

    level: float
    low: float
    high: float
    n: int
    total: float
    spread: float
    up: Array
    down: Array

    @classmethod
    def start(cls, *, level: float = 0.05, low: float = 0.0, high: float = 1.0) -> HedgedCapital:
        """Before the first value. ValueError unless 0 < level < 1 and low < high, both finite."""
        _require(level, low, high)
        return cls(level, low, high, 0, 0.0, 0.0, np.zeros(GRID + 1), np.zeros(GRID + 1))

    def update(self, values: ArrayLike) -> HedgedCapital:
        """With these values too, in their order. NoAnswer where one is missing or outside the range."""
        x, grown = parts(values, self.low, self.high), self
        for at in range(0, len(x), _CHUNK):
            grown = grown._with(x[at : at + _CHUNK])
        return grown

    def _with(self, x: Array) -> HedgedCapital:
        t = self.n + np.arange(1, len(x) + 1)
        totals = self.total + np.cumsum(x)
        spreads = self.spread + np.cumsum((x - np.minimum((0.5 + totals) / (t + 1), 1.0)) ** 2)
        variance = (0.25 + np.concatenate([[self.spread], spreads[:-1]])) / t
        bets = np.sqrt(2 * log(1 / self.level) / (t * np.log1p(t) * variance))
        with np.errstate(divide="ignore"):
            most = MOST_BET / _MEANS, MOST_BET / (1 - _MEANS)
        gaps = x[:, None] - _MEANS
        won = np.log1p(np.minimum(bets[:, None], most[0]) * gaps).sum(axis=0)
        lost = np.log1p(-np.minimum(bets[:, None], most[1]) * gaps).sum(axis=0)
        counted = int(t[-1]), float(totals[-1]), float(spreads[-1])
        return HedgedCapital(self.level, self.low, self.high, *counted, self.up + won, self.down + lost)

    def interval(self) -> Estimate:
        """The mean so far; both ends one step of the grid outside. NoAnswer before the first value."""
        if not self.n:
            raise NoAnswer("There is no value yet.")
        kept = _MEANS[np.maximum(self.up, self.down) <= log(2 / self.level)]
        bounds = (max(kept[0] - 1 / GRID, 0.0), min(kept[-1] + 1 / GRID, 1.0)) if len(kept) else (0.0, 1.0)
        low, value, high = _scaled(self, self.total / self.n, bounds)
        return Estimate(value, low, high, self.level, self.n, "hedged-capital-sequence", Validity.ANYTIME)

    def to_json(self) -> dict[str, object]:
        """As plain numbers."""
        return {**asdict(self), "up": self.up.tolist(), "down": self.down.tolist()}

    @classmethod
    def parse(cls, stored: Mapping[str, object]) -> HedgedCapital:
        """What ``to_json`` gave."""
        level, low, high, n, total, spread = (
            float(cast("float", stored[name])) for name in ("level", "low", "high", "n", "total", "spread")
        )
        up, down = (np.array(cast("Sequence[float]", stored[side]), dtype=float) for side in ("up", "down"))
        return cls(level, low, high, int(n), total, spread, up, down)


def _require(level: float, low: float, high: float) -> None:
    if not 0 < level < 1 or not (isfinite(low) and isfinite(high) and low < high):
        raise ValueError(f"level must be in (0, 1), low and high finite, low below high, not {level}, {low}, {high}.")


def _scaled(
    state: EmpiricalBernstein | HedgedCapital, mean: float, bounds: tuple[float, float]
) -> tuple[float, float, float]:
    """In the values' own units; the mean is drawn into its bounds, which weigh late values less."""
    low, high = bounds if bounds[0] <= bounds[1] else (0.0, 1.0)
    inside = (low, min(max(mean, low), high), high)
    low, value, high = (state.low + (state.high - state.low) * each for each in inside)
    return low, value, high
