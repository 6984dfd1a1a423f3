"""Typed props: JSON read into frozen dataclasses, refused in one uniform sentence, described as JSON Schema.

A field of a display is an ordinary dataclass field; ``prop(...)`` gives its documentation and its limits.
Understood types: str, int, float, bool, Scalar, Json, Literal, X | None, tuple[X, ...], dataclasses, and classes with
a ``read_json`` of their own.
"""

from __future__ import annotations

import math
import re
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from functools import cache
from typing import Literal, Union, cast, get_args, get_origin, get_type_hints

from experiments.types import Json

from .errors import PropsError

Scalar = str | int | float | bool
REFERENCE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
LOCAL_SOURCE = re.compile(
    r"(?:data:image/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,].*|(?![a-z][a-z0-9+.-]*:)(?!//)[^\\\s][^\\]*)",
    re.IGNORECASE | re.DOTALL,
)
TYPE_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
NOTHING = object()


@dataclass(frozen=True)
class Limits:
    """What a prop is for and which values it takes."""

    doc: str
    low: float | None = None
    high: float | None = None
    local: bool = False
    named: bool = False


ANY = Limits("")


def prop(
    doc: str, *, low: float | None = None, high: float | None = None, local: bool = False, named: bool = False
) -> dict[str, Limits]:
    """Metadata of a prop. ``low``/``high`` bound a number or a length; ``local`` wants an image of our own address;
    ``named`` a field name (letters, digits, _ and -)."""
    return {"prop": Limits(doc, low, high, local, named)}


def limits_of(entry: Field[object]) -> Limits:
    """The limits a dataclass field was declared with."""
    return cast(Limits, entry.metadata.get("prop", ANY))


def is_local(source: str) -> bool:
    """Whether an image is ours: a path or a data: URL, never another host (no third party sees a participant)."""
    return LOCAL_SOURCE.fullmatch(source.strip()) is not None


def is_reference(raw: object) -> bool:
    """Whether the value is still to be filled in: it holds a {{ reference }}."""
    return isinstance(raw, str) and REFERENCE.search(raw) is not None


@cache
def hints_of(cls: type) -> dict[str, object]:
    """Resolved annotations of a dataclass."""
    return get_type_hints(cls)


def prop_fields(cls: type) -> list[Field[object]]:
    """The props among the fields of a dataclass: those declared with ``prop``."""
    return [entry for entry in fields(cls) if "prop" in entry.metadata]


def show(raw: object) -> str:
    """A value as it can stand in an error sentence: short, and in JSON's words."""
    words = {None: "nothing", True: "true", False: "false"}
    if raw is None or isinstance(raw, bool):
        return words[raw]
    if isinstance(raw, Mapping):
        return "an object"
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        return "a list"
    text = repr(raw)
    return text if len(text) <= 40 else text[:37] + "…'"


