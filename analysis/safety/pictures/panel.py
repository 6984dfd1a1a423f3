"""One curve in one small frame, as SVG without styles: a page may recolour it by the classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from experiments.axis import tick_labels

WIDTH: Final = 340
HEIGHT: Final = 190
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 30, 26
INK: Final = "#334155"
PALE: Final = "#cbd5e1"
MOST_POINTS: Final = 800
CURVES: Final = {"objective": "#00737e", "bound": "#b04a00", "multiplier": "#5b3fa8", "lagrangian": "#4d5a66"}
BROKEN: Final = "#b91c1c"


@dataclass(frozen=True, slots=True)
class Curve:
    """points: (iteration, value); a value that is not finite leaves a gap. best: the iteration that was chosen.

    kind: objective, bound, multiplier or lagrangian. limit: what must not be exceeded; above it is shaded.
    """

    title: str
    kind: str
    points: Sequence[tuple[float, float]]
    best: float | None = None
    limit: float | None = None

    def spoken(self) -> str:
        """What the picture says, in words."""
        known = [value for _, value in self.points if math.isfinite(value)]
        if not known:
            return f"{self.title}: nothing finite."
        chosen = next((value for at, value in self.points if at == self.best), None)
        ends = f"{self.title}: from {known[0]:.4g} to {known[-1]:.4g}, lowest {min(known):.4g}"
        return f"{ends}; the chosen iteration has {chosen:.4g}." if chosen is not None else f"{ends}."


@dataclass(frozen=True, slots=True)
class Frame:
    """Where values lie on the picture."""

    left: float
    right: float
    low: float
    high: float

    def x(self, at: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (at - self.left) / ((self.right - self.left) or 1), 1)

    def y(self, value: float) -> float:
        """Held within the frame: what is far out is drawn at the edge."""
        share = min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)


def panel(curve: Curve, *, x: float = 0, y: float = 0) -> str:
    """One <svg>; x, y: where it stands if it is part of another."""
    frame = frame_of(curve)
    place = f' x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}"' if x or y else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"{place} role="img"'
        f' aria-label="{escape(curve.spoken())}" font-family="system-ui, sans-serif" font-size="11">',
        f'<text class="is-title" x="{LEFT}" y="17" font-weight="600" font-size="12" fill="{INK}">'
        f"{escape(_short(curve.title))}</text>",
        *_shade(curve, frame),
        *_axes(frame),
        *_best(curve, frame),
        *(_line(piece, curve.kind) for piece in pieces(thinned(curve.points), frame)),
        *_point(curve, frame),
        "</svg>",
    ]
    return "\n".join(parts)


def frame_of(curve: Curve) -> Frame:
    """Wide enough for all, or, where a few values are far out, for all but those; the chosen one is always inside."""
    known = sorted(value for _, value in curve.points if math.isfinite(value)) or [0.0]
    low, high = known[0], known[-1]
    inner = known[len(known) // 20 : len(known) - len(known) // 20]
    if high - low > 8 * (inner[-1] - inner[0]) > 0:
        low, high = inner[0], inner[-1]
    extra = [value for at, value in curve.points if at == curve.best and math.isfinite(value)]
    if curve.limit is not None:
        extra.append(curve.limit)
    low, high = min([low, *extra]), max([high, *extra])
    room = 0.06 * (high - low) or 0.5 * max(abs(high), 1e-3)
    ats = [at for at, _ in curve.points] or [0.0]
    return Frame(ats[0], ats[-1], low - room, high + room)


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round numbers between two ends.

    >>> ticks(-0.1, 0.3)
    [-0.1, 0.0, 0.1, 0.2, 0.3]
    """
    raw = (high - low) / count
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * unit for factor in (1, 2, 2.5, 5, 10) if factor * unit >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 12) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most MOST_POINTS: of every stretch its lowest and its highest, so that no peak is lost."""
    if len(points) <= MOST_POINTS:
        return list(points)
    size = math.ceil(len(points) / (MOST_POINTS // 2))
    found: list[tuple[float, float]] = []
    for start in range(0, len(points), size):
        known = [point for point in points[start : start + size] if math.isfinite(point[1])]
        if known:
            found += sorted({min(known, key=_value), max(known, key=_value)})
    return found


def pieces(points: Sequence[tuple[float, float]], frame: Frame) -> list[list[tuple[float, float]]]:
    """On the picture, broken where nothing finite is."""
    found: list[list[tuple[float, float]]] = [[]]
    for at, value in points:
        if math.isfinite(value):
            found[-1].append((frame.x(at), frame.y(value)))
        elif found[-1]:
            found.append([])
    return [piece for piece in found if piece]


def _value(point: tuple[float, float]) -> float:
    return point[1]


def _line(piece: list[tuple[float, float]], kind: str) -> str:
    if len(piece) == 1:
        piece = [piece[0], (piece[0][0] + 0.1, piece[0][1])]
    path = " ".join(f"{x:g},{y:g}" for x, y in piece)
    return (
        f'<polyline class="is-{kind}" points="{path}" fill="none" stroke="{CURVES[kind]}" stroke-width="1.6"'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
    )


def _shade(curve: Curve, frame: Frame) -> list[str]:
    """Where the constraint would be broken."""
    if curve.limit is None:
        return []
    end = frame.y(curve.limit)
    area = f'<rect class="is-broken" x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{end - TOP:g}"'
    return [
        f'{area} fill="{BROKEN}" opacity="0.08"/>',
        f'<line class="is-limit" x1="{LEFT}" y1="{end:g}" x2="{WIDTH - RIGHT}" y2="{end:g}" stroke="{BROKEN}"/>',
    ]


def _axes(frame: Frame) -> list[str]:
    shapes = []
    values = ticks(frame.low, frame.high)
    for value, label in zip(values, tick_labels(values), strict=True):
        y = frame.y(value)
        shapes.append(f'<line class="is-grid" x1="{LEFT}" y1="{y:g}" x2="{WIDTH - RIGHT}" y2="{y:g}" stroke="{PALE}"')
        shapes[-1] += ' stroke-width="0.6"/>'
        shapes.append(f'<text x="{LEFT - 6}" y="{y + 4:g}" text-anchor="end" fill="{INK}">{label}</text>')
    for at in sorted({frame.left, float(round((frame.left + frame.right) / 2)), frame.right}):
        anchor = "start" if at == frame.left else "end" if at == frame.right else "middle"
        place = f'x="{frame.x(at):g}" y="{HEIGHT - 9}" text-anchor="{anchor}"'
        shapes.append(f'<text {place} fill="{INK}">{at:,.0f}</text>')
    return shapes


def _best(curve: Curve, frame: Frame) -> list[str]:
    if curve.best is None:
        return []
    x = frame.x(curve.best)
    return [
        f'<line class="is-best" x1="{x:g}" y1="{TOP}" x2="{x:g}" y2="{HEIGHT - BOTTOM}" stroke="{INK}"'
        ' stroke-dasharray="4 3"/>'
    ]


def _point(curve: Curve, frame: Frame) -> list[str]:
    chosen = [value for at, value in curve.points if at == curve.best and math.isfinite(value)]
    place = f'cx="{frame.x(curve.best or 0):g}"'
    return [f'<circle {place} cy="{frame.y(value):g}" r="3.2" fill="{CURVES[curve.kind]}"/>' for value in chosen[:1]]


def _short(text: str) -> str:
    return text if len(text) <= 46 else text[:45] + "…"
