"""Bounds against their limits, as numbers for SVG: percent of the width. Words stand beside them in HTML. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.safety.report import Found, Measured

ROOM: Final = 0.08
EDGE: Final = 100.0


@dataclass(frozen=True, slots=True)
class Against:
    """A constraint: g's estimate, its upper bound, and the limit at 0, each as a place from 0 to 100.

    is_open: there is no bound: the bar goes on to the edge. ticks: the values at both ends.
    """

    limit: float
    estimate: float | None
    bound: float
    is_open: bool
    low: float
    high: float

    @property
    def start(self) -> float:
        """Of the bar of what is not known."""
        return min(self.bound, self.bound if self.estimate is None else self.estimate)

    @property
    def width(self) -> float:
        """Of that bar."""
        return round(abs(self.bound - (self.bound if self.estimate is None else self.estimate)), 2)

    @property
    def beyond(self) -> float:
        """How wide the part is that is not allowed."""
        return round(EDGE - self.limit, 2)


@dataclass(frozen=True, slots=True)
class Span:
    """A quantity's interval on a line that its constraint's quantities share."""

    start: float
    width: float
    estimate: float | None
    has_lower: bool
    has_upper: bool


def against(found: Found) -> Against:
    """Of one constraint, on a scale of its own."""
    known = [value for value in (found.estimate, found.upper, 0.0) if math.isfinite(value)]
    scale = _Scale.around(known)
    is_open = not math.isfinite(found.upper)
    return Against(
        limit=scale.place(0.0),
        estimate=scale.place(found.estimate) if math.isfinite(found.estimate) else None,
        bound=EDGE if is_open else scale.place(found.upper),
        is_open=is_open,
        low=scale.low,
        high=scale.high,
    )


def spans(readings: Sequence[Measured]) -> list[Span]:
    """Of the quantities of one constraint, on one scale."""
    scale = _Scale.around([value for one in readings for value in (one.lower, one.upper, one.estimate)])
    return [_span(one, scale) for one in readings]


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float

    @classmethod
    def around(cls, values: Iterable[float]) -> _Scale:
        """With a little room on both sides."""
        finite = [value for value in values if math.isfinite(value)] or [0.0]
        low, high = min(finite), max(finite)
        room = ROOM * (high - low) or abs(high) * ROOM or 0.5
        return cls(low - room, high + room)

    def place(self, value: float) -> float:
        """From 0 to 100."""
        return round(min(max((value - self.low) / (self.high - self.low), 0.0), 1.0) * EDGE, 2)


def _span(one: Measured, scale: _Scale) -> Span:
    has_lower = one.delta_lower is not None and math.isfinite(one.lower)
    has_upper = one.delta_upper is not None and math.isfinite(one.upper)
    middle = scale.place(one.estimate) if math.isfinite(one.estimate) else None
    start = scale.place(one.lower) if has_lower else (0.0 if one.delta_lower is not None or middle is None else middle)
    end = scale.place(one.upper) if has_upper else (EDGE if one.delta_upper is not None or middle is None else middle)
    return Span(start, round(max(end - start, 0.0), 2), middle, has_lower, has_upper)
