"""What the words of a constraint stand for: two constraints of one text mean the same only if their groups do.

A meaning is {label, classes, groups: {name: condition}}, as a document declares them; nothing here loads numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from experiments.types import Json, JsonObject

PARTS = ("label", "classes", "groups")
WORDS = {"label": "its label is", "classes": "its classes are"}


def of_names(meaning: JsonObject, names: Iterable[str]) -> JsonObject:
    """Label and classes, and of the groups those that are named. `{column: race, each: true}` under RACE is what
    RACE_Black stands for, and is kept under that name.
    """
    declared = cast(JsonObject, meaning.get("groups") or {})
    found = {name: definition for name in names if (definition := _of(declared, name)) is not None}
    return {**{part: meaning[part] for part in ("label", "classes") if meaning.get(part)}, "groups": found}


def undefined(meaning: JsonObject, names: Iterable[str]) -> list[str]:
    """Groups that nobody has defined."""
    defined = cast(JsonObject, meaning.get("groups") or {})
    return [name for name in names if name not in defined]


def differences(wanted: JsonObject, found: JsonObject) -> Iterator[str]:
    """Where what was tested is not what is wanted, in sentences. found: of the whole document."""
    for part in ("label", "classes"):
        if part in wanted and wanted[part] != found.get(part):
            yield f"{WORDS[part]} {_shown(found.get(part))}, not {_shown(wanted[part])}"
    groups = cast(JsonObject, wanted.get("groups") or {})
    tested = cast(JsonObject, of_names(found, groups)["groups"])
    for name, definition in groups.items():
        if plain(definition) != plain(tested.get(name)):
            yield f"there {name} is {_shown(tested.get(name))}, and {_shown(definition)} is meant"


def plain(definition: Json) -> Json:
    """The same for the same people: order of keys, and of values among which one is, say nothing."""
    if isinstance(definition, Mapping):
        return {key: plain(definition[key]) for key in sorted(definition)}
    if isinstance(definition, list | tuple):
        return sorted((plain(each) for each in definition), key=str)
    return definition


def _of(declared: JsonObject, name: str) -> Json:
    if name in declared:
        return declared[name]
    whole = [key for key, one in declared.items() if name.startswith(f"{key}_") and _is_each(one)]
    return {"every": max(whole, key=len), "of": declared[max(whole, key=len)]} if whole else None


def _is_each(definition: Json) -> bool:
    return isinstance(definition, Mapping) and "each" in definition


def _shown(value: Json) -> str:
    if value is None:
        return "not said"
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: key != "column")
        return "{" + ", ".join(f"{key}: {_shown(value[key])}" for key in keys) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return str(value)
