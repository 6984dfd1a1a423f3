"""One spelling of a JSON value, and its SHA-256: how a setting, a run, code and data are recognised again.

Two runs are the same if they have the same digest. It is the same on every machine, in every process, and before and
after PostgreSQL has kept the value. Unlike `experiments.definition.canonical_json`, 1 and 1.0 differ: to an estimator
``max_features: 1`` is one feature and ``1.0`` is all of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from experiments.problems import Path, path_text
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from analysis.learning.running import Fold

WITH_EXPONENT = 1e16
SCALARS = frozenset({str, int, bool, type(None)})
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Json) -> str:
    """The one spelling: keys sorted by code point, no spaces, the shortest digits that read back to the same number.

    A number of 1e16 or more is whole anyway and is written without a point, as PostgreSQL gives it back; so is -0.0
    written as 0.0. ValueError with the path for NaN, infinities, keys that are no texts, and what is not JSON.

    >>> canonical({"rate": 1e-3, "hidden": (32, 1.0), "big": 1e23})
    '{"big":100000000000000000000000,"hidden":[32,1.0],"rate":0.001}'
    """
    try:
        settled = _plain(value)
    except _Odd:
        settled = _settled(value, ())  # more kinds, and a place for what is none of them
    return _ENCODER.encode(settled)


def digest_of(value: Json) -> str:
    """64 hexadecimal digits: the SHA-256 of the canonical JSON in UTF-8.

    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    >>> digest_of({"a": 1}) == digest_of({"a": 1.0})
    False
    """
    return sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class RunKey:
    """Everything that a run's result depends on.

    seed: of this run. epochs: in total; None where the procedure knows no epochs. identity: hashes of code and data,
    as `Procedure.identity` gives them.
    """

    procedure: str
    setting: JsonObject
    seed: int
    fold: Fold | None = None
    epochs: int | None = None
    identity: JsonObject = field(default_factory=dict)

    def digest(self) -> str:
        """What makes two runs the same one."""
        return digest_of({**self._without_identity(), "identity": self.identity})

    def question(self) -> str:
        """The digest without code and data: two answers to one question, from other code or other data."""
        return digest_of(self._without_identity())

    def _without_identity(self) -> dict[str, Json]:
        fold = {"outer": self.fold.outer, "inner": self.fold.inner} if self.fold else {"outer": None, "inner": None}
        named: dict[str, Json] = {"procedure": self.procedure, "setting": self.setting, "fold": fold}
        return {**named, "seed": self.seed} | ({} if self.epochs is None else {"epochs": self.epochs})


class _Odd(Exception):
    """Not one of the types that JSON is read as."""


def _plain(value: Any) -> Json:
    """`_settled` for what was read from JSON or YAML, which is nearly everything: several times faster."""
    kind = type(value)
    if kind in SCALARS:
        scalar: str | int | None = value
        return scalar
    if kind is dict:
        for key in value:
            if type(key) is not str:
                raise _Odd
        return {key: _plain(inner) for key, inner in value.items()}
    if kind is list or kind is tuple:
        return [_plain(inner) for inner in value]
    if kind is float and -WITH_EXPONENT < value < WITH_EXPONENT:
        settled: float = value + 0.0
        return settled
    raise _Odd


def _settled(value: object, path: Path) -> Json:
    if value is None or type(value) is int or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return _number(value, path)
    if isinstance(value, Mapping):
        return {_key(key, path): _settled(inner, (*path, str(key))) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [_settled(inner, (*path, index)) for index, inner in enumerate(value)]
    raise ValueError(f"{_place(path)} is a {type(value).__name__}; allowed are plain JSON values.")


def _number(value: float, path: Path) -> int | float:
    if not math.isfinite(value):
        raise ValueError(f"{_place(path)} is {value}; allowed are finite numbers.")
    if abs(value) >= WITH_EXPONENT:
        return int(Decimal(repr(float(value))))
    return value + 0.0  # -0.0 becomes 0.0


def _key(key: object, path: Path) -> str:
    if isinstance(key, str):
        return key
    raise ValueError(f"{_place(path)} has the key {key!r}; allowed are texts.")


def _place(path: Path) -> str:
    return path_text(path) if path else "value"
