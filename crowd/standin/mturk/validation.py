"""Input against botocore's own model of the service: what the client does not check, patterns above all."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel, Shape, StringShape, StructureShape

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.errors import Invalid, Unknown


@cache
def model() -> ServiceModel:
    """The service as botocore knows it."""
    return botocore.session.get_session().get_service_model("mturk")


def validate(operation: str, asked: Json) -> None:
    """Refused, in AWS's words, if it breaks a rule of the model."""
    if operation not in model().operation_names:
        raise Unknown(f"The requested operation {operation!r} is not known.")
    shape = model().operation_model(operation).input_shape
    if shape is not None:
        _check(shape, asked, "")


def _check(shape: Shape, value: Any, path: str) -> None:
    kinds: dict[str, tuple[type | tuple[type, ...], Callable[[Any, Any, str], None]]] = {
        "structure": (dict, _structure),
        "list": (list, _list),
        "string": (str, _string),
        "integer": (int, _number),
        "long": (int, _number),
        "boolean": (bool, _anything),
        "timestamp": ((int, float), _anything),
    }
    kind, check = kinds[shape.type_name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise Invalid(f"1 validation error detected: Value at '{path}' is not a {shape.type_name}")
    check(shape, value, path)


def _structure(shape: StructureShape, value: Json, path: str) -> None:
    for name in shape.required_members:
        if value.get(name) is None:
            raise _broken("null", _below(path, name), "Member must not be null")
    for name, member in value.items():
        if name in shape.members and member is not None:
            _check(shape.members[name], member, _below(path, name))


def _list(shape: Any, value: list[Any], path: str) -> None:
    for number, member in enumerate(value, start=1):
        _check(shape.member, member, f"{path}.{number}.member")


def _string(shape: StringShape, value: str, path: str) -> None:
    rules = shape.metadata
    if "pattern" in rules and not re.search(rules["pattern"], value):
        raise _broken(value, path, f"Member must satisfy regular expression pattern: {rules['pattern']}")
    if len(value) < rules.get("min", 0):
        raise _broken(value, path, f"Member must have length greater than or equal to {rules['min']}")
    if len(value) > rules.get("max", len(value)):
        raise _broken(value, path, f"Member must have length less than or equal to {rules['max']}")
    if shape.enum and value not in shape.enum:
        raise _broken(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")


def _number(shape: Shape, value: int, path: str) -> None:
    rules = shape.metadata
    if value < rules.get("min", value):
        raise _broken(value, path, f"Member must have value greater than or equal to {rules['min']}")
    if value > rules.get("max", value):
        raise _broken(value, path, f"Member must have value less than or equal to {rules['max']}")


def _anything(shape: Shape, value: object, path: str) -> None:
    """Its type was all."""


def _broken(value: object, path: str, rule: str) -> Invalid:
    shown = "null" if value == "null" else f"'{value}'"
    return Invalid(f"1 validation error detected: Value {shown} at '{path}' failed to satisfy constraint: {rule}")


def _below(path: str, name: str) -> str:
    return f"{path}.{name[0].lower()}{name[1:]}" if path else f"{name[0].lower()}{name[1:]}"
