"""What a function returned, as plain JSON that loses nothing: numbers of numpy, arrays, dates, endless numbers.

JSON knows neither arrays nor NaN, and a pickle would run code when it is read. So an array of more than
`LARGEST` entries lies beside the result in an npz file and the result refers to it, and a number that is not finite is
written as an object. `restored` puts both back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING
from uuid import UUID

from experiments.types import Json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST = 1_000  # entries of an array that are written as a list
PLACES_SHOWN = 4
DEEPEST = 60  # lists in lists; a structure that contains itself has no end
FLOAT, ARRAY = "$float", "$array"


class NotPlain(ValueError):
    """A result that cannot be kept. The text names the place and says what to do."""


class Plain:
    """One result on its way to JSON. `arrays` has the large ones, by the path at which they stood."""

    def __init__(self, *, largest: int = LARGEST) -> None:
        self.arrays: dict[str, NDArray[np.generic]] = {}
        self._largest = largest

    def of(self, value: object, path: str = "result", depth: int = 0) -> Json:
        """The value as JSON. NotPlain names the path of what cannot be written."""
        if value is None or isinstance(value, bool | str) or type(value) is int:
            return value
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else {FLOAT: str(float(value))}
        if depth > DEEPEST:
            raise NotPlain(f"{_beginning(path)}: lists within lists without end. Does it contain itself?")
        return self._compound(value, path, depth + 1)

    def _compound(self, value: object, path: str, depth: int) -> Json:
        if isinstance(value, Mapping):
            return {self._key(key, path): self.of(each, f"{path}.{key}", depth) for key, each in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.of(each, f"{path}[{i}]", depth) for i, each in enumerate(_in_order(value))]
        if is_dataclass(value) and not isinstance(value, type):
            return {one.name: self.of(getattr(value, one.name), f"{path}.{one.name}", depth) for one in fields(value)}
        if hasattr(value, "__array__") and hasattr(value, "dtype"):
            return self._array(value, path, depth)
        return self._scalar(value, path, depth)

    def _scalar(self, value: object, path: str, depth: int) -> Json:
        if isinstance(value, Enum):
            return self.of(value.value, path, depth)
        if isinstance(value, datetime | date | time):
            return value.isoformat()
        if isinstance(value, timedelta):
            return value.total_seconds()
        if isinstance(value, Decimal | UUID | PurePath):
            return str(value)
        if isinstance(value, int):
            return int(value)
        raise NotPlain(
            f"{path} is {_a(value)}, which is not plain JSON. Return numbers, texts, lists, dictionaries or arrays; "
            "keep anything else as a file: call.keep(name, content)."
        )

    def _array(self, value: object, path: str, depth: int) -> Json:
        import numpy as np

        array = np.asarray(value)
        if array.dtype.kind not in "biufUSM":
            raise NotPlain(
                f"{path} is an array of {array.dtype}: only numbers, truth values, texts and times are kept."
            )
        if array.dtype.kind in "SM":
            array = array.astype(str)
        if array.size <= self._largest:
            return self.of(array.tolist(), path, depth)
        self.arrays[path] = array.copy()  # it may change after this moment
        return {ARRAY: path, "shape": list(array.shape), "dtype": str(array.dtype)}

    @staticmethod
    def _key(key: object, path: str) -> str:
        if isinstance(key, str):
            return key
        if isinstance(key, bool | int | float) or hasattr(key, "item"):
            return str(key)
        raise NotPlain(f"{path}: the key {key!r} is {_a(key)}; keys are texts or numbers.")


def restored(value: Json, arrays: Mapping[str, NDArray[np.generic]] | None = None) -> object:
    """What `Plain` wrote, with endless numbers and, where given, arrays in their places again."""
    if isinstance(value, Mapping):
        if set(value) == {FLOAT}:
            return float(str(value[FLOAT]))
        if ARRAY in value and arrays is not None and str(value[ARRAY]) in arrays:
            return arrays[str(value[ARRAY])]
        return {key: restored(each, arrays) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [restored(each, arrays) for each in value]
    return value


def _in_order(values: Sequence[object] | set[object] | frozenset[object]) -> Sequence[object]:
    """Sets have no order of their own; a result must be the same each time."""
    return sorted(values, key=repr) if isinstance(values, set | frozenset) else values


def _beginning(path: str) -> str:
    """The first few places: what contains itself has the same ones again and again."""
    parts = re.findall(r"[^.\[]+|\[\d+\]", path)[:PLACES_SHOWN]
    return "".join(part if part.startswith("[") or not n else f".{part}" for n, part in enumerate(parts)) + " …"


def _a(value: object) -> str:
    name = type(value).__name__
    return f"an {name}" if name[0].lower() in "aeiou" else f"a {name}"
