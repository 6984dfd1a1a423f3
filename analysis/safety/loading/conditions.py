"""Which rows belong to a group: `{column: age, above: 60}`, and such conditions joined with all, any and not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, cast

import numpy as np

from analysis.learning.components import Finding, ValueKind
from analysis.learning.data.samples import Array
from analysis.safety.loading.refusal import NotUsable
from analysis.safety.loading.table import Table, is_text
from analysis.safety.terms import Mask
from experiments.problems import Path, did_you_mean, quoted
from experiments.types import Json, JsonObject

NUMBERS: Final[Mapping[str, Callable[[Array, float], Array]]] = {
    "above": np.greater, "at_least": np.greater_equal, "below": np.less, "at_most": np.less_equal,
}  # fmt: skip
JOINED: Final = ("all", "any")
WORDS: Final = ("column", "equals", "among", *NUMBERS, *JOINED, "not")


class Condition(ValueKind):
    """A condition on a row; a bare name of a column stands for its being 1, in a column of zeros and ones."""

    def words(self) -> str:
        return "a column of zeros and ones, or a condition such as {column: age, above: 60}"

    def schema(self) -> dict[str, Json]:
        text: dict[str, Json] = {"type": "string", "minLength": 1}
        value: dict[str, Json] = {"type": ["string", "number", "boolean"]}
        inner: dict[str, Json] = {"type": ["object", "string"]}  # a condition again, as deep as one likes
        properties: dict[str, Json] = {
            "column": text, "equals": value, "among": {"type": "array", "items": value, "minItems": 1},
            **{name: {"type": "number"} for name in NUMBERS},
            **{name: {"type": "array", "items": inner, "minItems": 1} for name in JOINED}, "not": inner,
        }  # fmt: skip
        return {"anyOf": [text, {"type": "object", "properties": properties, "additionalProperties": False}]}

    def fits(self, value: Json) -> bool:
        return (isinstance(value, str) and bool(value)) or isinstance(value, Mapping)

    def inner(self, value: Json) -> Iterator[Finding]:
        if not isinstance(value, Mapping):
            return
        for key in value:
            if key not in WORDS:
                yield (key,), f"A condition has no “{key}”.", did_you_mean(key, WORDS)
        yield from _column_faults(value) if "column" in value else self._joined_faults(value)

    def _joined_faults(self, value: JsonObject) -> Iterator[Finding]:
        named = [key for key in (*JOINED, "not") if key in value]
        if len(named) != 1 or len(value) != 1:
            yield (), "A condition is about one column, or one of all, any, not.", "Write {column: age, above: 60}."
            return
        within = value[named[0]]
        if named[0] == "not":
            yield from _below(("not",), self.faults(within))
        elif not isinstance(within, Sequence) or isinstance(within, str) or not within:
            yield (named[0],), f"“{named[0]}” takes a list of conditions.", "Write [{column: age, above: 60}, …]."
        else:
            for place, each in enumerate(within):
                yield from _below((named[0], place), self.faults(each))


def _below(path: Path, found: Iterator[Finding]) -> Iterator[Finding]:
    return (((*path, *rest), said, hint) for rest, said, hint in found)


def _column_faults(value: JsonObject) -> Iterator[Finding]:
    tests = [key for key in value if key in WORDS and key != "column"]
    if not isinstance(value["column"], str):
        yield ("column",), "A column is named by a text.", ""
    if not tests:
        yield (), "This names a column and says nothing of it.", "Add equals, among, above, at_least, below or at_most."
    for key in tests:
        given = value[key]
        if key in (*JOINED, "not"):
            yield (key,), f"“{key}” cannot stand beside a column.", "Put the whole condition into its list."
        elif key in NUMBERS and (isinstance(given, bool) or not isinstance(given, int | float)):
            yield (key,), f"{given!r:.60} is no number.", "Compare texts with equals."
        elif key == "among" and (not isinstance(given, Sequence) or isinstance(given, str) or not given):
            yield (key,), "“among” takes a list of values.", "Write [Black, White]."
        elif key == "equals" and not isinstance(given, str | int | float):
            yield (key,), f"{given!r:.60} is neither a text nor a number.", ""


def mask(table: Table, condition: Json, path: Path) -> Mask:
    """Which rows fulfil it, shape (n,). NotUsable, at that path, where the table has no such column or values."""
    if isinstance(condition, str):
        return _coded(table, condition, path)
    wanted = cast(JsonObject, condition)
    if "not" in wanted:
        return ~mask(table, wanted["not"], (*path, "not"))
    for word, join in (("all", np.logical_and), ("any", np.logical_or)):
        if word in wanted:
            parts = cast("Sequence[Json]", wanted[word])
            found = [mask(table, part, (*path, word, place)) for place, part in enumerate(parts)]
            return np.asarray(join.reduce(found), dtype=bool)
    column = table.column(str(wanted["column"]), *path, "column")
    tests = [_tested(column, key, wanted, path) for key in wanted if key != "column"]
    return np.asarray(np.logical_and.reduce(tests), dtype=bool)


def _coded(table: Table, name: str, path: Path) -> Mask:
    """A column of zeros and ones. Anything else would make an empty or a wrong group without a word."""
    column = table.column(name, *path)
    if is_text(column) or not np.isin(column, (0, 1)).all():
        said = f"The column “{name}” is not coded 0 and 1: it holds {held(column)}."
        raise NotUsable([(path, said, f"Say which rows are meant: {{column: {name}, equals: …}}.")])
    return np.asarray(column == 1)


def _tested(column: Array, key: str, wanted: JsonObject, path: Path) -> Mask:
    name = str(wanted["column"])
    if key in NUMBERS:
        if is_text(column):
            said = f"The column “{name}” holds texts, which are not {key.replace('_', ' ')} anything."
            raise NotUsable([((*path, key), said, "Compare texts with equals or among.")])
        return np.asarray(NUMBERS[key](column, float(str(wanted[key]))), dtype=bool)
    given = wanted[key]
    values = list(given) if isinstance(given, list | tuple) else [given]
    found = np.zeros(len(column), dtype=bool)
    for value in values:
        same = equal(column, value)
        if not same.any():
            raise NotUsable([((*path, key), f"No row has “{name}” equal to {value!r}.", f"It holds {held(column)}.")])
        found |= same
    return found


def equal(column: Array, value: Json) -> Mask:
    """Where the column holds this value, shape (n,). A number in a column of texts, or the reverse, is nowhere."""
    if is_text(column) != isinstance(value, str) or not isinstance(value, str | int | float):
        return np.zeros(len(column), dtype=bool)
    return np.asarray(column == value, dtype=bool)


def held(column: Array, most: int = 6) -> str:
    """What a column holds, for a sentence: the most frequent values, or its range where there are many."""
    present = column[[value is not None for value in column]] if is_text(column) else column[np.isfinite(column)]
    values, counts = np.unique(present.astype(str) if is_text(column) else present, return_counts=True)
    if not len(values):
        return "nothing"
    if len(values) > 4 * most and not is_text(column):
        return f"{len(values)} numbers from {values[0]:g} to {values[-1]:g}"
    often = [values[place] if is_text(column) else f"{values[place]:g}" for place in np.argsort(-counts, kind="stable")]
    return quoted(often[:most]) + (f" and {len(often) - most} more" if len(often) > most else "")
