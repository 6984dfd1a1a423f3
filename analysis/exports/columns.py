"""Columns of a download, and how a value of the record becomes a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from experiments.definition import canonical_json
from experiments.types import Json

Cell = None | bool | int | float | str | datetime | Sequence[Json] | Mapping[str, Json]
Row = tuple[Cell, ...]


class Kind(StrEnum):
    """What the cells of a column are; every format writes each of them so that it can be read back."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """One column, with what the codebook says of it. options: [{"value", "label"}] or plain levels.

    holds_free_text: people typed it, so it may say who they are; look before you publish it.
    """

    name: str
    kind: Kind
    description: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    question: str = ""
    options: tuple[Json, ...] = ()
    holds_free_text: bool = False


def plain(value: Json) -> str | None:
    """A JSON value as text: words as they are, everything else in JSON's spelling.

    >>> plain("k"), plain(3.0), plain(True), plain([1, "a"]), plain(None)
    ('k', '3', 'true', '[1,"a"]', None)
    """
    if value is None or isinstance(value, str):
        return value
    return canonical_json(value)


def type_name(value: Json) -> str:
    """What kind of JSON value it is, for columns that hold several kinds as text.

    >>> [type_name(value) for value in ("a", 1, 2.5, False, [1], {}, None)]
    ['text', 'number', 'number', 'boolean', 'json', 'json', 'none']
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "json"


def kind_for(values: Iterable[Json]) -> Kind:
    """The narrowest kind that holds all of the values; text for none or a mixture."""
    names = {type_name(value) for value in values} - {"none"}
    return Kind(names.pop()) if len(names) == 1 and names <= {"number", "boolean"} else Kind.TEXT


def fitted(value: Json, kind: Kind) -> Cell:
    """The value as a cell of that kind; None if it is not one."""
    if kind == Kind.NUMBER:
        return float(value) if isinstance(value, int | float) else None
    if kind == Kind.BOOLEAN:
        return value if isinstance(value, bool) else None
    return plain(value) if kind == Kind.TEXT else value
