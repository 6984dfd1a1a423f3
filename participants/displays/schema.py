"""The JSON Schema of props, for editors and for the schema of the study file."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, is_dataclass
from typing import Literal, Union, cast, get_args, get_origin

from experiments.types import Json

from .props import ANY, Limits, hints_of, limits_of, plain, prop_fields

WORDS: dict[object, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}
REFERENCE: dict[str, Json] = {"type": "string", "pattern": r"\{\{.*\}\}", "description": "a reference to fill in"}
TRANSLATED: dict[str, Json] = {
    "type": "object", "description": "text per language", "additionalProperties": {"type": "string"}
}  # fmt: skip


def schema_of(kind: object, limits: Limits = ANY) -> dict[str, Json]:
    """The schema of one type. A reference is allowed wherever another value is; text may be given per language."""
    if isinstance(kind, type) and hasattr(kind, "json_schema"):
        return cast(Callable[[], dict[str, Json]], kind.json_schema)()
    origin = get_origin(kind)
    if origin in (types.UnionType, Union):
        return union_schema(kind, limits)
    if origin is Literal:
        return open_to({"enum": list(get_args(kind))}, REFERENCE)
    if origin is tuple:
        return open_to(list_schema(get_args(kind)[0], limits), REFERENCE)
    if is_dataclass(kind):
        return object_schema(cast(type, kind))
    return scalar_schema(kind, limits)


def scalar_schema(kind: object, limits: Limits) -> dict[str, Json]:
    """Text, a number or a truth value, within its limits."""
    if kind not in WORDS:
        return {}
    schema: dict[str, Json] = {"type": WORDS[kind]}
    names = ("minLength", "maxLength") if kind is str else ("minimum", "maximum")
    bounds = zip(names, (limits.low, limits.high), strict=True)
    schema.update({name: bound for name, bound in bounds if bound is not None})
    return open_to(schema, TRANSLATED) if kind is str else open_to(schema, REFERENCE)


def union_schema(kind: object, limits: Limits) -> dict[str, Json]:
    """X | None, a scalar, or anything."""
    options = [option for option in get_args(kind) if option is not type(None)]
    if set(options) == {str, int, float, bool}:
        return {"type": ["string", "number", "boolean"]}
    if len(options) > 1:
        return {}
    return open_to(schema_of(options[0], limits), {"type": "null"})


def list_schema(kind: object, limits: Limits) -> dict[str, Json]:
    """A list of one type."""
    schema: dict[str, Json] = {"type": "array", "items": schema_of(kind)}
    bounds = (("minItems", limits.low), ("maxItems", limits.high))
    return schema | {name: int(bound) for name, bound in bounds if bound is not None}


def object_schema(cls: type) -> dict[str, Json]:
    """The props of a dataclass, closed: unknown props are errors."""
    properties: dict[str, Json] = {}
    for entry in prop_fields(cls):
        described = dict(schema_of(hints_of(cls)[entry.name], limits_of(entry)))
        described["description"] = limits_of(entry).doc
        if entry.default is not MISSING:
            described["default"] = plain(entry.default)
        properties[entry.name] = described
    required = [entry.name for entry in prop_fields(cls) if entry.default is entry.default_factory is MISSING]
    schema: dict[str, Json] = {"type": "object", "additionalProperties": False, "properties": properties}
    if required:
        schema["required"] = required
    short = getattr(cls, "shorthand", None)
    return open_to(schema, {"type": ["string", "number"]} if short else REFERENCE)


def open_to(schema: dict[str, Json], other: dict[str, Json]) -> dict[str, Json]:
    """Either of two schemas."""
    return {"anyOf": [schema, other]}
