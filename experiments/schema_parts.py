"""Pieces that the JSON Schema of a study file is built from."""

from __future__ import annotations

from experiments.types import Json, JsonObject

NAME = r"^[A-Za-z][A-Za-z0-9_-]*$"


def closed_object(description: str, required: list[str], properties: JsonObject) -> dict[str, Json]:
    """A mapping that takes only these keys."""
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def reference(name: str, **more: Json) -> dict[str, Json]:
    """A part that is defined once, under $defs."""
    return {"$ref": f"#/$defs/{name}", **more}


def list_of(entry: Json, description: str, **more: Json) -> dict[str, Json]:
    """A list of one kind of entry."""
    return {"type": "array", "items": entry, "description": description, **more}


def text(description: str, **more: Json) -> dict[str, Json]:
    """A text."""
    return {"type": "string", "description": description, **more}


def one_of(description: str, names: list[Json], **more: Json) -> dict[str, Json]:
    """One of a few words."""
    return {"enum": names, "description": description, **more}


def whole_number(description: str, low: int, **more: Json) -> dict[str, Json]:
    """A whole number, at least `low`."""
    return {"type": "integer", "minimum": low, "description": description, **more}


def whole_number_or_none(description: str, low: int) -> dict[str, Json]:
    """The same, or null, which is its default."""
    return {"type": ["integer", "null"], "minimum": low, "description": description, "default": None}


NAMED: dict[str, Json] = text(
    "A letter, then letters, digits, _ and -.", pattern=NAME, maxLength=60, examples=["trusted"]
)
