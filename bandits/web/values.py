"""What an arm is to a view: any JSON, or a function that the project registered under a name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from experiments.blueprint import ArmSpec
from experiments.errors import Unknown
from experiments.types import Json

ArmValue = Json | Callable[..., object]
CALLABLES: dict[str, Callable[..., object]] = {}

_F = TypeVar("_F", bound=Callable[..., object])


def callable_arm(name: str) -> Callable[[_F], _F]:
    """Register a function that arms may name: a payload of {"call": name} then gives the view this function."""

    def register(function: _F) -> _F:
        CALLABLES[name] = function
        return function

    return register


def value_of(arm: ArmSpec) -> ArmValue:
    """What views and templates get for an arm.

    A payload {"call": name}: the function registered under the name (Unknown if none is). {"value": …}: that. Another
    payload: the payload. Without one: the level, if the arm has one; its levels, if more; else its name.
    """
    if set(arm.payload) == {"call"}:
        return _function(str(arm.payload["call"]))
    if set(arm.payload) == {"value"}:
        return arm.payload["value"]
    if arm.payload:
        return arm.payload
    levels = [*arm.levels.values()]
    return levels[0] if len(levels) == 1 else arm.levels or arm.name


def written(value: ArmValue) -> str:
    """For developers."""
    return f"function {getattr(value, '__name__', '?')}" if callable(value) else json.dumps(value, ensure_ascii=False)


def payload_of(value: Json) -> Mapping[str, Json]:
    """The payload that says this value, for arms written in code."""
    return value if isinstance(value, Mapping) else {"value": value}


def _function(name: str) -> Callable[..., object]:
    if name not in CALLABLES:
        close = get_close_matches(name, CALLABLES, n=1)
        hint = f"Did you mean “{close[0]}”?" if close else "Register it with bandits.web.callable_arm."
        raise Unknown(f"No function is registered as “{name}”.", hint=hint)
    return CALLABLES[name]
