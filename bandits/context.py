"""What a context may hold: a part of JSON Schema, checked in microseconds before anything is decided. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from bandits.policies.errors import PolicyError
from experiments.errors import Invalid
from experiments.types import Json, JsonObject

DEEPEST = 5
TYPES: Mapping[str, Callable[[Json], bool]] = {
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list | tuple),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}
LIMITS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
KEYWORDS = ("type", "enum", *LIMITS, "items", "properties", "required", "additionalProperties", "description")


@dataclass(frozen=True)
class Shape:
    """A schema that was read. types: any of these; empty: anything. least, most: of a number, a length or a count."""

    types: tuple[str, ...] = ()
    values: tuple[Json, ...] | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    items: Shape | None = None
    properties: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    is_closed: bool = False

    def faults(self, value: Json, path: str = "context") -> Iterator[tuple[str, str]]:
        """Where it does not fit, and why."""
        if self.types and not any(TYPES[name](value) for name in self.types):
            yield path, f"{path} must be {_either(self.types)}, not {_shown(value)}."
            return
        if self.values is not None and value not in self.values:
            yield path, f"{path} must be one of {', '.join(map(_shown, self.values))}, not {_shown(value)}."
        yield from self._beyond(value, path)
        if isinstance(value, list | tuple) and self.items is not None:
            for index, one in enumerate(value):
                yield from self.items.faults(one, f"{path}[{index}]")
        if isinstance(value, Mapping):
            yield from self._parts(value, path)

    def require(self, context: JsonObject, path: str = "context") -> None:
        """Invalid, naming each fault, if the context does not fit."""
        found = [{"path": path, "message": message} for path, message in self.faults(context, path)]
        if found:
            raise Invalid(
                f"The context does not fit: {found[0]['message']}",
                hint="The allocation declares what a context holds.",
                errors=tuple(found[:20]),
            )

    def _beyond(self, value: Json, path: str) -> Iterator[tuple[str, str]]:
        for name, limit in self.limits.items():
            size, unit = _size(name, value)
            if size is None:
                continue
            if name.startswith("min") and size < limit:
                yield path, f"{path} must be at least {limit:g}{unit}, not {size:g}."
            if name.startswith("max") and size > limit:
                yield path, f"{path} must be at most {limit:g}{unit}, not {size:g}."

    def _parts(self, value: JsonObject, path: str) -> Iterator[tuple[str, str]]:
        for name in self.required:
            if name not in value:
                yield f"{path}.{name}", f"{path}.{name} is missing."
        for name, one in value.items():
            if name in self.properties:
                yield from self.properties[name].faults(one, f"{path}.{name}")
            elif self.is_closed:
                yield f"{path}.{name}", f"{path}.{name} is not part of a context here."


def parse_shape(schema: Json, path: str = "allocation.context", *, depth: int = 0) -> Shape:
    """The shape that a schema declares. PolicyError with a sentence for what is not known."""
    if not isinstance(schema, Mapping):
        raise PolicyError.wrong(path, "a JSON Schema", schema)
    if depth > DEEPEST:
        raise PolicyError(path, f"{path} is nested too deeply.", f"{DEEPEST} levels are enough.")
    for name in schema.keys() - set(KEYWORDS):
        raise PolicyError(f"{path}.{name}", f"{path}.{name} is not known.", f"Known: {', '.join(KEYWORDS)}.")
    parts = schema.get("properties", {})
    if not isinstance(parts, Mapping):
        raise PolicyError.wrong(f"{path}.properties", "a mapping of schemas", parts)
    properties = {name: parse_shape(one, f"{path}.properties.{name}", depth=depth + 1) for name, one in parts.items()}
    required = _texts(schema.get("required", []), f"{path}.required")
    types = _types(schema.get("type", []), f"{path}.type")
    items, values = schema.get("items"), schema.get("enum")
    if values is not None and not isinstance(values, list | tuple):
        raise PolicyError.wrong(f"{path}.enum", "a list of values", values)
    return Shape(
        types=types or (("object",) if depth == 0 else ()),
        values=None if values is None else tuple(values),
        limits={name: _limit(schema[name], f"{path}.{name}") for name in LIMITS if name in schema},
        items=None if items is None else parse_shape(items, f"{path}.items", depth=depth + 1),
        properties=properties,
        required=required,
        is_closed=_is_closed(schema.get("additionalProperties", depth > 0 or not parts), path),
    )


def _is_closed(given: Json, path: str) -> bool:
    """At the top, declared properties are all that there is, unless it says otherwise."""
    if not isinstance(given, bool):
        raise PolicyError.wrong(f"{path}.additionalProperties", "true or false", given)
    return not given


def _types(given: Json, path: str) -> tuple[str, ...]:
    names = _texts([given] if isinstance(given, str) else given, path)
    for name in names:
        if name not in TYPES:
            raise PolicyError.wrong(path, f"one of {', '.join(TYPES)}", name)
    return names


def _texts(given: Json, path: str) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise PolicyError.wrong(path, "a list of names", given)
    return cast("tuple[str, ...]", tuple(given))


def _limit(given: Json, path: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise PolicyError.wrong(path, "a number", given)
    return given


def _size(name: str, value: Json) -> tuple[float | None, str]:
    """What a limit is of, and its unit."""
    if name in ("minimum", "maximum"):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return (cast(float, value) if is_number else None), ""
    if name.endswith("Length"):
        return (len(value) if isinstance(value, str) else None), " characters"
    return (len(cast("Sequence[Json]", value)) if isinstance(value, list | tuple) else None), " values"


def _either(types: Sequence[str]) -> str:
    return " or ".join(f"{'an' if name[0] in 'aeiou' else 'a'} {name}" for name in types).replace("a null", "null")


def _shown(value: Json) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}..."
