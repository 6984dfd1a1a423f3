"""How a measure is spread in each arm: a hill of columns for each, over one axis; for choices a bar for each option."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.results.asking.distributions import Chosen, Distribution, Spread
from analysis.results.asking.verdicts import plain
from analysis.results.showing.charts.drawing import (
    WIDTH,
    Ink,
    Scale,
    axis_below,
    cut,
    legend,
    line,
    mark,
    svg,
    text,
    titled,
)

LEFT, RIGHT, HILL, HEAD = 14.0, WIDTH - 14.0, 46.0, 20.0


@dataclass(frozen=True, slots=True)
class _Bins:
    """Where columns stand. most: share of the fullest bin of any arm."""

    edges: tuple[float, ...]
    scale: Scale
    most: float


def spread(found: Distribution, *, ink: Ink, about: str, named: str = "") -> str:
    """Shares, not counts: arms of different size stay comparable. "" where nothing was measured."""
    arms = [(place, arm) for place, arm in enumerate(found.arms) if arm.n]
    if not arms:
        return ""
    scale = Scale(found.edges[0], found.edges[-1], LEFT, RIGHT)
    most = max(count / arm.n for _, arm in arms for count in arm.counts)
    bins = _Bins(found.edges, scale, most)
    parts: list[str] = []
    for number, (place, arm) in enumerate(arms):
        parts += _hill(arm, place, (HEAD + HILL) * number, bins, ink)
    bottom = (HEAD + HILL) * len(arms) + 4
    parts += axis_below(scale, bottom, ink=ink, named=named)
    told = "; ".join(f"{arm.name}: mean {plain(arm.mean or 0.0)} of {arm.n:,}" for _, arm in arms)
    return svg(parts, height=bottom + (38 if named else 24), about=f"{about}: {told}", ink=ink)


def _hill(arm: Spread, place: int, y: float, bins: _Bins, ink: Ink) -> Iterator[str]:
    base, colour = y + HEAD + HILL, ink.of(place)
    yield mark(place, LEFT + 5, y + 11, colour)
    yield text(LEFT + 15, y + 15, cut(arm.name), extra=f'fill="{ink.strong}"')
    told = f"mean {plain(arm.mean)}, n = {arm.n:,}" if arm.mean is not None else f"n = {arm.n:,}"
    yield text(RIGHT, y + 15, told, anchor="end")
    for start, end, count in zip(bins.edges, bins.edges[1:], arm.counts, strict=False):
        if not count:
            continue
        x, tall = bins.scale.at(start), HILL * count / arm.n / bins.most
        wide = max(bins.scale.at(end) - x - 0.6, 0.8)
        place_of = f'x="{x:g}" y="{base - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
        column = f'<rect {place_of} fill="{colour}" fill-opacity="0.75"/>'
        yield titled(column, f"{plain(start)} to {plain(end)}: {count:,}")
    yield line((LEFT, base, RIGHT, base), ink.line)
    if arm.mean is not None:
        x = bins.scale.at(arm.mean)
        yield line((x, base - HILL, x, base + 4), ink.strong, thick=1.6, extra='stroke-dasharray="3 2"')


def shares(found: Chosen, *, ink: Ink, about: str) -> str:
    """For each option a bar for each arm. "" where nobody chose."""
    arms = [(place, arm) for place, arm in enumerate(found.arms) if arm[1]]
    if not arms or not found.options:
        return ""
    parts, y = legend([name for name, _, _ in found.arms], 14, left=LEFT, ink=ink)
    y += 8
    for number, option in enumerate(found.options):
        parts.append(text(LEFT, y + 16, cut(option, 44), extra=f'fill="{ink.strong}"'))
        parts += _bars([(place, name, of[number]) for place, (name, _, of) in arms], y + 21, ink)
        y += 25 + 13 * len(arms)
    told = "; ".join(f"{name}: {_in_words(found.options, of)}" for _, (name, _, of) in arms)
    return svg(parts, height=y + 6, about=f"{about}: {told}", ink=ink)


def _bars(bars: Sequence[tuple[int, str, float]], y: float, ink: Ink) -> Iterator[str]:
    room = RIGHT - LEFT - 46
    for number, (place, name, share) in enumerate(bars):
        top = y + 13 * number
        wide = max(room * share, 0.8)
        bar = f'<rect x="{LEFT:g}" y="{top:g}" width="{wide:.1f}" height="10" rx="2" fill="{ink.of(place)}"/>'
        yield titled(bar, f"{name}: {100 * share:.1f} %")
        yield text(LEFT + room * share + 6, top + 9.5, f"{100 * share:.0f} %")


def _in_words(options: Sequence[str], of: Sequence[float]) -> str:
    return ", ".join(f"{option} {100 * share:.0f} %" for option, share in zip(options, of, strict=True))
