"""Forests: one line for each group or comparison, with its interval; open ends have arrows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isfinite

from analysis.results.asking.verdicts import plain
from analysis.results.showing.charts.drawing import (
    ROW,
    WIDTH,
    Ink,
    Scale,
    axis_below,
    cut,
    line,
    mark,
    scale_over,
    svg,
    text,
    titled,
)

TOP, BELOW = 8.0, 38.0
LEFT, RIGHT = 14.0, WIDTH - 14.0


@dataclass(frozen=True, slots=True)
class Row:
    """A line. place: its colour and shape. low, high: None without an interval; infinite for an open end."""

    name: str
    value: float
    low: float | None
    high: float | None
    place: int = 0

    @property
    def words(self) -> str:
        """The same read out."""
        if self.low is None or self.high is None:
            return f"{self.name}: {plain(self.value)}"
        return f"{self.name}: {plain(self.value)}, {ends(self.low, self.high)}"


@dataclass(frozen=True, slots=True)
class Frame:
    """about: what is shown. named: of the axis. marked: values with a line through all rows, and what they are."""

    about: str
    named: str = ""
    marked: tuple[tuple[float, str], ...] = ()


def ends(low: float, high: float) -> str:
    """An interval in words.

    >>> ends(1, inf), ends(-inf, inf), ends(1, 2)
    ('1 or more', 'anything', '1 to 2')
    """
    if low == -inf and high == inf:
        return "anything"
    if high == inf:
        return f"{plain(low)} or more"
    return f"{plain(high)} or less" if low == -inf else f"{plain(low)} to {plain(high)}"


def forest(rows: Sequence[Row], frame: Frame, *, ink: Ink) -> str:
    """Names above their lines, so that long ones fit on a phone."""
    each = ROW + 10
    bottom = TOP + each * len(rows)
    values = [value for row in rows for value in (row.value, row.low, row.high)]
    scale = scale_over(values, LEFT, RIGHT, also=[value for value, _ in frame.marked])
    parts = [*axis_below(scale, bottom, ink=ink, named=frame.named, top=TOP), *_marked(frame, scale, bottom, ink)]
    for number, row in enumerate(rows):
        parts += _row(row, TOP + each * number, scale, ink)
    told = "; ".join(row.words for row in rows)
    return svg(parts, height=bottom + (BELOW if frame.named else BELOW - 14), about=f"{frame.about}: {told}", ink=ink)


def _marked(frame: Frame, scale: Scale, bottom: float, ink: Ink) -> Iterator[str]:
    for value, words in frame.marked:
        x = scale.at(value)
        dashed = "" if value == 0 else 'stroke-dasharray="4 3"'
        yield titled(line((x, TOP, x, bottom), ink.strong, thick=1.2, extra=dashed), words)


def _row(row: Row, y: float, scale: Scale, ink: Ink) -> Iterator[str]:
    colour, middle = ink.of(row.place), y + 28
    halo = f'fill="{ink.strong}" stroke="{ink.ground}" stroke-width="4" paint-order="stroke"'
    yield text(LEFT, y + 14, cut(row.name, 44), extra=halo)
    yield text(RIGHT, y + 14, plain(row.value), anchor="end", extra=f'{halo} font-weight="600"')
    inner = ""
    if row.low is not None and row.high is not None:
        low, high = scale.at(row.low), scale.at(row.high)
        inner = line((low, middle, high, middle), colour, thick=3, extra='stroke-opacity="0.75"')
        inner += _end(row.low, low, middle, colour, -1) + _end(row.high, high, middle, colour, 1)
    yield titled(inner + mark(row.place, scale.at(row.value), middle, colour), row.words)


def _end(value: float, x: float, y: float, colour: str, direction: int) -> str:
    """A stop, or an arrow where the interval is open."""
    if isfinite(value):
        return line((x, y - 4, x, y + 4), colour, thick=2)
    return f'<path d="M{x + 5 * direction:g} {y:g}l{-6 * direction} -5v10z" fill="{colour}"/>'
