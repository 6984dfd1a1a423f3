"""What is wrong with a table or a setting, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence with its place. column, row (from 0): of a cell; setting: of a parameter; all empty: of the whole."""

    message: str
    column: str = ""
    row: int | None = None
    setting: str = ""

    @property
    def path(self) -> str:
        """As programs name the place.

        >>> Problem("no number", "rating", 3).path, Problem("too large", setting="level").path
        ('columns.rating[3]', 'settings.level')
        """
        if self.setting:
            return f"settings.{self.setting}"
        if not self.column:
            return ""
        return f"columns.{self.column}" + (f"[{self.row}]" if self.row is not None else "")

    @property
    def sentence(self) -> str:
        """As people name the place: rows counted from 1.

        >>> Problem("“x” is no number.", "rating", 3).sentence
        'Row 4 of “rating”: “x” is no number.'
        """
        if self.setting:
            return f"“{self.setting}”: {self.message}"
        if self.column and self.row is not None:
            return f"Row {self.row + 1} of “{self.column}”: {self.message}"
        return f"“{self.column}”: {self.message}" if self.column else self.message


MOST = 20


class BadInput(ValueError):
    """The table or a setting does not fit the method. problems: the first twenty, each with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(each.sentence for each in problems[:3]))
        self.problems = tuple(problems[:MOST])
