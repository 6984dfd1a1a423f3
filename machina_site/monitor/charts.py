"""Charts as numbers for SVG: places and lengths are worked out here, the template only draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from participants.monitoring import Durations, TimeSeries

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720.0, 200.0, 34.0, 24.0, 10.0


@dataclass(frozen=True, slots=True)
class Column:
    """A bucket: entries behind, completions in front."""

    x: float
    width: float
    entered_y: float
    entered_height: float
    completed_y: float
    completed_height: float
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Entries and completions over time."""

    columns: tuple[Column, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    base: float = HEIGHT - BOTTOM


def column_chart(series: TimeSeries) -> ColumnChart | None:
    """None without anything to draw."""
    if not series.buckets:
        return None
    top = nice_ceiling(max(max(bucket.entered, bucket.completed) for bucket in series.buckets))
    step = (WIDTH - LEFT) / max(len(series.buckets), 12)
    base, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    columns = []
    for number, bucket in enumerate(series.buckets):
        tall, short = room * bucket.entered / top, room * bucket.completed / top
        title = f"{label(bucket.at, series.width)}: {bucket.entered} entered, {bucket.completed} completed"
        columns.append(
            Column(
                round(LEFT + step * number + step * 0.1, 1),
                round(step * 0.8, 1),
                round(base - tall, 1),
                round(tall, 1),
                round(base - short, 1),
                round(short, 1),
                title,
            )
        )
    return ColumnChart(tuple(columns), _x_ticks(series, step), _y_ticks(top, base, room))


def _x_ticks(series: TimeSeries, step: float) -> tuple[Tick, ...]:
    every = max(1, -(-len(series.buckets) // 6))
    return tuple(
        Tick(round(LEFT + step * (number + 0.5), 1), label(bucket.at, series.width))
        for number, bucket in enumerate(series.buckets)
        if number % every == 0
    )


def _y_ticks(top: int, base: float, room: float) -> tuple[Tick, ...]:
    values = sorted({0, top // 2, top})
    return tuple(Tick(round(base - room * value / top, 1), f"{value:,}") for value in values)


def nice_ceiling(value: int) -> int:
    """The least of 2, 4, 10, 20, 40, 100, … that is not below the value.

    >>> nice_ceiling(0), nice_ceiling(7), nice_ceiling(41)
    (2, 10, 100)
    """
    power = 1
    while True:
        for digit in (2, 4, 10):
            if digit * power >= value:
                return digit * power
        power *= 10


def label(at: datetime, width: timedelta) -> str:
    """The hour for narrow buckets, the day for wide ones."""
    local = timezone.localtime(at)
    if width < timedelta(hours=1):
        return f"{local:%H:%M}"
    return f"{local:%d %b %H:%M}" if width < timedelta(days=1) else f"{local:%d %b}"


@dataclass(frozen=True, slots=True)
class Range:
    """Quartiles as percentages of the widest."""

    low: float
    median: float
    high: float

    @property
    def mark(self) -> float:
        """Where the mark of the median begins."""
        return round(self.median - 0.8, 2)


def ranges(durations: Sequence[Durations]) -> list[Range]:
    """One for each, on a common scale."""
    widest = max((each.high for each in durations), default=0.0) or 1.0
    return [
        Range(*(round(4 + 92 * value / widest, 2) for value in (each.low, each.median, each.high)))
        for each in durations
    ]
