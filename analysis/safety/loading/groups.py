"""Groups by declaration: the names that constraints condition on, and the rows that belong to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from analysis.learning.components import Finding, ValueKind
from analysis.safety.loading.conditions import Condition, held, mask
from analysis.safety.loading.refusal import NotUsable, refuse_if
from analysis.safety.loading.table import Table, is_text
from analysis.safety.terms import Mask
from experiments.problems import Path
from experiments.types import Json, JsonObject

LEAST_ROWS: Final = 5
"""Fewer values bound nothing: the rule of the Seldonian Engine, and of every bound here that estimates a spread."""
MOST_VALUES: Final = 50
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CONDITION = Condition()


class Groups(ValueKind):
    """Groups by name. `{column: colour, each: true}` makes one of every value: RACE becomes RACE_Black, RACE_White."""

    def words(self) -> str:
        return "a mapping from names of groups to conditions: {M: {column: sex, equals: Male}}"

    def schema(self) -> dict[str, Json]:
        every: dict[str, Json] = {
            "type": "object", "required": ["column", "each"], "additionalProperties": False,
            "properties": {"column": {"type": "string"}, "each": {"const": True}},
        }  # fmt: skip
        names: dict[str, Json] = {"pattern": f"^{_NAME.pattern}$"}
        return {
            "type": "object",
            "propertyNames": names,
            "additionalProperties": {"anyOf": [every, _CONDITION.schema()]},
        }

    def fits(self, value: Json) -> bool:
        return isinstance(value, Mapping)

    def inner(self, value: Json) -> Iterator[Finding]:
        for name, each in value.items() if isinstance(value, Mapping) else ():
            if not _NAME.fullmatch(str(name)):
                yield (
                    (name,),
                    f"“{name}” cannot be named in a constraint.",
                    "Use letters, digits and _, no digit first.",
                )
            elif not _is_each(each):
                yield from (((name, *path), said, hint) for path, said, hint in _CONDITION.faults(each))


def _is_each(value: Json) -> bool:
    return isinstance(value, Mapping) and set(value) == {"column", "each"} and value["each"] is True


def groups_of(table: Table, declared: JsonObject) -> dict[str, Mask]:
    """name -> (n,) membership. NotUsable for a group of nobody, or of so few that nothing could ever be shown."""
    found: dict[str, Mask] = {}
    for name, condition in declared.items():
        path: Path = ("groups", name)
        if isinstance(condition, Mapping) and _is_each(condition):
            found |= _each(table, name, str(condition["column"]), path)
        else:
            found[name] = mask(table, condition, path)
    refuse_if(_too_small(found))
    return found


def columns_named(declared: Json) -> set[str]:
    """Every column that the groups are made of: not features unless a document says so."""
    if isinstance(declared, str):
        return {declared}
    if isinstance(declared, Mapping):
        if "column" in declared:
            return {str(declared["column"])}
        return set().union(*map(columns_named, declared.values()), set())
    return set().union(*map(columns_named, declared)) if isinstance(declared, list | tuple) else set()


def _each(table: Table, name: str, column: str, path: Path) -> dict[str, Mask]:
    values = table.column(column, *path, "column")
    present = (
        sorted({value for value in values if value is not None}) if is_text(values) else np.unique(values).tolist()
    )
    if len(present) > MOST_VALUES:
        said = f"The column “{column}” has {len(present)} values: too many to make each a group."
        raise NotUsable([((*path, "each"), said, f"It holds {held(values)}: say which rows are meant.")])
    made = {f"{name}_{_word(value)}": np.asarray(values == value, dtype=bool) for value in present}
    if len(made) < len(present):
        raise NotUsable(
            [((*path, "each"), f"Two values of “{column}” make the same name.", "Declare them one by one.")]
        )
    return made


def _word(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return re.sub(r"[^A-Za-z0-9_]", "_", text)


def _too_small(groups: Mapping[str, Mask]) -> Iterator[Finding]:
    for name, rows in groups.items():
        count = int(rows.sum())
        if count == 0:
            yield ("groups", name), f"The group {name} is empty: no row is in it.", "Look at the values of its column."
        elif count < LEAST_ROWS:
            said = f"The group {name} has {count} {'row' if count == 1 else 'rows'}."
            yield (
                ("groups", name),
                said,
                f"Nothing can be shown of fewer than {LEAST_ROWS}: collect more, or leave it out.",
            )
