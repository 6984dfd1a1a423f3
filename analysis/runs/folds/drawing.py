"""Figures of folds as places on one axis, in thousandths of its length. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.statistics.resampling import Folded

WIDE = 1000


@dataclass(frozen=True, slots=True)
class Axis:
    """From low to high, low < high."""

    low: float
    high: float

    @classmethod
    def over(cls, values: Iterable[float]) -> Axis:
        """With a little room on either side."""
        found = list(values) or [0.0, 1.0]
        low, high = min(found), max(found)
        room = 0.04 * (high - low) or 0.05 * abs(high) or 0.5
        return cls(low - room, high + room)

    def at(self, value: float) -> float:
        """Where it stands; what lies outside is put on the edge."""
        share = (value - self.low) / (self.high - self.low)
        return round(WIDE * min(1.0, max(0.0, share)), 1)


@dataclass(frozen=True, slots=True)
class Strip:
    """A row's picture. dots: a path with a point for every fold. low, width: of the interval; None: there is none."""

    dots: str
    mean: float | None
    low: float | None
    width: float | None


def strip(axis: Axis, values: Sequence[float], found: Folded | None) -> Strip:
    """Of one row."""
    dots = " ".join(f"M{axis.at(value)} 10h.01" for value in values)
    mean = None if found is None else axis.at(found.mean)
    if found is None or found.low is None or found.high is None:
        return Strip(dots, mean, None, None)
    low, high = axis.at(found.low), axis.at(found.high)
    return Strip(dots, mean, low, round(high - low, 1))


def ends(found: Folded | None) -> tuple[float, ...]:
    """What must be on the axis besides the dots: the interval, unless it is so wide that it would hide them."""
    if found is None or found.low is None or found.high is None or found.sd is None:
        return ()
    reach = 6 * found.sd
    return max(found.low, found.mean - reach), min(found.high, found.mean + reach)
