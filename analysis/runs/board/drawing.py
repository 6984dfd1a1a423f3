"""Charts as numbers for SVG: lines over epochs, with bands. Words and ticks stand beside them in HTML. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from experiments.axis import tick_labels

WIDE: Final = 1000.0
TALL: Final = 400.0
TICKS: Final = 4
MOST_POINTS: Final = 400


@dataclass(frozen=True, slots=True)
class Series:
    """points: (epoch, value), with values that are finite. low, high: the range over folds and seeds at each point."""

    key: str
    name: str
    points: tuple[tuple[float, float], ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis. at: in percent of its length, from the left or the top."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line as a path, its band as another (empty: none), dots where points are few, and values for the tooltip."""

    key: str
    name: str
    colour: str
    path: str
    band: str
    dots: str
    values: str
    last: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class LineChart:
    """lines in the order they were given; the best one is drawn last."""

    title: str
    lines: tuple[Drawn, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    is_log: bool
    low: float
    high: float
    x_low: float
    x_high: float


def line_chart(title: str, series: Sequence[Series], colours: Mapping[str, str], *, log: bool = False) -> LineChart:
    """log: a logarithmic scale, if all values are above 0."""
    drawn = [one for one in series if one.points]
    ends = [value for one in drawn for value in (*(y for _, y in one.points), *one.low, *one.high)]
    is_log = log and bool(ends) and min(ends) > 0
    low, high = _range(ends, is_log=is_log)
    xs = [x for one in drawn for x, _ in one.points] or [0.0]
    frame = _Frame(min(xs), max(xs), low, high, is_log)
    lines = tuple(_draw(one, frame, colours.get(one.key, hue(0))) for one in sorted(drawn, key=lambda one: one.is_best))
    return LineChart(
        title, lines, frame.x_ticks(), frame.y_ticks(), is_log, low=low, high=high, x_low=frame.left, x_high=frame.right
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    left: float
    right: float
    low: float
    high: float
    is_log: bool

    def x(self, value: float) -> float:
        span = self.right - self.left
        return round(WIDE / 2 if not span else WIDE * (value - self.left) / span, 1)

    def y(self, value: float) -> float:
        if self.is_log:
            share = (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(TALL * (1 - share), 1)

    def x_ticks(self) -> tuple[Tick, ...]:
        if self.left == self.right:
            return (Tick(50.0, f"{self.left:g}"),)
        step = max(1, math.ceil(nice(self.right - self.left, 6)))
        first = math.ceil(self.left / step) * step
        found = [first + step * n for n in range(int((self.right - first) // step) + 1)]
        return tuple(Tick(round(self.x(value) / WIDE * 100, 2), f"{value:g}") for value in found)

    def y_ticks(self) -> tuple[Tick, ...]:
        values = log_ticks(self.low, self.high) if self.is_log else even_ticks(self.low, self.high)
        labelled = zip(values, tick_labels(values), strict=True)
        return tuple(Tick(round(self.y(value) / TALL * 100, 2), label) for value, label in labelled)


def _range(values: Sequence[float], *, is_log: bool) -> tuple[float, float]:
    """With a little room above and below."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if is_log:
        return low / 1.1, high * 1.1
    room = 0.05 * (high - low) or abs(high) * 0.05 or 0.5
    return low - room, high + room


def _draw(series: Series, frame: _Frame, colour: str) -> Drawn:
    points = thin(series.points, MOST_POINTS)
    path = " ".join(f"{'M' if not place else 'L'}{frame.x(x)} {frame.y(y)}" for place, (x, y) in enumerate(points))
    few = len(points) <= 30
    dots = " ".join(f"M{frame.x(x)} {frame.y(y)}h.01" for x, y in points) if few else ""
    return Drawn(
        key=series.key,
        name=series.name,
        colour=colour,
        path=path,
        band=_band(series, frame),
        dots=dots,
        values=";".join(f"{x:g}:{y:.5g}" for x, y in points),
        last=_shown(series.points[-1][1]),
        is_best=series.is_best,
    )


def _band(series: Series, frame: _Frame) -> str:
    if not series.low or len(series.points) < 2:
        return ""
    above = [f"{frame.x(x)} {frame.y(high)}" for (x, _), high in zip(series.points, series.high, strict=True)]
    below = [f"{frame.x(x)} {frame.y(low)}" for (x, _), low in zip(series.points, series.low, strict=True)]
    return f"M{' L'.join([*above, *reversed(below)])}Z"


def thin(points: Sequence[tuple[float, float]], most: int) -> list[tuple[float, float]]:
    """Evenly chosen, the first and the last always among them."""
    if len(points) <= most:
        return list(points)
    step = (len(points) - 1) / (most - 1)
    return [points[round(step * place)] for place in range(most)]


def nice(span: float, ticks: int) -> float:
    """A step of 1, 2, 2.5 or 5 times a power of ten, so that about so many fit.

    >>> nice(0.9, 4), nice(100, 4)
    (0.25, 25.0)
    """
    rough = span / max(ticks, 1)
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    return float(next(digit * power for digit in (1, 2, 2.5, 5, 10) if digit * power >= rough * 0.999))


def even_ticks(low: float, high: float) -> list[float]:
    """Round values within."""
    step = nice(high - low, TICKS)
    first = math.ceil(low / step)
    return [step * n for n in range(first, math.floor(high / step + 1e-9) + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Powers of ten within; 1, 2 and 5 times them where those are few.

    >>> log_ticks(0.003, 2)
    [0.01, 0.1, 1.0]
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    tens = [10.0**power for power in powers if low <= 10.0**power <= high]
    if len(tens) >= 2:
        return tens[:: max(1, len(tens) // 5)]
    return [value for power in powers for digit in (1, 2, 5) if low <= (value := digit * 10.0**power) <= high]


def _shown(value: float) -> str:
    return f"{value:.4g}"


def hue(place: int) -> str:
    """A colour for the n-th line: the golden angle keeps neighbours apart.

    >>> hue(0), hue(1)
    ('hsl(210 65% 45%)', 'hsl(348 65% 45%)')
    """
    return f"hsl({round((210 + 137.508 * place) % 360)} 65% 45%)"


def paint(keys: Iterable[str]) -> dict[str, str]:
    """A colour for each."""
    return {key: hue(place) for place, key in enumerate(keys)}
