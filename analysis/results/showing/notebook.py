"""Results in a notebook, beside the frames: answers in words, and pictures that show themselves.

from analysis.results.showing.notebook import answers, picture, pictures
answers("lunch-2026")                       # in plain words, with the numbers below
picture("lunch-2026", "spread-appetite")    # pictures("lunch-2026") names all of them
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from analysis.results.frames import counted
from analysis.results.services.analysing import analyse
from analysis.results.showing.figures import figures, heading
from analysis.results.showing.gathering import pictures_of, titles_of
from experiments.errors import Unknown


@dataclass(frozen=True, slots=True)
class Shown:
    """HTML that a notebook shows by itself; as text where there is none."""

    html: str
    words: str

    def _repr_html_(self) -> str:
        return self.html

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that a notebook shows by itself. svg: to be kept as a file."""

    title: str
    svg: str

    def _repr_svg_(self) -> str:
        return self.svg


def answers(slug: str, *, is_rehearsal: bool | None = None) -> Shown:
    """Each question with its answer in words and in numbers."""
    experiment = counted(slug)
    found, titles = analyse(experiment, is_rehearsal=is_rehearsal), titles_of(experiment)
    names = [heading(each.question.name, each.question.measure, titles) for each in found.answers]
    rows = []
    for name, answer in zip(names, found.answers, strict=True):
        said = answer.estimate
        numbers = figures("", said, answer.question.estimand.kind == "relative") if said else None
        told = f"{numbers.value} [{numbers.interval}], n = {numbers.n:,}, {numbers.method}" if numbers else ""
        cells = (str(answer.question.role), name, answer.sentence, told)
        rows.append("".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in cells))
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    words = "\n".join(f"{name}: {each.sentence}" for name, each in zip(names, found.answers, strict=True))
    return Shown(f"<table><caption>{escape(found.title)}</caption>{body}</table>", words)


def pictures(slug: str, *, is_rehearsal: bool = False) -> dict[str, str]:
    """Names of all pictures, with their titles."""
    return {each.key: each.title for each in pictures_of(counted(slug), is_rehearsal=is_rehearsal)}


def picture(slug: str, key: str, *, is_rehearsal: bool = False) -> Drawn:
    """One of them, or Unknown."""
    found = {each.key: each for each in pictures_of(counted(slug), is_rehearsal=is_rehearsal)}
    if key not in found:
        raise Unknown(f"There is no picture “{key}”.", hint=f"Pictures: {', '.join(found) or 'none yet'}.")
    return Drawn(found[key].title, found[key].svg)
