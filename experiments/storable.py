"""What PostgreSQL can keep of what people and programs send."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

from experiments.types import Json

NUL = chr(0)


def storable(value: Json) -> Json:
    """The value without NUL characters, which PostgreSQL has no place for; nobody types them on purpose.

    >>> storable({"a": ["b" + chr(0)]})
    {'a': ['b']}
    """
    if isinstance(value, str):
        return value.replace(NUL, "")
    if isinstance(value, Mapping):
        return {key.replace(NUL, ""): storable(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [storable(inner) for inner in value]
    return value


def parse_json(body: bytes) -> Json:
    """Strict JSON, storable. ValueError with a sentence otherwise: NaN and Infinity too, which JSON does not know."""
    try:
        return storable(cast(Json, json.loads(body, parse_constant=_refuse)))
    except RecursionError as error:
        raise ValueError("The JSON is nested too deeply.") from error


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is not a JSON value.")
