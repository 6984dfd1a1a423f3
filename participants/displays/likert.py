"""Statements judged on one scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from experiments.types import Json

from .base import Posted, Problem, Question, Stream, missing, pick, shuffled
from .errors import NOT_OFFERED, REQUIRED, AnswerError, AnswerProblem
from .options import key_of
from .props import prop


@dataclass(frozen=True)
class ScalePoint:
    """One point of the scale. A plain text is short for a label; the values then count from 1."""

    label: str = field(metadata=prop("What the point means.", low=1))
    value: int | None = field(default=None, metadata=prop("What is recorded; null: its place, from 1."))

    @staticmethod
    def shorthand(raw: object) -> dict[str, object]:
        """The long form of a plain label."""
        return {"label": str(raw)}


@dataclass(frozen=True)
class Statement:
    """One row of the grid."""

    name: str = field(metadata=prop("The row's name in the data.", low=1, high=60, named=True))
    label: str = field(metadata=prop("The statement.", low=1))


@dataclass(frozen=True, kw_only=True)
class Likert(Question):
    """A grid of statements by scale points, stacked on a phone; without rows, one scale for the label itself.

    Answer: ``{row: value}``, or the value where there are no rows.
    """

    kind = "likert"
    grouped = True

    label: str = field(metadata=prop("The question or instruction.", low=1))
    scale: tuple[ScalePoint, ...] = field(metadata=prop("The points, from one end to the other.", low=2, high=11))
    rows: tuple[Statement, ...] = field(default=(), metadata=prop("The statements; empty: one scale.", high=100))
    help: str = field(default="", metadata=prop("Markdown shown below the question."))
    shuffle: bool = field(default=False, metadata=prop("Draw the order of the rows per participant and page."))

    def check(self) -> list[Problem]:
        """Names and values differ."""
        names = Counter(row.name for row in self.rows)
        problems: list[Problem] = [
            (f".rows[{position}].name", f"must differ from the other rows' names; {row.name!r} stands twice.")
            for position, row in enumerate(self.rows)
            if names[row.name] > 1
        ]
        if len({value for value, _ in self.points}) < len(self.scale):
            problems.append((".scale", "must have different values."))
        return problems

    @property
    def points(self) -> tuple[tuple[int, str], ...]:
        """(value, label) of each point."""
        return tuple(
            (position if point.value is None else point.value, point.label)
            for position, point in enumerate(self.scale, start=1)
        )

    @property
    def is_short(self) -> bool:
        """Whether every point's label is as short as a number."""
        return all(len(point.label) <= 3 for point in self.scale)

    def arranged(self, seed: int | str) -> Self:
        """The rows in the order drawn, shuffle switched off."""
        rows = shuffled(seed, self.rows, self.name) if self.shuffle else self.rows
        return replace(self, rows=rows, shuffle=False)

    def names(self, name: str) -> dict[str, str]:
        """Field name of each row ("" where there are none)."""
        return {row.name: f"{name}.{row.name}" for row in self.rows} or {"": name}

    def read(self, posted: Posted, *, name: str, required: bool) -> Json:
        """The value of each row answered."""
        values = {str(value): value for value, _ in self.points}
        answer: dict[str, Json] = {}
        problems: list[AnswerProblem] = []
        for row, entry in self.names(name).items():
            given = next(iter(posted.get(entry, ())), "").strip()
            if given in values:
                answer[row] = values[given]
            elif given or required:
                problems.append(AnswerProblem(NOT_OFFERED if given else REQUIRED, {}, entry))
        if problems:
            raise AnswerError(*problems)
        if not answer:
            return missing(name, required=required)
        return answer if self.rows else answer[""]

    def post(self, answer: Json, *, name: str) -> dict[str, list[str]]:
        """One field per row."""
        if answer is None:
            return {}
        given = answer if isinstance(answer, Mapping) else dict.fromkeys(self.names(name), answer)
        return {entry: [key_of(given[row])] for row, entry in self.names(name).items() if row in given}

    def drawn(self, stream: Stream) -> Json:
        """Any point for each row."""
        values = [value for value, _ in self.points]
        return {row.name: pick(stream, values) for row in self.rows} if self.rows else pick(stream, values)

    def label_of(self, parts: Sequence[str]) -> str:
        """The statement of a row."""
        return next((row.label for row in self.rows if [row.name] == list(parts)), self.label)

    def measurements(self, answer: Json) -> Mapping[str, Json]:
        """One value per row."""
        return answer if self.rows and isinstance(answer, Mapping) else {"": answer}

    def summary(self) -> str:
        """The question, rows by points."""
        return f'likert: "{self.label[:60]}" ({max(len(self.rows), 1)} x {len(self.scale)})'
