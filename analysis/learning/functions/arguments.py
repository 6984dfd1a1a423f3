"""How a specification reaches a function: as one dictionary, or key by key."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.functions.call import Call
    from analysis.learning.functions.finding import Target

WHOLE = ("specification", "spec")  # a parameter of this name takes the whole dictionary
OURS = ("call", "rng", "seed")  # what Machina brings, unless the specification has such a key
KINDS = inspect.Parameter
VARIADIC = (KINDS.VAR_POSITIONAL, KINDS.VAR_KEYWORD)


@lru_cache(maxsize=256)
def parameters_of(target: Target) -> Mapping[str, inspect.Parameter]:
    """The parameters; a function without a signature (some written in C) takes the whole dictionary."""
    try:
        return inspect.signature(target).parameters
    except ValueError:
        return {"specification": KINDS("specification", KINDS.POSITIONAL_ONLY)}


def arguments_for(target: Target, specification: JsonObject, call: Call) -> tuple[list[object], dict[str, object]]:
    """Positional and named arguments. A parameter called `specification` or `spec`, or one that can only be given by
    position, takes the dictionary; otherwise each key is an argument. `call`, `rng` and `seed` come from Machina.
    """
    parameters = parameters_of(target)
    whole = _whole(parameters)
    named: dict[str, object] = {} if whole else dict(specification)
    for name in OURS:
        if name in parameters and name not in named:
            named[name] = call if name == "call" else getattr(call, name)
    if whole and parameters[whole].kind is not KINDS.POSITIONAL_ONLY:
        return [], {whole: specification, **named}
    return ([specification] if whole else []), named


def misfits(target: Target, specification: JsonObject) -> list[tuple[str, str]]:
    """(key, sentence) for every key that the function does not take, and every parameter that nothing fills."""
    parameters = parameters_of(target)
    if _whole(parameters):
        return []
    free = {name for name, each in parameters.items() if each.kind not in VARIADIC}
    takes_any = any(each.kind is KINDS.VAR_KEYWORD for each in parameters.values())
    unknown = [] if takes_any else [key for key in specification if key not in free]
    unfilled = [
        name
        for name in parameters
        if name in free and parameters[name].default is KINDS.empty and name not in specification and name not in OURS
    ]
    known = ", ".join(sorted(free - {"call"})) or "none"
    return [(key, f"The function has no parameter {key}. It has: {known}.") for key in unknown] + [
        (name, f"The function needs {name}, and the specification does not say it.") for name in unfilled
    ]


def _whole(parameters: Mapping[str, inspect.Parameter]) -> str | None:
    """The parameter that takes the whole specification, if one does."""
    for name, each in parameters.items():
        if each.kind is KINDS.POSITIONAL_ONLY or (name in WHOLE and each.kind not in VARIADIC):
            return name
    return None
