"""Conditions as data: which steps are shown, who is screened out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from experiments.types import Json, JsonObject
from participants.flow.references import UnknownReference, look_up

_MISSING = object()

Comparison = Callable[[object, Json], bool]


def _ordered(compare: Callable[[float, float], bool]) -> Comparison:
    def check(value: object, bound: Json) -> bool:
        left, right = _number(value), _number(bound)
        return left is not None and right is not None and compare(left, right)

    return check


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _equal(value: object, wanted: Json) -> bool:
    if isinstance(wanted, bool) or isinstance(value, bool):
        return value is wanted
    return value == wanted or str(value) == str(wanted)


def _among(value: object, wanted: Json) -> bool:
    return isinstance(wanted, Sequence) and any(_equal(value, each) for each in wanted)


OPERATORS: Mapping[str, Comparison] = {
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
    "in": _among,
    "not": lambda value, wanted: not _matches(value, wanted),
    "exists": lambda value, wanted: (value is not _MISSING and value is not None) is bool(wanted),
}


def holds(condition: JsonObject | None, context: JsonObject) -> bool:
    """Whether the condition is true here; no condition always is. A path that leads nowhere equals nothing.

    >>> here = {"arm": {"explanation": "none"}, "answers": {"age": 17}}
    >>> holds({"answers.age": {"<": 18}, "arm.explanation": ["none", "random"]}, here)
    True
    >>> holds({"any": [{"arm.explanation": "random"}, {"not": {"answers.age": 17}}]}, here)
    False
    """
    return all(_holds(key, wanted, context) for key, wanted in (condition or {}).items())


def _holds(key: str, wanted: Json, context: JsonObject) -> bool:
    if key in ("all", "any") and isinstance(wanted, Sequence):
        combine = all if key == "all" else any
        return combine(holds(cast(JsonObject, each), context) for each in wanted)
    if key == "not" and isinstance(wanted, Mapping):
        return not holds(wanted, context)
    return _matches(_value_at(key, context), wanted)


def _value_at(path: str, context: JsonObject) -> object:
    try:
        return look_up(path, context)
    except UnknownReference:
        return _MISSING


def _matches(value: object, wanted: Json) -> bool:
    if isinstance(wanted, Mapping):
        return all(OPERATORS[name](value, bound) for name, bound in wanted.items())
    if value is _MISSING:
        return False
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return _among(value, wanted)
    return _equal(value, wanted)


def unknown_operators(condition: Json) -> tuple[str, ...]:
    """What a condition uses that does not exist, for a check before anybody depends on it.

    >>> unknown_operators({"any": [{"answers.age": {"=<": 18}}, "answers.age"]})
    ('=<', 'answers.age')
    """
    if condition is None:
        return ()
    if not isinstance(condition, Mapping):
        return (str(condition),)
    found: list[str] = []
    for key, wanted in condition.items():
        if key in ("all", "any"):
            entries = wanted if isinstance(wanted, Sequence) and not isinstance(wanted, str) else [wanted]
            found += [name for each in entries for name in unknown_operators(each)]
            found += [f"{key} without a list"] if entries is not wanted else []
        elif key == "not" and isinstance(wanted, Mapping):
            found += unknown_operators(wanted)
        elif isinstance(wanted, Mapping):
            found += [name for name in wanted if name not in OPERATORS]
    return tuple(found)
