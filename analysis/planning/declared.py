"""Numbers that somebody types, declared once: title, range, default; read and refused alike by every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from math import isfinite
from typing import Any, Self, cast


def number(default: float, title: str, low: float, high: float, *, whole: bool = False) -> Any:
    """A field of a ``Declared``: from ``low`` to ``high``, both included. The type is that of the field beside it."""
    return field(default=default, metadata={"title": title, "low": low, "high": high, "whole": whole})


def word(default: str, title: str, *options: str) -> Any:
    """A field of a ``Declared``: one of the options."""
    return field(default=default, metadata={"title": title, "options": options})


@dataclass(frozen=True)
class Declared:
    """Refuses, when it is made, what a field's declaration does not allow: ValueError with name, value and range."""

    def __post_init__(self) -> None:
        for one in fields(self):
            if one.metadata:
                check(one, getattr(self, one.name))

    @classmethod
    def declared(cls) -> tuple[Field[Any], ...]:
        """The fields that may be typed, in their order."""
        return tuple(one for one in fields(cls) if one.metadata)

    @classmethod
    def read(cls, values: Mapping[str, object]) -> Self:
        """From text or JSON. ValueError for a name that is none of ours, or a value that its field refuses."""
        known = {one.name: one for one in cls.declared()}
        for name in values:
            if name not in known:
                raise ValueError(f"{name} is not asked for here. Known: {', '.join(known)}.")
        return cls(**{name: _typed(known[name], value) for name, value in values.items()})


def check(one: Field[Any], value: object) -> None:
    """ValueError unless the field may have that value."""
    if options := one.metadata.get("options"):
        if value not in options:
            raise ValueError(f"{one.name} must be one of {', '.join(options)}, not {value!r}.")
        return
    low, high = one.metadata["low"], one.metadata["high"]
    kind = "a whole number" if one.metadata["whole"] else "a number"
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    is_whole = not one.metadata["whole"] or (is_number and value == int(cast(float, value)))
    if not is_number or not is_whole or not low <= cast(float, value) <= high:
        raise ValueError(f"{one.name} must be {kind} from {low:g} to {high:g}, not {value!r}.")


def _typed(one: Field[Any], value: object) -> object:
    if one.metadata.get("options") or not isinstance(value, str):
        return value
    try:
        return int(value) if one.metadata["whole"] else float(value)
    except ValueError:
        return value  # refused by check, in the uniform sentence
