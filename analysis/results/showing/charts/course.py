"""How an answer came about: the estimate and its interval after ever more units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from analysis.results.asking.verdicts import plain
from analysis.results.showing.charts.drawing import WIDTH, Ink, Scale, axis_left, line, scale_over, svg, text
from analysis.results.showing.charts.forest import ends

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 54.0, WIDTH - 12.0, 12.0, 190.0, 230.0


@dataclass(frozen=True, slots=True)
class Step:
    """After n units."""

    n: int
    value: float
    low: float
    high: float


def course(steps: Sequence[Step], *, ink: Ink, about: str, null: float = 0.0) -> str:
    """ "" without steps. The scale follows the later half: the first looks are wider than any paper, and are cut."""
    if not steps:
        return ""
    late = steps[len(steps) // 3 :]
    up = scale_over([value for step in late for value in (step.value, step.low, step.high)], BOTTOM, TOP, also=[null])
    along = Scale(0, max(step.n for step in steps) * 1.0, LEFT, RIGHT)
    last = steps[-1]
    told = f"{about}: after {last.n:,} units {plain(last.value)}, {ends(last.low, last.high)}"
    parts = [*axis_left(up, LEFT, RIGHT, ink=ink), *_band(steps, along, up, ink), *_below(along, ink)]
    parts.append(line((LEFT, up.at(null), RIGHT, up.at(null)), ink.strong, thick=1.2))
    path = " ".join(f"{along.at(step.n):g},{up.at(step.value):g}" for step in steps)
    parts.append(f'<polyline points="{path}" fill="none" stroke="{ink.of(0)}" stroke-width="2.2"/>')
    return svg(parts, height=HEIGHT, about=told, ink=ink)


def _band(steps: Sequence[Step], along: Scale, up: Scale, ink: Ink) -> Iterator[str]:
    above = [f"{along.at(step.n):g},{up.at(step.high):g}" for step in steps]
    below = [f"{along.at(step.n):g},{up.at(step.low):g}" for step in reversed(steps)]
    yield f'<polygon points="{" ".join([*above, *below])}" fill="{ink.of(0)}" fill-opacity="0.18"/>'
    for side in (above, below[::-1]):
        dashed = 'stroke-opacity="0.7" stroke-dasharray="5 3"'
        yield f'<polyline points="{" ".join(side)}" fill="none" stroke="{ink.of(0)}" {dashed}/>'


def _below(along: Scale, ink: Ink) -> Iterator[str]:
    yield line((LEFT, BOTTOM, RIGHT, BOTTOM), ink.line)
    for at, number in along.ticks():
        yield text(at, BOTTOM + 16, number, anchor="middle")
    yield text((LEFT + RIGHT) / 2, BOTTOM + 33, "units, in the order in which they came", anchor="middle")


def drawable(n: int, figures: tuple[float, float, float] | None) -> Step | None:
    """A step, if there is anything to draw at all."""
    if figures is None or not isfinite(figures[0]):
        return None
    return Step(n, *figures)
