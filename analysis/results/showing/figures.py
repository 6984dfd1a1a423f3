"""Figures in words: what stands behind an answer, one line for each way of asking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.registered.document import EstimandKind
from analysis.results.asking.analysis import Answer
from analysis.results.asking.asked import Said
from analysis.results.asking.verdicts import plain, signed
from analysis.results.showing.charts.forest import ends
from analysis.statistics.methods import METHODS
from analysis.statistics.words import Estimate


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of a table. warning: what to mind before believing it."""

    title: str
    value: str
    interval: str
    p: str
    n: int
    method: str
    key: str
    promise: str
    remarks: tuple[str, ...]


def heading(question: str, measure: str, titles: Mapping[str, str]) -> str:
    """A question's name, with the title of the measure that it begins with.

    >>> heading("wtp: “B” against “A”", "wtp", {"wtp": "Willingness to pay"})
    'Willingness to pay: “B” against “A”'
    """
    stem, title = f"{measure}: ", titles.get(measure)
    return f"{title}: {question.removeprefix(stem)}" if title and question.startswith(stem) else question


def lines_of(answer: Answer) -> list[Figures]:
    """As planned, beside all others of its family, with everybody, and by other ways."""
    relative = answer.question.estimand.kind == EstimandKind.RELATIVE
    return [figures(title, found, relative) for title, found in _said(answer)]


def _said(answer: Answer) -> Iterator[tuple[str, Estimate]]:
    ways: list[tuple[str, Said]] = [("As planned", answer.said)]
    if answer.shared != answer.said:
        ways.append(("Together with its family", answer.shared))
    if answer.everybody != answer.said:
        ways.append(("With everybody, nobody left out", answer.everybody))
    for title, said in (*ways, *answer.beside.values()):
        if said.estimate is not None:
            yield title, said.estimate


def figures(title: str, found: Estimate, is_relative: bool) -> Figures:
    """Of one estimate."""
    factor = 100 if is_relative else 1
    low, high = found.low * factor, found.high * factor
    method = METHODS.get(found.method)
    return Figures(
        title=title,
        value=signed(found.value, is_relative),
        interval=f"{ends(low, high)}{' %' if is_relative and found.is_bounded else ''}",
        p=p_in_words(found.p_value),
        n=found.n,
        method=method.title if method else found.method,
        key=found.method,
        promise=found.validity.sentence,
        remarks=found.remarks,
    )


def p_in_words(p: float | None) -> str:
    """
    >>> p_in_words(None), p_in_words(0.0312), p_in_words(1e-9)
    ('', '.031', '< .0001')
    """
    if p is None:
        return ""
    if p < 0.0001:
        return "< .0001"
    return "1" if p >= 0.9995 else f"{p:.2g}".removeprefix("0") if p >= 0.01 else f"{p:.4f}".removeprefix("0")


def mean_in_words(mean: float | None) -> str:
    """A dash where nothing was measured."""
    return "\N{EN DASH}" if mean is None else plain(mean)
