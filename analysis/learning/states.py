"""A state as a file: the safetensors format, which any tool of that name reads. No code comes out of such a file.

The format (version 0.x of safetensors, 2022): 8 bytes, little-endian: the length of the header; the header, a JSON
object, {name: {dtype, shape, data_offsets}} and `__metadata__` with texts; then the arrays, in C order, little-endian,
without gaps. Ours orders arrays by the width of their numbers and then by name, so that one state is one sequence of
bytes, and keeps the plain values as JSON in `__metadata__`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, BinaryIO, Final, cast

import numpy as np
from numpy.typing import NDArray

from analysis.learning.running import State
from experiments.types import JsonObject

DTYPES: Final = {
    "BOOL": np.dtype("?"),
    "I8": np.dtype("i1"),
    "U8": np.dtype("u1"),
    "I16": np.dtype("<i2"),
    "U16": np.dtype("<u2"),
    "F16": np.dtype("<f2"),
    "I32": np.dtype("<i4"),
    "U32": np.dtype("<u4"),
    "F32": np.dtype("<f4"),
    "I64": np.dtype("<i8"),
    "U64": np.dtype("<u8"),
    "F64": np.dtype("<f8"),
    "C64": np.dtype("<c8"),
}
NAMES: Final = {dtype: name for name, dtype in DTYPES.items()}
LONGEST_HEADER: Final = 100_000_000
METADATA: Final = "__metadata__"


def write_state(file: BinaryIO, state: State) -> None:
    """ValueError if an array holds texts, objects or other than plain numbers."""
    arrays = _ordered(state.arrays)
    header = json.dumps(_header(arrays, state.values), separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    file.write(len(header).to_bytes(8, "little") + header)
    for array in arrays.values():
        file.write(array.reshape(-1).view(np.uint8).data)


def state_bytes(state: State) -> bytes:
    """The same in memory.

    >>> read_state(state_bytes(State({"w": np.ones(2)}, {"epoch": 3}))).values
    {'epoch': 3}
    """
    file = BytesIO()
    write_state(file, state)
    return file.getvalue()


def read_state(content: bytes) -> State:
    """ValueError with a sentence if this is no such file, or not all of it. Values are {} in a file of other tools."""
    size = int.from_bytes(content[:8], "little")
    if len(content) < 8 or not 2 <= size <= min(LONGEST_HEADER, len(content) - 8):
        raise ValueError(f"This is no safetensors file: its header would be {size} bytes long.")
    header = _object(content[8 : 8 + size], "header")
    metadata = header.pop(METADATA, {})
    body = memoryview(content)[8 + size :]
    views = {name: _array(name, entry, body) for name, entry in header.items()}
    if sum(array.nbytes for array in views.values()) != len(body):  # before any is copied: two may claim the same bytes
        raise ValueError("This safetensors file is longer or shorter than its header says.")
    arrays = {name: array.copy() for name, array in views.items()}
    text = metadata.get("values", "{}") if isinstance(metadata, dict) else "{}"
    return State(arrays, cast(JsonObject, _object(text, "values")))


def _ordered(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    plain = {name: _plain(name, array) for name, array in arrays.items()}
    return dict(sorted(plain.items(), key=lambda item: (-item[1].itemsize, item[0])))


def _plain(name: str, array: NDArray[Any]) -> NDArray[Any]:
    """As it lies in the file: little-endian, C order."""
    array = np.asarray(array)
    little = array.dtype.newbyteorder("<")
    if name == METADATA or little not in NAMES:
        raise ValueError(f"The array “{name}” of {array.dtype} cannot be kept; kept are {', '.join(sorted(DTYPES))}.")
    return array.astype(little, order="C", copy=False) if array.flags.c_contiguous else array.astype(little, order="C")


def _header(arrays: Mapping[str, NDArray[Any]], values: JsonObject) -> dict[str, object]:
    return {METADATA: {"format": "machina-1", "values": json.dumps(values, sort_keys=True)}, **dict(_entries(arrays))}


def _entries(arrays: Mapping[str, NDArray[Any]]) -> Iterator[tuple[str, dict[str, object]]]:
    start = 0
    for name, array in arrays.items():
        end = start + array.nbytes
        yield name, {"dtype": NAMES[array.dtype], "shape": list(array.shape), "data_offsets": [start, end]}
        start = end


def _object(text: bytes | str, what: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"The {what} of this safetensors file cannot be read: {error}.") from error
    if not isinstance(value, dict):
        raise ValueError(f"The {what} of this safetensors file must be an object.")
    return value


def _array(name: str, entry: object, body: memoryview) -> NDArray[Any]:
    """As it lies in the body."""
    match entry:
        case {"dtype": str(kind), "shape": [*shape], "data_offsets": [int(start), int(end)]} if (
            kind in DTYPES and 0 <= start <= end <= len(body) and all(type(n) is int and n >= 0 for n in shape)
        ):
            dtype = DTYPES[kind]
            if int(np.prod(shape, dtype=object)) * dtype.itemsize == end - start:
                return np.frombuffer(body[start:end], dtype=dtype).reshape(shape)
    raise ValueError(f"The array “{name}” of this safetensors file is not described as the format asks.")
