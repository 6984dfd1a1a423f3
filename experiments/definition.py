"""One experiment's definition as a JSON value: its full form, its hash, and what differs from another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from experiments.factorial import EVERYBODY, BetweenFactor, Level, factorial_arms, written
from experiments.schema_document import SCHEMA
from experiments.types import Json, JsonObject

NAMED = ("name", "id", "version", "slug", "value")


@dataclass(frozen=True)
class Change:
    """One difference. kind: added, removed, changed or moved. sentence: for people."""

    path: str
    kind: str
    before: Json
    after: Json
    sentence: str


def normalise(experiment: JsonObject, *, complete: bool = True) -> dict[str, Json]:
    """The definition with every default filled in and keys in the schema's order. Twice is as good as once.

    complete: add the full-factorial arms that `arms` does not override. Leave that out for a definition read from
    tables, where somebody may have removed an arm. Unknown keys are kept, at the end.
    """
    definition = cast("dict[str, Json]", _filled(experiment, cast(JsonObject, _definitions()["experiment"])))
    definition["arms"] = (
        _arms(definition) if complete else [_named_arm(arm, definition) for arm in _rows(definition, "arms")]
    )
    return definition


def normalise_study(study: JsonObject) -> dict[str, Json]:
    """The `study:` entry of a file with every default filled in."""
    return cast("dict[str, Json]", _filled(study, cast(JsonObject, _definitions()["study"])))


def canonical_json(value: Json) -> str:
    """The one spelling of a JSON value: sorted keys, no spaces, whole numbers without a point.

    PostgreSQL and Python spell 1e5 and 100000.0 differently; here they are one. ValueError for NaN and infinities.

    >>> canonical_json({"b": 2.0, "a": [1e5, 0.25]})
    '{"a":[100000,0.25],"b":2}'
    """
    return json.dumps(_settled(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_of(value: Json) -> str:
    """64 hexadecimal digits of the canonical JSON in UTF-8. Defaults are not filled in: normalise first."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


def diff(old: JsonObject, new: JsonObject) -> list[Change]:
    """What changed, from top to bottom; entries of lists are matched by their name, not their place.

    >>> before = {"arms": [{"name": "none", "weight": 1}]}
    >>> [change.sentence for change in diff(before, {"arms": [{"name": "none", "weight": 2}]})]
    ['arm “none”: weight 1 → 2']
    """
    return _mapping_changes(old, new, path="", place="")


def _definitions() -> Mapping[str, Json]:
    return cast("Mapping[str, Json]", SCHEMA["$defs"])


def _rows(definition: JsonObject, key: str) -> list[JsonObject]:
    entries = definition.get(key)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, Sequence) else []


def _resolved(schema: JsonObject) -> JsonObject:
    """The schema behind a reference, or the one alternative beside null."""
    if "oneOf" in schema:
        schema = cast(JsonObject, cast("Sequence[Json]", schema["oneOf"])[-1])
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        return cast(JsonObject, _definitions()[name])
    return schema


def _filled(value: Json, schema: JsonObject) -> Json:
    """The value with the defaults of its schema, all the way down."""
    schema = _resolved(schema)
    if isinstance(value, Mapping):
        return _filled_mapping(value, schema)
    if isinstance(value, Sequence) and not isinstance(value, str):
        entries = cast(JsonObject, schema.get("items") or {})
        return [_filled(entry, entries) for entry in value]
    return value


def _filled_mapping(value: JsonObject, schema: JsonObject) -> dict[str, Json]:
    properties = cast("Mapping[str, JsonObject]", schema.get("properties") or {})
    others = schema.get("additionalProperties")
    filled: dict[str, Json] = {}
    for key, inner in properties.items():
        if key in value:
            filled[key] = _filled(value[key], inner)
        elif "default" in inner:
            filled[key] = _filled(inner["default"], inner)
    for key, entry in value.items():
        if key not in filled:
            filled[key] = _filled(entry, others if isinstance(others, Mapping) else {})
    return filled


def _arms(definition: JsonObject) -> list[Json]:
    """The arms as written, then the combinations that nobody wrote down."""
    factors = [factor for factor in _rows(definition, "factors") if factor.get("scope") == "between"]
    between = [BetweenFactor(str(factor["name"]), tuple(cast("list[Level]", factor["levels"]))) for factor in factors]
    overrides = [_named_arm(arm, definition) for arm in _rows(definition, "arms")]
    if not between and overrides:
        return [*overrides]
    known = {canonical_json(arm.get("levels")) for arm in overrides}
    generated = factorial_arms(between, cast("list[Mapping[str, Level]]", _rows(definition, "exclusions")))
    schema = cast(JsonObject, _definitions()["arm"])
    fresh = [_filled({"name": arm.name, "levels": arm.levels}, schema) for arm in generated]
    return [*overrides, *(arm for arm in fresh if canonical_json(cast(JsonObject, arm).get("levels")) not in known)]


