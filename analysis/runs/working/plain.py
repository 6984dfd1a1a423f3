"""What procedures return and report, as JSON that PostgreSQL can keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from experiments.problems import Path, path_text
from experiments.storable import finite_or_text, storable
from experiments.types import Json, JsonObject

MOST: Final = 10**4_000
"""Python writes no whole number that is much longer."""


def plain(value: object, path: Path = ()) -> Json:
    """Numbers of numpy become Python's, tuples lists, NaN and infinities texts. ValueError with the path otherwise.

    >>> plain({"f1": float("nan"), "n": (1, 2)})
    {'f1': 'nan', 'n': [1, 2]}
    """
    return storable(_plain(value, path))


def plain_object(value: object) -> JsonObject:
    """The same for a result, which must be an object."""
    found = plain(value)
    if not isinstance(found, Mapping):
        raise ValueError(f"A result must be an object with names, not {type(value).__name__}.")
    return found


def _plain(value: Any, path: Path) -> Json:
    if isinstance(value, int) and not -MOST < value < MOST:
        raise ValueError(f"{path_text(path) or 'The result'} is a whole number of more than 4,000 digits.")
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, float):
        return finite_or_text(value)
    if isinstance(value, Mapping):
        return {_name(key, path): _plain(inner, (*path, str(key))) for key, inner in value.items()}
    if hasattr(value, "tolist"):  # arrays and numbers of numpy and torch
        return _plain(value.tolist(), path)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [_plain(inner, (*path, index)) for index, inner in enumerate(value)]
    raise ValueError(f"{path_text(path) or 'The result'} is a {type(value).__name__}; allowed are plain JSON values.")


def _name(key: object, path: Path) -> str:
    if isinstance(key, str):
        return key
    raise ValueError(f"{path_text(path) or 'The result'} has the key {key!r}; allowed are texts.")
