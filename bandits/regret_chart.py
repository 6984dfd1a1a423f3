"""Regret curves with bands, as shapes that `regret_pictures` draws. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900, 480, 64, 270, 44, 52
COLOURS = ("#00737e", "#b04a00", "#5b3fa8", "#1f6f2b", "#a3195b", "#4d5a66", "#8a6d00", "#1d5fc4")
DASHES: tuple[tuple[int, ...], ...] = ((), (7, 4), (2, 3), (9, 3, 2, 3))
INK, PALE = "#1f2933", "#dddddd"
LONGEST = 29  # letters of a name beside the chart

Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """A policy's regret at ``times``: the mean and a band; all of one length."""

    times: Sequence[float]
    mean: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True)
class Line:
    """A line through points."""

    points: Sequence[Point]
    colour: str = PALE
    width: float = 1
    dash: tuple[int, ...] = ()


@dataclass(frozen=True)
class Area:
    """A pale area inside points."""

    points: Sequence[Point]
    colour: str


@dataclass(frozen=True)
class Text:
    """Words at a point. anchor: "start", "middle" or "end" of them is there."""

    at: Point
    words: str
    anchor: str = "start"
    size: int = 13
    is_bold: bool = False


Shape = Line | Area | Text


@dataclass(frozen=True)
class _Scale:
    end: float
    bottom: float
    top: float

    def at(self, t: float, value: float) -> Point:
        """Where on the picture."""
        x = LEFT + (WIDTH - LEFT - RIGHT) * t / self.end
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - self.bottom) / (self.top - self.bottom)
        return round(x, 1), round(y, 1)


def chart(title: str, curves: Mapping[str, Curve], *, below: str = "") -> list[Shape]:
    """The shapes, names in the order of the last mean, best first. ValueError if there is no curve."""
    if not curves:
        raise ValueError("curves must hold at least one curve.")
    step = _step(max(max(curve.high) for curve in curves.values()))
    low = min(min(curve.low) for curve in curves.values())
    bottom = -step * -(-max(-low, 0) // step)
    scale = _Scale(max(curve.times[-1] for curve in curves.values()), bottom, 4 * step)
    ranked = sorted(curves.items(), key=lambda pair: pair[1].mean[-1])
    colours = {name: place for place, name in enumerate(curves)}
    shapes: list[Shape] = [Text((LEFT, 24), title, size=15, is_bold=True), *_axes(scale, step)]
    shapes.append(Text((LEFT, HEIGHT - 10), below or "rounds; the band holds the middle 80 % of the runs"))
    for rank, (name, curve) in enumerate(ranked):
        shapes += _curve(colours[name], name, curve, scale)
        shapes += _legend(colours[name], rank, name, curve)
    return sorted(shapes, key=lambda shape: not isinstance(shape, Area))


def _step(value: float) -> float:
    """A quarter of the next number that four equal steps divide into round ones."""
    unit = 10 ** floor(log10(value)) if value > 0 else 1.0
    return next(factor * unit for factor in (1, 1.2, 1.6, 2, 2.4, 3, 4, 6, 8, 10) if factor * unit >= value) / 4


def _axes(scale: _Scale, step: float) -> list[Shape]:
    shapes: list[Shape] = []
    for value in (scale.bottom + step * i for i in range(round((scale.top - scale.bottom) / step) + 1)):
        left, right = scale.at(0, value), scale.at(scale.end, value)
        is_nothing = abs(value) < step / 2
        shapes.append(Line([left, right], "#9aa5b1" if is_nothing else PALE))
        shapes.append(Text((LEFT - 8, left[1] + 4), f"{0.0 if is_nothing else value:.4g}", "end"))
    for part in range(5):
        x, y = scale.at(scale.end * part / 4, scale.bottom)
        shapes.append(Text((x, y + 18), f"{scale.end * part / 4:,.0f}", "middle"))
    return shapes


def _curve(place: int, name: str, curve: Curve, scale: _Scale) -> list[Shape]:
    band = [*zip(curve.times, curve.high, strict=True), *reversed([*zip(curve.times, curve.low, strict=True)])]
    line = [(0.0, 0.0), *zip(curve.times, curve.mean, strict=True)]
    return [
        Area([scale.at(0, 0), *(scale.at(*point) for point in band)], _colour(place)),
        Line([scale.at(*point) for point in line], _colour(place), 2, _dash(place)),
    ]


def _legend(place: int, rank: int, name: str, curve: Curve) -> list[Shape]:
    x, y = WIDTH - RIGHT + 16, TOP + 6 + rank * 20
    short = name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
    return [
        Line([(x, y), (x + 22, y)], _colour(place), 3, _dash(place)),
        Text((x + 28, y + 4), short),
        Text((WIDTH - 8, y + 4), f"{curve.mean[-1]:.1f}", "end"),
    ]


def key_of(place: int) -> tuple[str, str]:
    """How the curve of that place is drawn: its colour, and its dashes as SVG writes them."""
    return _colour(place), " ".join(map(str, _dash(place)))


def _colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]


def _dash(place: int) -> tuple[int, ...]:
    return DASHES[place // len(COLOURS) % len(DASHES)]
