"""Nested states of torch as arrays and plain JSON, and back, exactly.

A tensor becomes an array under a name, and `{"$array": name}` stands in its place. Keys of a mapping may be whole
numbers (torch's optimisers use them), so a mapping with such keys is written as pairs. No pickle is involved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import torch

from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from numpy.typing import NDArray

Arrays = dict[str, "NDArray[np.generic]"]
_BRAIN_FLOAT = "bfloat16"


def pack(tree: object, arrays: Arrays, prefix: str) -> Json:
    """The tree as JSON; its tensors are put into `arrays` under names that begin with the prefix.

    TypeError for anything but mappings, sequences, tensors, numpy numbers and plain values: it could not be read back.
    """
    if isinstance(tree, torch.Tensor):
        return _pack_tensor(tree, arrays, prefix)
    if isinstance(tree, Mapping):
        return _pack_mapping(tree, arrays, prefix)
    if isinstance(tree, list | tuple):
        parts = [pack(part, arrays, f"{prefix}.{place}") for place, part in enumerate(tree)]
        return {"$tuple": parts} if isinstance(tree, tuple) else parts
    if isinstance(tree, np.generic):
        return _plain(tree.item(), prefix)
    return _plain(tree, prefix)


def unpack(written: Json, arrays: Mapping[str, NDArray[np.generic]]) -> object:
    """What `pack` was given, with every tensor on the CPU."""
    if isinstance(written, Mapping):
        return _unpack_mapping(written, arrays)
    if isinstance(written, list):
        return [unpack(part, arrays) for part in written]
    return written


def _pack_tensor(tensor: torch.Tensor, arrays: Arrays, name: str) -> JsonObject:
    kept = tensor.detach().cpu().contiguous()
    if kept.dtype == torch.bfloat16:  # numpy has no such type: its bits are kept
        arrays[name] = kept.view(torch.int16).numpy().copy()
        return {"$array": name, "type": _BRAIN_FLOAT}
    arrays[name] = kept.numpy().copy()
    return {"$array": name}


def _pack_mapping(tree: Mapping[object, object], arrays: Arrays, prefix: str) -> JsonObject:
    packed = [(key, pack(part, arrays, f"{prefix}.{key}")) for key, part in tree.items()]
    if all(isinstance(key, str) and not key.startswith("$") for key in tree):
        return {str(key): part for key, part in packed}
    return {"$pairs": [[_plain(key, prefix), part] for key, part in packed]}


def _plain(value: object, where: str) -> Json:
    if isinstance(value, float) and not math.isfinite(value):  # JSON has no such number
        return {"$float": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"A state may hold numbers, texts and tensors; {where} is a {type(value).__name__}.")


def _unpack_mapping(written: JsonObject, arrays: Mapping[str, NDArray[np.generic]]) -> object:
    if "$array" in written:
        return _unpack_tensor(written, arrays)
    if "$float" in written:
        return float(str(written["$float"]))
    if "$tuple" in written:
        return tuple(unpack(part, arrays) for part in _parts(written["$tuple"]))
    if "$pairs" in written:
        return {_parts(pair)[0]: unpack(_parts(pair)[1], arrays) for pair in _parts(written["$pairs"])}
    return {key: unpack(part, arrays) for key, part in written.items()}


def _unpack_tensor(written: JsonObject, arrays: Mapping[str, NDArray[np.generic]]) -> torch.Tensor:
    tensor = torch.from_numpy(np.array(arrays[str(written["$array"])]))
    return tensor.view(torch.bfloat16) if written.get("type") == _BRAIN_FLOAT else tensor


def _parts(written: Json) -> list[Json]:
    if not isinstance(written, list):
        raise ValueError(f"A state's list was expected, not {written!r}.")
    return written
