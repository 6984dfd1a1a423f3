"""Effects of factors and how they act together; and what single units did, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.results.asking.cells import Line
from analysis.results.showing.charts.drawing import (
    WIDTH,
    Ink,
    Scale,
    axis_left,
    cut,
    legend,
    line,
    mark,
    scale_over,
    svg,
    text,
    titled,
)
from analysis.results.showing.charts.forest import Row

LEFT, RIGHT, TOP, TALL = 54.0, WIDTH - 24.0, 12.0, 180.0


@dataclass(frozen=True, slots=True)
class Crossed:
    """Means over two factors. across: levels along the axis. lines: named, with a row for each level, or None."""

    across: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Row | None, ...]], ...]
    named: str


def crossed(found: Crossed, *, ink: Ink, about: str) -> str:
    """Lines that run side by side: no interaction. Groups stand a little apart, so that intervals stay readable."""
    rows = [row for _, cells in found.lines for row in cells if row is not None]
    if not rows:
        return ""
    up = scale_over([end for row in rows for end in (row.value, row.low, row.high)], TOP + TALL, TOP)
    parts = [*axis_left(up, LEFT, RIGHT, ink=ink)]
    for place, (_, cells) in enumerate(found.lines):
        apart = 9 * (place - (len(found.lines) - 1) / 2)
        parts += _connected(cells, (place, apart), up, ink)
    parts += _levels(found.across, found.named)
    signs, y = legend([name for name, _ in found.lines], TOP + TALL + 54, left=LEFT, ink=ink)
    told = "; ".join(row.words for row in rows)
    return svg([*parts, *signs], height=y + 10, about=f"{about}: {told}", ink=ink)


def _connected(cells: Sequence[Row | None], where: tuple[int, float], up: Scale, ink: Ink) -> Iterator[str]:
    place, apart = where
    colour, xs = ink.of(place), _places(len(cells))
    known = [(x + apart, row) for x, row in zip(xs, cells, strict=True) if row is not None]
    path = " ".join(f"{x:g},{up.at(row.value):g}" for x, row in known)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, row in known:
        bar = ""
        if row.low is not None and row.high is not None:
            bar = line((x, up.at(row.low), x, up.at(row.high)), colour, thick=2, extra='stroke-opacity="0.7"')
        yield titled(bar + mark(place, x, up.at(row.value), colour), row.words)


def _levels(names: Sequence[str], named: str = "") -> Iterator[str]:
    most = max(5, int(42 / max(len(names), 1)))
    for x, name in zip(_places(len(names)), names, strict=True):
        yield text(x, TOP + TALL + 18, cut(name, most), anchor="middle")
    if named:
        yield text((LEFT + RIGHT) / 2, TOP + TALL + 35, named, anchor="middle")


def _places(n: int) -> list[float]:
    room = (RIGHT - LEFT) / max(n, 1)
    return [round(LEFT + room * (place + 0.5), 1) for place in range(n)]


def within_lines(lines: Sequence[Line], labels: Sequence[str], arms: Sequence[str], *, ink: Ink, about: str) -> str:
    """Every unit a faint line, each arm's mean a strong one. "" without units, or with one cell only."""
    known = [value for each in lines for value in each.means if value is not None]
    if not known or len(labels) < 2:
        return ""
    up = scale_over(known, TOP + TALL, TOP)
    parts = [*axis_left(up, LEFT, RIGHT, ink=ink)]
    places = {name: place for place, name in enumerate(arms)}
    faint = max(0.12, min(0.5, 12 / len(lines)))
    parts += [_thin(each, up, (ink.of(places.get(each.arm, 0)), faint)) for each in lines]
    for name, place in places.items():
        parts += _mean([each for each in lines if each.arm == name], place, up, ink)
    parts += _levels(labels)
    signs, y = legend(arms, TOP + TALL + 42, left=LEFT, ink=ink)
    return svg([*parts, *signs], height=y + 10, about=f"{about}: {len(lines)} units", ink=ink)


def _thin(each: Line, up: Scale, pen: tuple[str, float]) -> str:
    points = [
        f"{x:g},{up.at(value):g}"
        for x, value in zip(_places(len(each.means)), each.means, strict=True)
        if value is not None
    ]
    colour, faint = pen
    return f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-opacity="{faint:.2f}"/>'


def _mean(lines: Sequence[Line], place: int, up: Scale, ink: Ink) -> Iterator[str]:
    columns = [
        [value for value in column if value is not None] for column in zip(*(e.means for e in lines), strict=True)
    ]
    xs = _places(len(columns))
    known = [(x, sum(column) / len(column)) for x, column in zip(xs, columns, strict=True) if column]
    path = " ".join(f"{x:g},{up.at(value):g}" for x, value in known)
    yield f'<polyline points="{path}" fill="none" stroke="{ink.of(place)}" stroke-width="3"/>'
    yield from (mark(place, x, up.at(value), ink.of(place)) for x, value in known)
