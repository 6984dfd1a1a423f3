"""Which pictures an experiment's results have, each by its name: the page, the report and files draw the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from analysis.registered.document import ContrastKind, EstimandKind, Question
from analysis.results.asking.analysis import Analysis, Answer
from analysis.results.asking.cells import Cell, Cells
from analysis.results.asking.distributions import Chosen
from analysis.results.asking.sides import CROWDED
from analysis.results.showing.charts.cells import Crossed, crossed, within_lines
from analysis.results.showing.charts.course import course, drawable
from analysis.results.showing.charts.drawing import Ink
from analysis.results.showing.charts.forest import Frame, Row, forest
from analysis.results.showing.charts.spread import shares, spread
from analysis.statistics.words import Estimate, Validity
from experiments.errors import Refusal

if TYPE_CHECKING:
    from analysis.results.services.looking import Look

COURSES = 4
SCALES: Mapping[str, str] = {
    EstimandKind.RELATIVE: "share of the control's mean",
    EstimandKind.EFFECT_SIZE: "effect size",
    EstimandKind.HAZARD_RATIO: "logarithm of the ratio of hazards",
}
TESTED_WHOLE = (ContrastKind.OMNIBUS, ContrastKind.VALUE)


@dataclass(frozen=True, slots=True)
class Picture:
    """key: its name in addresses and files. note: how to read it."""

    key: str
    title: str
    svg: str
    note: str = ""


def comparisons(
    answers: Sequence[Answer], arms: Sequence[str], *, ink: Ink, titles: Mapping[str, str] | None = None
) -> list[Picture]:
    """Of each measure and estimand one forest of its comparisons: what the answers say, at a glance.

    arms: in the definition's order; a comparison has the colour and shape of the arm that it is about.
    """
    named = titles or {}
    found = []
    drawn = [each for each in answers if each.estimate and each.question.contrast.kind not in TESTED_WHOLE]
    for (measure, kind), of_it in groupby(sorted(drawn, key=_by_measure), key=_by_measure):
        asked = list(of_it)
        margins = sorted({each.question.margin for each in asked if each.question.margin is not None})
        frame = Frame(
            about=f"Comparisons of {named.get(measure, measure)}",
            named=SCALES.get(kind, "difference"),
            marked=((0.0, "no difference"), *((sign * each, "margin") for each in margins for sign in (-1, 1))),
        )
        rows = [_row(each, arms) for each in asked]
        note = "Lines are intervals; the upright line is no difference"
        note += "; dashed lines are the margins." if margins else "."
        key = f"comparisons-{measure}{'' if kind == EstimandKind.ABSOLUTE else f'-{kind}'}"
        title = f"{named.get(measure, measure)}: what differs"
        found.append(Picture(key, title, forest(rows, frame, ink=ink), note))
    return found


def _by_measure(answer: Answer) -> tuple[str, str]:
    return answer.question.measure, str(answer.question.estimand.kind)


def _row(answer: Answer, arms: Sequence[str]) -> Row:
    found, contrast = answer.shared.estimate or answer.estimate, answer.question.contrast
    if found is None:
        raise ValueError("A comparison without an estimate has no row.")
    place = arms.index(contrast.arm) if contrast.arm in arms else 0
    return Row(contrast.sentence.replace("“", "").replace("”", ""), found.value, found.low, found.high, place)


def of_measure(look: Look, measure: str, *, ink: Ink, titles: Mapping[str, str] | None = None) -> list[Picture]:
    """Courses of its questions, its spread, its cells and the lines of single units; what is empty is left out."""
    name = (titles or {}).get(measure, measure)
    asked = [each for each in look.plan.questions if each.measure == measure]
    pictures = [*_courses(look, asked, name, ink), *_spreads(look, measure, name, ink)]
    if measure in look.setting.measures and look.setting.measures[measure].kind in ("number", "boolean"):
        pictures += _cells(look, measure, name, ink)
    return [each for each in pictures if each.svg]


def _courses(look: Look, asked: Sequence[Question], name: str, ink: Ink) -> Iterator[Picture]:
    watched = [each for each in asked if each.contrast.kind not in TESTED_WHOLE][:COURSES]
    for number, question in enumerate(watched, start=1):
        points = look.series(question.name)
        seen = [(p.n, (p.estimate.value, p.estimate.low, p.estimate.high)) for p in points if p.estimate]
        steps = [step for n, figures in seen if (step := drawable(n, figures))]
        said = question.contrast.sentence
        drawn = course(steps, ink=ink, about=f"{name}, {said}, over time")
        last = next((p.estimate for p in reversed(points) if p.estimate), None)
        note = f"The estimate with its interval, as it stood after ever more units.{_held([last] if last else [])}"
        yield Picture(f"course-{question.measure}-{number}", f"{name}: {said}, over time", drawn, note)


def _held(found: Sequence[Estimate | Cell]) -> str:
    """What the weakest of these intervals promises, and why it is no more where values changed between looks."""
    known = [each.validity for each in found if each.validity is not None]
    if not known:
        return ""
    weakest = max(known, key=list(Validity).index)
    return f" {weakest.sentence}"


def _crowd(found: Cells) -> str:
    return f" {CROWDED.format(measure=found.measure)}" if found.is_crowded else ""


def _warning(look: Look) -> str:
    """Plain means never stand alone where a policy that learns allocated."""
    if not look.setting.is_adaptive:
        return ""
    return " A policy that learns allocated: plain means lean, mostly too low; compare arms by the answers."


def _spreads(look: Look, measure: str, name: str, ink: Ink) -> Iterator[Picture]:
    if measure not in look.measures or not len(look.setting.columns):
        return
    try:
        found, about = look.distribution(measure), f"{name}: how it is spread"
    except Refusal:  # the answer says why
        return
    if isinstance(found, Chosen):
        drawn, note = shares(found, ink=ink, about=about), "Each unit counts once, however often it chose."
    else:
        drawn, note = (
            spread(found, ink=ink, about=about, named=name),
            f"Each unit's mean; the dashed line is the arm's mean.{_warning(look)}",
        )
    yield Picture(f"spread-{measure}", about, drawn, note)


def _cells(look: Look, measure: str, name: str, ink: Ink) -> Iterator[Picture]:
    found = look.cells(measure)
    arms = [arm.name for arm in look.setting.arms.values()]
    rows = [(cell, row) for cell in found.cells if (row := _mean(cell, arms))]
    frame = Frame(about=f"Means of {name}", named=name)
    yield Picture(
        f"means-{measure}",
        f"Means of {name}",
        forest([row for _, row in rows], frame, ink=ink) if rows else "",
        f"Each interval is of its mean by itself.{_held(found.cells)}{_crowd(found)}{_warning(look)}",
    )
    plan = _crossed(look, found)
    if plan:
        drawn = crossed(plan, ink=ink, about=f"{name} by {plan.named}")
        note = "Lines that run side by side speak against an interaction; the answers above test it."
        yield Picture(f"factors-{measure}", f"{name}: factors together", drawn, note)
    drawn = within_lines(found.lines, found.labels, arms, ink=ink, about=f"{name} of single units")
    note = "Thin lines are single units, drawn by lot where there are many; thick ones their arm's mean."
    yield Picture(f"units-{measure}", f"{name}: unit by unit", drawn, note)


def _mean(cell: Cell, arms: Sequence[str]) -> Row | None:
    if cell.mean is None:
        return None
    within = ", ".join(f"{name} {level}" for name, level in cell.within.items())
    name = f"{cell.arm}, {within}" if within else cell.arm
    low = float("-inf") if cell.low is None else cell.low
    high = float("inf") if cell.high is None else cell.high
    place = arms.index(cell.arm) if cell.arm in arms else 0
    return Row(name, cell.mean, low, high, place)


def _crossed(look: Look, found: Cells) -> Crossed | None:
    """Within-levels along the axis where there are some, else the first of two factors between; None of one factor."""
    arms = list(look.setting.arms.values())
    by_place = {(cell.arm, *map(str, cell.within.values())): cell for cell in found.cells}
    if len(found.labels) > 1:
        named = " and ".join(found.cells[0].within)
        keys = [tuple(map(str, cell.within.values())) for cell in found.cells[: len(found.labels)]]
        lines = tuple((arm.name, tuple(_at(by_place.get((arm.name, *key)), look) for key in keys)) for arm in arms)
        return Crossed(found.labels, lines, named)
    factors = [each for each in look.setting.factors if each.scope == "between"]
    if len(factors) != 2:
        return None
    across, other = factors
    cells = {(str(arm.levels.get(across.name)), str(arm.levels.get(other.name))): arm.name for arm in arms}
    lines = tuple(
        (
            f"{other.name} {level}",
            tuple(_at(by_place.get((cells.get((str(one), str(level)), ""),)), look) for one in across.levels),
        )
        for level in other.levels
    )
    return Crossed(tuple(map(str, across.levels)), lines, across.name)


def _at(cell: Cell | None, look: Look) -> Row | None:
    return _mean(cell, [arm.name for arm in look.setting.arms.values()]) if cell else None


def of_everything(
    analysis: Analysis, look: Look, *, ink: Ink, titles: Mapping[str, str] | None = None
) -> list[Picture]:
    """All of them, comparisons first: for files and reports."""
    measures = dict.fromkeys(each.measure for each in look.plan.questions)
    return [
        *comparisons(analysis.answers, [arm.name for arm in analysis.arms], ink=ink, titles=titles),
        *(picture for measure in measures for picture in of_measure(look, measure, ink=ink, titles=titles)),
    ]
