"""What is wrong with the text of a constraint, and where."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """Characters of the text, from `start` up to and without `end`, counted from 0."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        return Span(self.start, max(self.end, other.end))


class ConstraintError(ValueError):
    """Refused before any data are touched. sentence: what is wrong; hint: a way on, or nothing."""

    def __init__(self, text: str, span: Span, sentence: str, hint: str = "") -> None:
        self.text, self.span, self.sentence, self.hint = text, span, sentence, hint
        super().__init__(f"column {self.column}: {self.message}")

    @property
    def column(self) -> int:
        """Counted from 1, as an editor counts."""
        return self.span.start + 1

    @property
    def message(self) -> str:
        return f"{self.sentence} {self.hint}".strip()

    def pointed(self) -> str:
        """Two lines: the text, and carets under what is wrong with it."""
        width = max(1, min(self.span.end, len(self.text)) - self.span.start)
        return f"{self.text}\n{' ' * self.span.start}{'^' * width}"
