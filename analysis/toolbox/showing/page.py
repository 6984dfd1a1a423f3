"""The answer of a method as its page shows it: words, pictures of intervals, the ways to ask the same elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from analysis.results.showing.charts.drawing import ON_PAGE
from analysis.results.showing.charts.forest import Frame, Row, forest
from analysis.toolbox.computing.answered import Answered, Line, in_words
from analysis.toolbox.computing.answering import answer
from analysis.toolbox.computing.calling import body_of, command_of
from analysis.toolbox.computing.table import from_csv
from analysis.toolbox.limits import require_small
from analysis.toolbox.showing.asked import AskForm

MOST_DRAWN = 12


@dataclass(frozen=True, slots=True)
class Figures:
    """Lines without an interval that have the same figures, as a table."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """said: what no table has. pictures: of intervals, each scale by itself. command, body: to ask it elsewhere."""

    answered: Answered
    said: tuple[str, ...]
    pictures: tuple[SafeString, ...]
    figures: tuple[Figures, ...]
    command: str
    body: str


def shown_of(form: AskForm) -> AnswerShown:
    """Of what was typed. BadInput, with places, for what does not fit."""
    table = from_csv(form.data)
    require_small(form.door, table.columns)
    found = answer(form.method, table, form.roles, form.said)
    command = command_of(form.method, found.columns, form.said)
    used = {name: table.columns[name] for names in found.columns.values() for name in names}
    body = body_of(used, found.columns, form.said)
    said = tuple(line.sentence for line in found.lines if not _is_tabled(line))[:MOST_DRAWN]
    return AnswerShown(found, said, tuple(_pictures(found)), tuple(_tables(found.lines)), command, body)


def _pictures(found: Answered) -> list[SafeString]:
    """Figures of one kind share a scale, others do not."""
    kinds: dict[tuple[str, bool], list[Row]] = {}
    for line in found.lines:
        if line.estimate is not None:
            each = line.estimate
            row = Row(line.name or found.method.title, each.value, each.low, each.high)
            kinds.setdefault((each.method, each.standard_error is None), []).append(row)
    drawn = [forest(rows[:MOST_DRAWN], Frame("Value and interval"), ink=ON_PAGE) for rows in kinds.values()]
    return [mark_safe(each) for each in drawn]  # noqa: S308 (drawn by us, every word escaped)


def _is_tabled(line: Line) -> bool:
    """Whether a table says all of it."""
    return bool(line.figures and line.name) and not (line.estimate or line.tested or line.words)


def _tables(lines: Sequence[Line]) -> list[Figures]:
    kinds: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = {}
    for line in lines:
        if line.figures and line.name and (_is_tabled(line) or len(lines) > 1):
            heads = tuple(name.replace("_", " ") for name in line.figures)
            kinds.setdefault(heads, []).append((line.name, tuple(map(in_words, line.figures.values()))))
    return [Figures(heads, tuple(rows)) for heads, rows in kinds.items()]
