"""The learning panel's pictures as numbers for SVG. Words stand beside them in HTML, readable on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle

from bandits.panel import Panel, Range
from machina_site.monitor.charts import label, nice_ceiling

COLOURS = 8
HUES = {
    "blue": 0,
    "orange": 1,
    "green": 2,
    "pink": 3,
    "red": 5,
    "purple": 6,
    "violet": 6,
    "olive": 7,
    "grey": 8,
    "gray": 8,
}
WORD = re.compile(r"[^\W_]+")
WIDE, TALL = 1000.0, 100.0
LEAST_COLUMNS, MANY_COLUMNS = 12, 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle in the colour of an arm."""

    colour: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A period: how its decisions were shared out, and how many there were."""

    title: str
    pieces: tuple[Piece, ...]
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class AllocationChart:
    """Shares over time above, decisions below; ``ticks`` stand evenly under both."""

    columns: tuple[Column, ...]
    ticks: tuple[str, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Span:
    """An interval as percentages of a common scale; an open end reaches the edge."""

    x: float
    width: float
    middle: float


@dataclass(frozen=True, slots=True)
class Scale:
    """From where to where the intervals are drawn."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """As a percentage."""
        return round(min(max(100 * (value - self.low) / (self.high - self.low), 0.0), 100.0), 2)

    def span(self, found: Range | None) -> Span | None:
        """None without an interval."""
        if found is None:
            return None
        low = 0.0 if found.low is None else self.at(found.low)
        high = 100.0 if found.high is None else self.at(found.high)
        return Span(low, round(max(high - low, 0.4), 2), self.at(found.value))


def colours(panel: Panel) -> dict[str, int]:
    """A colour for each arm."""
    return painted(arm.name for arm in panel.arms)


def painted(names: Iterable[str]) -> dict[str, int]:
    """Colours in the order of the names; what is called by a colour gets that one. From the ninth on they come again.

    >>> painted(["grey", "green", "orange", "plain"])
    {'grey': 8, 'green': 2, 'orange': 1, 'plain': 0}
    """
    paint: dict[str, int] = {}
    names = list(names)
    for name in names:
        hues = {HUES[word] for word in WORD.findall(name.lower()) if word in HUES}
        if len(hues) == 1 and not hues & set(paint.values()):
            paint[name] = hues.pop()
    free = cycle([place for place in range(COLOURS) if place not in paint.values()] or range(COLOURS))
    return {name: paint[name] if name in paint else next(free) for name in names}


def allocation_chart(panel: Panel) -> AllocationChart | None:
    """None before the first decision. Periods without decisions are gaps; short histories end at the right edge."""
    if not panel.periods:
        return None
    width, last = timedelta(seconds=panel.width), panel.periods[-1].at
    n = max((last - panel.periods[0].at) // width + 1, LEAST_COLUMNS)
    first = last - (n - 1) * width
    places = [(period.at - first) // width for period in panel.periods]
    step, paint = WIDE / n, colours(panel)
    most = nice_ceiling(max(sum(period.decisions.values()) for period in panel.periods))
    columns = []
    for place, period in zip(places, panel.periods, strict=True):
        total = sum(period.decisions.values())
        gap = 0.04 * step if n <= MANY_COLUMNS else 0.0
        x, wide = round(step * place + gap, 2), round(step - 2 * gap, 2)
        tall = round(TALL * total / most, 2)
        title = f"{label(period.at, width)}: {total:,} decisions, {_shares(period.decisions, total)}"
        pieces = stacked(period.decisions, paint, x=x, width=wide)
        columns.append(Column(title, pieces, x, wide, round(TALL - tall, 2), tall))
    return AllocationChart(tuple(columns), _ticks(first, width, n), most)


def stacked(counts: Mapping[str, float], paint: Mapping[str, int], *, x: float, width: float) -> tuple[Piece, ...]:
    """Upright: the first arm at the bottom, together ``TALL``."""
    total, y, pieces = sum(counts.values()), TALL, []
    for arm, colour in paint.items():
        height = TALL * counts.get(arm, 0) / total if total else 0.0
        y -= height
        if height:
            pieces.append(Piece(colour, x, round(y, 2), width, round(height, 2)))
    return tuple(pieces)


def lying(shares: Mapping[str, float], paint: Mapping[str, int]) -> tuple[Piece, ...]:
    """The same from left to right, together 100."""
    total, x, pieces = sum(shares.values()), 0.0, []
    for arm, colour in paint.items():
        width = 100 * shares.get(arm, 0) / total if total else 0.0
        if width:
            pieces.append(Piece(colour, round(x, 2), 0.0, round(width, 2), 8.0))
        x += width
    return tuple(pieces)


def _shares(counts: Mapping[str, int], total: int) -> str:
    return ", ".join(f"{arm} {100 * n / total:.0f} %" for arm, n in counts.items()) if total else "none"


def _ticks(first: datetime, width: timedelta, n: int) -> tuple[str, ...]:
    """The begin of the first, the second, the third and the last fourth of the time."""
    return tuple(label(first + width * round(n * part / 4), width) for part in range(4))


def common_scale(panel: Panel) -> Scale:
    """Wide enough for every known end; the range of the reward where it is not much wider than that."""
    found = [one for arm in panel.arms for one in (arm.valid, arm.posterior) if one]
    known = [end for one in found for end in (one.low, one.high, one.value) if end is not None]
    if not known:
        return Scale(panel.low or 0.0, panel.high if panel.high is not None else (panel.low or 0.0) + 1)
    low, high = min(known), max(known)
    margin = 0.04 * (high - low) or 0.5
    low = max(low - margin, panel.low) if panel.low is not None else low - margin
    high = min(high + margin, panel.high) if panel.high is not None else high + margin
    return Scale(low, high) if high > low else Scale(low - 0.5, high + 0.5)


def histogram(bins: Sequence[int]) -> tuple[Piece, ...]:
    """Columns of a share of the highest, colour left to the page."""
    most, step = max(bins, default=0), WIDE / max(len(bins), 1)
    return tuple(
        Piece(0, round(step * place + 4, 2), round(TALL - tall, 2), round(step - 8, 2), tall)
        for place, n in enumerate(bins)
        if n and (tall := max(round(TALL * n / most, 2), 2.0))
    )
