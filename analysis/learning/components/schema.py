"""JSON Schema of components: for editors, for the form of the console, and for programs that write documents."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.learning.components.containers import closed
from analysis.learning.components.kinds import KINDS
from analysis.learning.components.registry import COMPONENTS, Component, load_components
from experiments.types import Json, JsonObject

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SWEPT: dict[str, Json] = {"$ref": "#/$defs/swept"}
DEFINED: dict[str, Json] = {
    "description": "A place for several values, such as {sweep: [1, 2]}, or for what the run gives: {inject: seed}.",
    "type": "object",
    "anyOf": [{"required": [word]} for word in ("sweep", "range", "log_range", "random", "zip", "inject", "constant")],
}


def component_schema(made: Component) -> dict[str, Json]:
    """Of one component as it stands in a document. A sweep may stand in the place of every parameter, and inside."""
    return {"$schema": DRAFT, **_component(made), "$defs": {"swept": DEFINED}}


def components_schema(kind: str = "") -> dict[str, Json]:
    """Of the section `components`: names to one of all components that are known here; kind: of that kind alone."""
    load_components()
    made = {f"{each.kind}.{each.type}": each for each in COMPONENTS.values() if kind in ("", each.kind)}
    return {
        "$schema": DRAFT,
        "title": "components",
        "type": "object",
        "additionalProperties": {"anyOf": [*({"$ref": f"#/$defs/{name}"} for name in made), SWEPT]},
        "$defs": {"swept": DEFINED, **{name: _component(each) for name, each in made.items()}},
    }


def _component(made: Component) -> dict[str, Json]:
    parameters = closed(made.parameters)
    body: dict[str, Json] = {
        "kind": {"const": made.kind},
        "type": {"const": made.type},
        "requirements": _requirements(made),
        "config": _opened(parameters),
    }
    needs = ["kind", "type", *(["config"] if parameters["required"] else [])]
    return {
        "title": f"{made.kind}: {made.type}",
        "description": f"{made.title}. {made.meaning}".strip(),
        "type": "object",
        "additionalProperties": False,
        "required": needs,
        "properties": body,
    }


def catalogue() -> list[dict[str, Json]]:
    """Every kind with its types, their requirements and parameters, for programs that draw forms."""
    load_components()
    return [
        {"kind": kind.name, "meaning": kind.meaning, "of": kind.of, "types": [_entry(made) for made in _of(kind.name)]}
        for kind in KINDS.values()
    ]


def _of(kind: str) -> list[Component]:
    return sorted((made for made in COMPONENTS.values() if made.kind == kind), key=lambda made: made.type)


def _entry(made: Component) -> dict[str, Json]:
    requires: list[Json] = [
        {
            "name": name,
            "kinds": list(each.kinds),
            "meaning": each.meaning,
            "optional": each.optional,
            "many": each.many,
        }
        for name, each in made.requires.items()
    ]
    return {
        "type": made.type,
        "title": made.title,
        "meaning": made.meaning,
        "requires": requires,
        "packages": list(made.packages),
        "config": closed(made.parameters),
    }


def _opened(schema: JsonObject) -> dict[str, Json]:
    """The same, with room for a sweep in the place of each value inside."""
    opened = dict(schema)
    for key in ("items", "additionalProperties"):
        if isinstance(inner := schema.get(key), Mapping):
            opened[key] = _or_swept(inner)
    if isinstance(properties := schema.get("properties"), Mapping):
        opened["properties"] = {name: _or_swept(inner) for name, inner in properties.items()}
    if isinstance(options := schema.get("anyOf"), list):
        opened["anyOf"] = [_opened(option) for option in options]
    return opened


def _or_swept(schema: Json) -> dict[str, Json]:
    if not isinstance(schema, Mapping):
        return {"anyOf": [schema, SWEPT]}
    about: dict[str, Json] = {key: schema[key] for key in ("description", "default") if key in schema}
    return {**about, "anyOf": [_opened(schema), SWEPT]}


def _requirements(made: Component) -> dict[str, Json]:
    names: list[Json] = [name for name, each in made.requires.items() if not each.many]
    entry: dict[str, Json] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "component": {}, "subscription": {}},
    }
    short: dict[str, Json] = {name: {"description": each.meaning} for name, each in made.requires.items()}
    return {
        "description": f"What it is given: {', '.join(map(str, names)) or 'nothing'}.",
        "anyOf": [
            {"type": "array", "items": entry},
            {"type": "object", "properties": short},
        ],
    }
