"""What a method takes from whoever asks for it by name: columns of a table, and settings with their ranges.

Data come to every door as a table: named columns of cells. A shape says which columns a method reads and what they are
called ("value", "group"); the command, the API and the page are made from it. No NumPy: pages read this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

Cell = float | int | str | bool | None


class Kind(StrEnum):
    """What a cell of a column may hold."""

    NUMBER = "number"
    POSITIVE = "positive number"
    COUNT = "count"
    SHARE = "share"
    CHANCE = "chance"
    YES_NO = "yes or no"
    NAME = "name"

    @property
    def words(self) -> str:
        """For people."""
        return _WORDS[self]


_WORDS = {
    Kind.NUMBER: "a number",
    Kind.POSITIVE: "a number, 0 or more",
    Kind.COUNT: "a whole number, 0 or more",
    Kind.SHARE: "a number from 0 to 1",
    Kind.CHANCE: "a number above 0, at most 1",
    Kind.YES_NO: "1 or 0 (yes or no, true or false)",
    Kind.NAME: "any text",
}


@dataclass(frozen=True, slots=True)
class Column:
    """name: the role, as doors call it. is_several: takes ``least`` columns or more, in their order.

    is_optional: may be left out. with_gaps: a cell may be empty; elsewhere the row is then left out, and that is said.
    """

    name: str
    title: str
    kind: Kind = Kind.NUMBER
    is_several: bool = False
    least: int = 1
    is_optional: bool = False
    with_gaps: bool = False

    @property
    def words(self) -> str:
        """For people: what it is, and what its cells hold."""
        many = f"{self.least} columns or more, each " if self.is_several else ""
        notes = [
            note for note, holds in (("may be left out", self.is_optional), ("may have gaps", self.with_gaps)) if holds
        ]
        return f"{self.title}: {many}{self.kind.words}{' (' + ', '.join(notes) + ')' if notes else ''}"


Default = float | int | str | bool | None


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter. default None: must be said, or (is_optional) may be left out. example: taken with the example data.

    low, high: ends of its range; is_open: the ends themselves are refused. options: of a choice.
    """

    name: str
    title: str
    default: Default = None
    low: float | None = None
    high: float | None = None
    is_open: bool = False
    options: tuple[str, ...] = ()
    is_whole: bool = False
    is_text: bool = False
    is_optional: bool = False
    example: Default = None

    @property
    def kind(self) -> str:
        """What it is: "choice", "text", "yes or no", "whole number" or "number"."""
        if self.options:
            return "choice"
        if self.is_text:
            return "text"
        if isinstance(self.default, bool):
            return "yes or no"
        return "whole number" if self.is_whole else "number"

    @property
    def is_required(self) -> bool:
        """Whether nothing is computed without it."""
        return self.default is None and not self.is_optional

    @property
    def range_words(self) -> str:
        """What it may be, for people."""
        if self.options:
            return " or ".join(self.options)
        if self.kind in ("text", "yes or no"):
            return self.kind
        kind, more = ("a whole number", "more than") if self.is_whole else ("a number", "above")
        if self.low is None and self.high is None:
            return kind
        if self.high is None:
            return f"{kind} {more} {self.low:g}" if self.is_open else f"{kind}, {self.low:g} or more"
        if self.low is None:
            return f"{kind}, at most {self.high:g}"
        first, last = ("between", "and") if self.is_open else ("from", "to")
        return f"{kind} {first} {self.low:g} {last} {self.high:g}"


@dataclass(frozen=True, slots=True)
class Example:
    """Invented data. title: what they are of. columns: by name, alike in length. roles: which column is which."""

    title: str
    columns: Mapping[str, Sequence[Cell]]
    roles: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns that belong together. settings: what any method that reads this shape may be told of it."""

    title: str
    columns: tuple[Column, ...]
    example: Example
    settings: tuple[Setting, ...] = ()

    def column(self, name: str) -> Column | None:
        """By its role."""
        return next((each for each in self.columns if each.name == name), None)

    @property
    def needed(self) -> frozenset[str]:
        """Roles that may not be left out."""
        return frozenset(each.name for each in self.columns if not each.is_optional)


MOST_ROWS = 20_000
MOST_UNITS = 10**9


@dataclass(frozen=True, slots=True)
class Door:
    """How a method is asked. shapes: in which its data may come, the usual one first.

    most_rows: over the web, so that an answer takes a moment. most_units: that counts may add up to.
    """

    shapes: tuple[Shape, ...]
    settings: tuple[Setting, ...] = ()
    most_rows: int = MOST_ROWS
    most_units: int = MOST_UNITS
    example: Mapping[str, Default] = field(default_factory=dict)

    def settings_of(self, shape: Shape) -> tuple[Setting, ...]:
        """Its own, then those of the shape."""
        return (*self.settings, *shape.settings)


@dataclass(frozen=True, slots=True)
class NoDoor:
    """Why a method cannot be asked with a table, and where it is found instead. A whole sentence."""

    why: str
