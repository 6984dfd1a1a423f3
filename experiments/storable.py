"""What PostgreSQL can keep of what people and programs send."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from experiments.types import Json

NUL = chr(0)
UNSTORABLE = re.compile(f"[{NUL}\ud800-\udfff]")
LARGEST = 10**300


def is_storable_number(number: float) -> bool:
    """Whether a column of ours has room for it; NaN and infinities have none."""
    return -LARGEST < number < LARGEST


def finite_or_text(value: float) -> float | str:
    """JSON knows neither NaN nor infinities: they are kept as texts.

    >>> finite_or_text(float("nan")), finite_or_text(0.5)
    ('nan', 0.5)
    """
    value = float(value)
    return value if math.isfinite(value) else str(value)


def storable(value: Json) -> Json:
    """The value without NUL and half characters, which PostgreSQL has no place for; nobody types them on purpose.

    >>> storable({"a": ["b" + chr(0)]})
    {'a': ['b']}
    """
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, Mapping):
        return {UNSTORABLE.sub("", key): storable(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [storable(inner) for inner in value]
    return value


def refuse_constant(name: str) -> object:
    """ValueError: JSON knows neither NaN nor Infinity."""
    raise ValueError(f"{name} is not a JSON value.")


def parse_json(body: bytes | str, *, constant: Callable[[str], object] = refuse_constant) -> Json:
    """Strict JSON, storable. ValueError with a sentence otherwise. constant: what becomes of NaN and Infinity."""
    try:
        return storable(cast(Json, json.loads(body, parse_constant=constant, parse_float=_finite)))
    except RecursionError as error:
        raise ValueError("The JSON is nested too deeply.") from error


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is beyond every number that can be kept.")
    return number