def _named_arm(arm: JsonObject, definition: JsonObject) -> JsonObject:
    """An arm without a name is called after its levels, in the order of the factors."""
    if arm.get("name"):
        return arm
    levels = cast(JsonObject, arm.get("levels") or {})
    order = [str(factor.get("name")) for factor in _rows(definition, "factors")]
    names = sorted(levels, key=lambda name: order.index(name) if name in order else len(order))
    joined = " / ".join(written(cast(Level, levels[name])) for name in names)
    return {**arm, "name": joined or EVERYBODY}


def _settled(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): _settled(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_settled(inner) for inner in value]
    return value


def _same(before: Json, after: Json) -> bool:
    return canonical_json(before) == canonical_json(after)


def _changes(before: Json, after: Json, path: str, place: str) -> list[Change]:
    """Differences of two values at the same path. place: how people call what surrounds them."""
    if _same(before, after):
        return []
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return _mapping_changes(before, after, path=path, place=place)
    if _is_named(before) and _is_named(after):
        return _list_changes(cast("list[JsonObject]", before), cast("list[JsonObject]", after), path, place)
    return [Change(path, "changed", before, after, f"{place}{_between(before, after)}")]


def _mapping_changes(old: JsonObject, new: JsonObject, *, path: str, place: str) -> list[Change]:
    found: list[Change] = []
    for key in dict.fromkeys([*old, *new]):
        inner = f"{path}.{key}".removeprefix(".")
        is_list = _is_named(old.get(key, [])) and _is_named(new.get(key, []))
        here = f"{place}{_singular(key)} " if is_list else f"{place}{key} "
        if key in old and key in new:
            found += _changes(old[key], new[key], inner, here)
        elif key in old:
            found.append(Change(inner, "removed", old[key], None, f"{place}{key} removed (was {_shown(old[key])})"))
        else:
            found.append(Change(inner, "added", None, new[key], f"{place}{key} added: {_shown(new[key])}"))
    return found


def _list_changes(old: list[JsonObject], new: list[JsonObject], path: str, place: str) -> list[Change]:
    """Entries are the same if they have the same name (or id, version, value), or, without one, the same place."""
    before, after = _by_name(old), _by_name(new)
    found: list[Change] = []
    for name, entry in before.items():
        here, label = f"{path}[{name}]", f"{place}“{name}”"
        if name not in after:
            found.append(Change(here, "removed", entry, None, f"{label} removed"))
        else:
            found += _changes(entry, after[name], here, f"{label}: ")
    for place_before, name in zip(["", *after], after, strict=False):
        if name not in before:
            where = f"after “{place_before}”" if place_before else "at the start"
            found.append(Change(f"{path}[{name}]", "added", None, after[name], f"{place}“{name}” added {where}"))
    return found + _moves(list(before), list(after), path, place)


def _moves(before: list[str], after: list[str], path: str, place: str) -> list[Change]:
    kept_before = [name for name in before if name in after]
    kept_after = [name for name in after if name in before]
    if kept_before == kept_after:
        return []
    shown = ", ".join(f"“{name}”" for name in after)
    return [Change(path, "moved", cast(Json, before), cast(Json, after), f"{place}order is now {shown}")]


def _by_name(entries: list[JsonObject]) -> dict[str, JsonObject]:
    named: dict[str, JsonObject] = {}
    for index, entry in enumerate(entries):
        own = next(
            (str(entry[key]) for key in NAMED if entry.get(key) not in (None, "")),
            f"{entry.get('kind', '')} {index + 1}".strip(),
        )
        named[own if own not in named else f"{own} ({index + 1})"] = entry
    return named


def _is_named(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value)


def _singular(key: str) -> str:
    special = {"stimuli": "stimulus", "exclusions": "exclusion"}
    return special.get(key, key[:-1] if key.endswith("s") else key)


def _between(before: Json, after: Json) -> str:
    """Both values, or only that a long text changed.

    >>> _between("a", None)
    '“a” → none'
    """
    short = all(len(_shown(value)) <= 60 for value in (before, after))
    return f"{_quoted(before)} → {_quoted(after)}" if short else "changed"


def _quoted(value: Json) -> str:
    return f"“{value}”" if isinstance(value, str) else _shown(value)


def _shown(value: Json) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else canonical_json(value)
