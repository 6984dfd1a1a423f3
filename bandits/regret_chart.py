"""Regret curves with bands, as an SVG that needs nothing else. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 480, 64, 210, 40, 48
COLOURS = ("#00737e", "#b04a00", "#5b3fa8", "#1f6f2b", "#a3195b", "#4d5a66", "#8a6d00", "#1d5fc4")
DASHES = ("", "7 4", "2 3", "9 3 2 3")


@dataclass(frozen=True)
class Curve:
    """A policy's regret at ``times``: the mean and a band; all of one length."""

    times: Sequence[float]
    mean: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def chart(title: str, curves: Mapping[str, Curve]) -> str:
    """The picture. ValueError if there is no curve."""
    if not curves:
        raise ValueError("curves must hold at least one curve.")
    end = max(curve.times[-1] for curve in curves.values())
    top = _round_up(max(max(curve.high) for curve in curves.values()))
    drawn = [_curve(index, name, curve, end, top) for index, (name, curve) in enumerate(curves.items())]
    return "\n".join([_head(title), *_axes(end, top), *drawn, "</svg>"]) + "\n"


def _round_up(value: float) -> float:
    """The next number that four equal steps divide into round ones."""
    unit = 10 ** floor(log10(value)) if value > 0 else 1.0
    return next(factor * unit for factor in (1, 2, 4, 6, 8, 10) if factor * unit >= value)


def _head(title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="13" role="img" aria-label="{escape(title)}">\n<rect width="100%" height="100%" fill="#fff"/>\n'
        f'<text x="{LEFT}" y="24" font-size="15" font-weight="600">{escape(title)}</text>'
    )


def _axes(end: float, top: float) -> list[str]:
    lines = []
    for part in range(5):
        x, y = _x(end * part / 4, end), _y(top * part / 4, top)
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{top * part / 4:.4g}</text>')
        lines.append(f'<text x="{x}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{end * part / 4:.0f}</text>')
    lines.append(f'<text x="{LEFT}" y="{HEIGHT - 8}">rounds; the band holds the middle 80 % of the runs</text>')
    return lines


def _curve(index: int, name: str, curve: Curve, end: float, top: float) -> str:
    colour, dash = COLOURS[index % len(COLOURS)], DASHES[index // len(COLOURS) % len(DASHES)]
    band = [*zip(curve.times, curve.high, strict=True), *reversed([*zip(curve.times, curve.low, strict=True)])]
    line = zip(curve.times, curve.mean, strict=True)
    y = TOP + 6 + index * 20
    x = WIDTH - RIGHT + 14
    return (
        f'<polygon points="{_points(band, end, top)}" fill="{colour}" opacity="0.12"/>\n'
        f'<polyline points="{_points(line, end, top)}" fill="none" stroke="{colour}" stroke-width="2" '
        f'stroke-dasharray="{dash}"/>\n'
        f'<line x1="{x}" x2="{x + 22}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="3" stroke-dasharray="{dash}"/>'
        f'<text x="{x + 28}" y="{y + 4}">{escape(name)}</text>'
    )


def _points(pairs: Iterable[tuple[float, float]], end: float, top: float) -> str:
    return " ".join(f"{_x(t, end)},{_y(value, top)}" for t, value in pairs)


def _x(t: float, end: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * t / end, 1)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)