@dataclass
class Reader:
    """Reads values by type and collects what is wrong. Loose: a {{ reference }} or a {language: text} fits anywhere."""

    loose: bool = False
    languages: frozenset[str] = frozenset()
    errors: list[PropsError] = field(default_factory=list)
    unresolved: int = 0

    def refuse(self, path: str, message: str, hint: str = "") -> object:
        """Note an error; the value of what could not be read."""
        self.errors.append(PropsError(path, message, hint))
        return NOTHING

    def is_open(self, raw: object) -> bool:
        """Whether the value is decided later, at the participant's page."""
        translated = isinstance(raw, Mapping) and bool(raw) and set(raw) <= self.languages
        found = self.loose and (is_reference(raw) or translated)
        self.unresolved += found
        return found

    def read(self, kind: object, raw: object, path: str, limits: Limits = ANY) -> object:
        """The value as its type, or NOTHING with an error noted."""
        if self.is_open(raw):
            return NOTHING
        if isinstance(kind, type) and hasattr(kind, "read_json"):
            return cast(Callable[[object, str, Reader], object], kind.read_json)(raw, path, self)
        if is_dataclass(kind):
            return self.read_object(cast(type, kind), raw, path)
        origin = get_origin(kind)
        if origin is tuple:
            return self.read_list(get_args(kind)[0], raw, path, limits)
        if origin is Literal:
            return self.read_choice(get_args(kind), raw, path)
        if origin in (types.UnionType, Union):
            return self.read_union(kind, raw, path, limits)
        return raw if kind is object or not isinstance(kind, type) else self.read_scalar(kind, raw, path, limits)

    def read_union(self, kind: object, raw: object, path: str, limits: Limits) -> object:
        """X | None, Scalar, or Json (which is a union too, of everything)."""
        options = get_args(kind)
        if type(None) in options and raw is None:
            return None
        if any(get_origin(option) is Mapping for option in options):
            return raw
        if set(options) - {type(None)} == {str, int, float, bool}:
            ok = isinstance(raw, str | int | float | bool)
            return raw if ok else self.refuse(path, f"must be text, a number, true or false, not {show(raw)}.")
        return self.read(next(option for option in options if option is not type(None)), raw, path, limits)

    def read_scalar(self, kind: type, raw: object, path: str, limits: Limits) -> object:
        """Text, a number or a truth value."""
        number = kind in (int, float)
        fits = isinstance(raw, int | float if kind is float else kind) and not (number and isinstance(raw, bool))
        if not fits or (isinstance(raw, float) and not math.isfinite(raw)):
            word = TYPE_WORDS.get(kind, kind.__name__)
            return self.refuse(path, f"must be {word}, not {show(raw)}.")
        return self.bounded(raw, path, limits)

    def bounded(self, raw: object, path: str, limits: Limits) -> object:
        """The value, if its size and form are allowed."""
        size = len(raw) if isinstance(raw, str | tuple) else cast(float, raw)
        unit = " characters" if isinstance(raw, str) else " entries" if isinstance(raw, tuple) else ""
        if limits.low is not None and size < limits.low:
            return self.refuse(path, f"must be at least {limits.low:g}{unit}, not {size:g}.")
        if limits.high is not None and size > limits.high:
            return self.refuse(path, f"must be at most {limits.high:g}{unit}, not {size:g}.")
        if limits.local and isinstance(raw, str) and not is_local(raw):
            return self.refuse(
                path, f"must be a path or a data:image URL, not {show(raw)}.", "No third party may see who takes part."
            )
        if limits.named and isinstance(raw, str) and not re.fullmatch(r"[A-Za-z0-9_-]+", raw):
            return self.refuse(path, f"must be a name of letters, digits, _ and -, not {show(raw)}.")
        return raw

    def read_choice(self, options: tuple[object, ...], raw: object, path: str) -> object:
        """One of a few words."""
        if raw in options and not (isinstance(raw, bool) and True not in options):
            return raw
        return self.refuse(path, f"must be one of {', '.join(map(str, options))}, not {show(raw)}.")

    def read_list(self, kind: object, raw: object, path: str, limits: Limits) -> object:
        """A list as a tuple."""
        if isinstance(raw, str) or not isinstance(raw, Sequence):
            return self.refuse(path, f"must be a list, not {show(raw)}.")
        values = tuple(self.read(kind, value, f"{path}[{position}]") for position, value in enumerate(raw))
        return self.bounded(values, path, limits)

    def read_object(self, cls: type, raw: object, path: str) -> object:
        """A dataclass from a mapping (or from the shorthand it understands)."""
        shorthand = getattr(cls, "shorthand", None)
        if shorthand is not None and isinstance(raw, str | int | float):
            raw = shorthand(raw)
        if not isinstance(raw, Mapping):
            return self.refuse(path, f"must be an object, not {show(raw)}.")
        return self.build(cls, raw, path)

    def build(self, cls: type, raw: Mapping[str, object], path: str, **given: object) -> object:
        """The instance, if every prop is right; then its own ``check`` has the last word."""
        before = (len(self.errors), self.unresolved)
        known = {entry.name: entry for entry in prop_fields(cls)}
        for key in raw:
            if key not in known:
                self.refuse(f"{path}.{key}", "is not known here.", f"Known: {', '.join(sorted(known))}.")
        values = {name: self.read_field(cls, entry, raw, path) for name, entry in known.items()}
        if (len(self.errors), self.unresolved) != before:
            return NOTHING
        made = cls(**given, **{name: value for name, value in values.items() if value is not NOTHING})
        for problem in getattr(made, "check", tuple)():
            self.refuse(f"{path}{problem[0]}", *problem[1:])
        return made if len(self.errors) == before[0] else NOTHING

    def read_field(self, cls: type, entry: Field[object], raw: Mapping[str, object], path: str) -> object:
        """One prop, its default (NOTHING leaves it to the dataclass), or the error that it is missing."""
        if entry.name in raw:
            return self.read(hints_of(cls)[entry.name], raw[entry.name], f"{path}.{entry.name}", limits_of(entry))
        if entry.default is MISSING and entry.default_factory is MISSING:
            return self.refuse(f"{path}.{entry.name}", "is missing.", f"It is: {limits_of(entry).doc}")
        return NOTHING


def plain(value: object) -> Json:
    """The JSON that ``Reader`` reads back to an equal value; props at their default are left out."""
    own = getattr(value, "to_json", None)
    if own is not None:
        return cast(Json, own())
    if is_dataclass(value) and not isinstance(value, type):
        return plain_props(value)
    if isinstance(value, tuple | list):
        return [plain(entry) for entry in value]
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    return cast(Json, value)


def plain_props(value: object) -> dict[str, Json]:
    """The props of a dataclass that differ from their defaults."""
    found: dict[str, Json] = {}
    for entry in prop_fields(type(value)):
        current = getattr(value, entry.name)
        default = entry.default_factory() if entry.default_factory is not MISSING else entry.default
        if current != default or isinstance(current, bool) != isinstance(default, bool):
            found[entry.name] = plain(current)
    return found
