"""Curves as geometry: one panel for performance, one for the solution rate, one for each constraint's failure rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analysis.runs.board.drawing import even_ticks
from analysis.safety.curves.reading import Curves, Point

WIDTH, HEIGHT = 340.0, 250.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 12.0, 14.0, 40.0
APART: Final = 4.0
"""So far the bars of two contenders at one size stand from each other."""
COLOURS: Final = ("#2563eb", "#c2410c", "#0f766e", "#9333ea", "#a16207", "#be185d", "#475569")
SHAPES: Final = ("circle", "square", "diamond", "triangle")


@dataclass(frozen=True, slots=True)
class Tick:
    """at: where on its axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with its interval: low and high are places on the vertical axis. title: in words."""

    x: float
    y: float
    low: float
    high: float
    title: str


@dataclass(frozen=True, slots=True)
class Key:
    """How a contender is drawn everywhere."""

    contender: str
    colour: str
    shape: str
    promises: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A contender's line in a panel."""

    key: Key
    path: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """limit: where delta is, None: there is none. about: what is seen, for those who cannot see it."""

    title: str
    about: str
    lines: tuple[Drawn, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    limit: Tick | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """The whole picture."""

    panels: tuple[Panel, ...]
    keys: tuple[Key, ...]


def figure_of(curves: Curves) -> Figure:
    """Panels in the usual order; none while there are no trials."""
    if not curves.curves:
        return Figure((), ())
    keys = tuple(
        Key(curve.contender, COLOURS[number % len(COLOURS)], SHAPES[number % len(SHAPES)], curve.promises)
        for number, curve in enumerate(curves.curves)
    )
    sizes = [point.rows for curve in curves.curves for point in curve.solutions]
    axis = _Across(min(sizes), max(sizes))
    performances = [curve.performance for curve in curves.curves]
    title = curves.performance_is.capitalize()
    panels = [
        _panel(title, keys, performances, _Frame(axis, _Up.around(performances))),
        _panel("Solution rate", keys, [curve.solutions for curve in curves.curves], _Frame(axis, RATES)),
    ]
    for number, (text, delta) in enumerate(curves.constraints):
        failures = [curve.failures[number] for curve in curves.curves]
        limit = Tick(RATES.at(delta), f"δ = {delta:g}")
        title = "Failure rate" if len(curves.constraints) == 1 else f"Failure rate: {text}"
        panels.append(_panel(title, keys, failures, _Frame(axis, RATES, limit)))
    return Figure(tuple(panels), keys)


@dataclass(frozen=True, slots=True)
class _Across:
    """The horizontal axis: rows, logarithmic."""

    low: int
    high: int

    def at(self, rows: float) -> float:
        span = math.log(self.high) - math.log(self.low)
        inner = WIDTH - LEFT - RIGHT - 24
        share = (math.log(rows) - math.log(self.low)) / span if span else 0.5
        return round(LEFT + 12 + inner * share, 1)

    def ticks(self) -> tuple[Tick, ...]:
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        wide = math.log10(self.high / self.low) > 1.5
        digits = (1,) if wide and math.log10(self.high / self.low) > 3 else (1, 2, 5)
        values = [digit * 10**power for power in powers for digit in digits]
        inside = [value for value in values if self.low <= value <= self.high] or [self.low]
        return tuple(Tick(self.at(value), short(value)) for value in inside)


@dataclass(frozen=True, slots=True)
class _Up:
    """The vertical axis."""

    low: float
    high: float

    @classmethod
    def around(cls, lines: Sequence[Sequence[Point]]) -> _Up:
        ends = [end for points in lines for point in points for end in (point.low, point.high)]
        if not ends:
            return cls(0.0, 1.0)
        room = 0.08 * (max(ends) - min(ends)) or abs(max(ends)) * 0.05 or 0.5
        return cls(min(ends) - room, max(ends) + room)

    def at(self, value: float) -> float:
        inner = HEIGHT - TOP - BOTTOM
        share = (value - self.low) / (self.high - self.low)
        return round(TOP + inner * (1 - min(max(share, 0.0), 1.0)), 1)

    def ticks(self) -> tuple[Tick, ...]:
        return tuple(Tick(self.at(value), f"{value:.3g}") for value in even_ticks(self.low, self.high))


RATES: Final = _Up(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Both axes, and where delta is."""

    across: _Across
    up: _Up
    limit: Tick | None = None


def short(rows: int) -> str:
    """
    >>> short(500), short(2000), short(1000000)
    ('500', '2k', '1M')
    """
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if rows >= size and rows % (size // 10) == 0:
            return f"{rows / size:g}{letter}"
    return str(rows)


def _panel(title: str, keys: Sequence[Key], lines: Sequence[Sequence[Point]], frame: _Frame) -> Panel:
    across, up = frame.across, frame.up
    drawn = []
    for number, (key, points) in enumerate(zip(keys, lines, strict=True)):
        aside = APART * (number - (len(keys) - 1) / 2)
        marks = tuple(_mark(point, across.at(point.rows) + aside, up, key) for point in points)
        path = " ".join(f"{'M' if not place else 'L'}{mark.x:g} {mark.y:g}" for place, mark in enumerate(marks))
        drawn.append(Drawn(key, path, marks))
    drawn.sort(key=lambda line: line.key.promises)  # what promises is drawn over what does not
    return Panel(title, _about(title, keys, lines), tuple(drawn), across.ticks(), up.ticks(), frame.limit)


def _mark(point: Point, x: float, up: _Up, key: Key) -> Mark:
    words = f"{key.contender}, {point.rows:,} rows: {point.value:.3g} ({point.low:.3g} to {point.high:.3g}), "
    return Mark(x, up.at(point.value), up.at(point.low), up.at(point.high), f"{words}{point.n:,} trials")


def _about(title: str, keys: Sequence[Key], lines: Sequence[Sequence[Point]]) -> str:
    """The last value of each line."""
    ends = [f"{key.contender} {points[-1].value:.2f}" for key, points in zip(keys, lines, strict=True) if points]
    return f"{title} over the number of rows. At the largest size: {', '.join(ends) or 'nothing yet'}."
