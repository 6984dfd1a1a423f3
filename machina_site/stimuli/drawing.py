"""One participant's psychometric curve with its interval, and how the estimate settled from trial to trial."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.planning.stimuli.block import Block, Task
from analysis.planning.stimuli.learners import Psychometric
from analysis.planning.stimuli.looks import Look
from analysis.results.showing.charts.drawing import (
    ON_PAGE,
    WIDTH,
    Scale,
    axis_below,
    axis_left,
    cut,
    line,
    mark,
    scale_over,
    svg,
    text,
    titled,
)
from participants.choosing_reads import BlockSeen, course_in, pairs
from participants.models import Choice, Session

LEFT, RIGHT, TOP, TALL = 48.0, WIDTH - 12.0, 12.0, 190.0
POINTS = 60
Z = 1.96


@dataclass(frozen=True, slots=True)
class Told:
    """A block of one participant: a sentence, and its pictures (curve, then course)."""

    name: str
    sentence: str
    pictures: tuple[str, ...]


def pictures_of(session: Session, blocks: Sequence[str]) -> Iterator[Told]:
    """Of each block that the session has been in."""
    known = set(Choice.objects.filter(session=session).values_list("block", flat=True))
    for name in blocks:
        if name in known:
            course, rows = course_in(session, name)
            block = course.chooser.block
            drawn = [_curve(block, task, course.looks) for task in block.beliefs(course.looks)]
            found = block.estimates(course.looks)
            pictures = [each for each in [*drawn, *(_course(rows, of) for of in list(found)[:1])] if each]
            yield Told(name, _sentence(found, len(rows), course.over()), tuple(pictures))


def _sentence(found: dict[str, tuple[float, float]], trials: int, why: str) -> str:
    parts = [f"{name} {mean:.3g} (± {sd:.2g})" for name, (mean, sd) in found.items() if sd > 0]
    ended = {"trials": "all trials were given", "": "the block has not ended"}.get(why, f"it ended by its {why}")
    return f"After {trials} trials: {', '.join(parts) or 'no estimate'}; {ended}. In brackets: the posterior's sd."


def _curve(block: Block, task: Task, looks: Sequence[Look]) -> str:
    """The posterior's mean with its 95 % interval, and the share of yeses at each intensity."""
    if not isinstance(task.learner, Psychometric):
        return ""
    x = task.learner.grid.stimuli
    along = np.linspace(float(x.min()), float(x.max()), POINTS)
    mean, low, high = task.learner.curve(along)
    across = scale_over([float(along[0]), float(along[-1])], LEFT, RIGHT)
    up = Scale(0.0, 1.0, TOP + TALL, TOP)
    places = [across.at(float(value)) for value in along]
    band = [*zip(places, high, strict=True), *reversed([*zip(places, low, strict=True)])]
    colour = ON_PAGE.of(0)
    parts = [
        *axis_left(up, LEFT, RIGHT, ink=ON_PAGE),
        *axis_below(across, TOP + TALL, ink=ON_PAGE, named=f"{task.name} intensity".strip()),
        f'<polygon points="{_path((x, up.at(float(y))) for x, y in band)}" fill="{colour}" fill-opacity="0.18"/>',
        f'<polyline points="{_path((x, up.at(float(y))) for x, y in zip(places, mean, strict=True))}" fill="none"'
        f' stroke="{colour}" stroke-width="2"/>',
        *_dots(task, looks, across, up),
    ]
    about = f"{task.name} chance of a right answer by intensity, with its 95 % interval".strip()
    return svg(parts, height=TOP + TALL + 40, about=about, ink=ON_PAGE)


def _dots(task: Task, looks: Sequence[Look], across: Scale, up: Scale) -> Iterator[str]:
    assert isinstance(task.learner, Psychometric)  # noqa: S101 (asked by the caller)
    said: dict[float, list[float]] = defaultdict(list)
    for look in looks:
        if look.outcome is not None and look.place in task.places:
            said[float(task.learner.grid.stimuli[task.places.index(look.place)])].append(look.outcome)
    for value, outcomes in sorted(said.items()):
        share = sum(outcomes) / len(outcomes)
        dot = mark(0, across.at(value), up.at(share), ON_PAGE.of(1), size=2.5 + 1.2 * len(outcomes) ** 0.5)
        yield titled(dot, f"{value:.3g}: {sum(outcomes):g} of {len(outcomes)}")


def _course(rows: Sequence[Choice], name: str) -> str:
    """The estimate after each answer, with 1.96 posterior standard deviations on both sides."""
    found = [(row.number + 1, pairs(row.estimates)[name]) for row in rows if name in pairs(row.estimates)]
    if len(found) < 2:
        return ""
    ends = [mean + side * Z * sd for _, (mean, sd) in found for side in (-1, 1)]
    across, up = scale_over([1, found[-1][0]], LEFT, RIGHT), scale_over(ends, TOP + TALL, TOP)
    colour = ON_PAGE.of(0)
    parts = [
        *axis_left(up, LEFT, RIGHT, ink=ON_PAGE),
        *axis_below(across, TOP + TALL, ink=ON_PAGE, named="trial"),
        *(
            line((across.at(n), up.at(mean - Z * sd), across.at(n), up.at(mean + Z * sd)), colour, thick=2.0)
            for n, (mean, sd) in found
        ),
        *(
            titled(mark(0, across.at(n), up.at(mean), colour, size=3), f"{n}: {mean:.3g} ± {sd:.2g}")
            for n, (mean, sd) in found
        ),
    ]
    return svg(parts, height=TOP + TALL + 40, about=f"{name} after each trial", ink=ON_PAGE)


def bars(block: BlockSeen) -> str:
    """How often each stimulus was shown."""
    if not block.stimuli:
        return ""
    most = max([1, *(each.shown for each in block.stimuli)])
    step = (RIGHT - LEFT) / len(block.stimuli)
    up = Scale(0.0, float(most), 120.0, TOP)
    parts = [text(LEFT - 6, TOP + 8, f"{most}", anchor="end"), line((LEFT, 120, RIGHT, 120), ON_PAGE.line)]
    for place, each in enumerate(block.stimuli):
        at = up.at(float(each.shown))
        bar = (
            f'<rect x="{LEFT + place * step + step * 0.1:.1f}" y="{at:g}" width="{step * 0.8:.1f}"'
            f' height="{120 - at:g}" fill="{ON_PAGE.of(0)}"/>'
        )
        mean = "" if each.mean is None else f", mean outcome {each.mean:.2f}"
        parts.append(titled(bar, f"{each.case}: shown {each.shown} times{mean}"))
    ends = ((LEFT, "start", block.stimuli[0]), (RIGHT, "end", block.stimuli[-1]))
    parts += [text(x, 136, cut(each.case), anchor=anchor) for x, anchor, each in ends]
    return svg(parts, height=142, about="How often each stimulus was shown", ink=ON_PAGE)


def _path(points: Iterator[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
