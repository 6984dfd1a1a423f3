"""A state is kept as safetensors: what goes in comes out, and nothing that is torn or strange does."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.learning.running import State
from analysis.learning.states import DTYPES, read_state, state_bytes
from experiments.types import JsonObject


@pytest.mark.parametrize("name", sorted(DTYPES))
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
def test_every_type_and_shape_comes_back_as_it_was(name: str, shape: tuple[int, ...]) -> None:
    array = np.arange(int(np.prod(shape))).reshape(shape).astype(DTYPES[name])

    back = read_state(state_bytes(State({"w": array}))).arrays["w"]

    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert back.tobytes() == array.tobytes()


def test_what_comes_back_can_be_written_to() -> None:
    back = read_state(state_bytes(State({"w": np.zeros(2)}))).arrays["w"]

    back[0] = 1.0

    assert back[0] == 1.0


def test_plain_values_come_back_with_the_chance_of_a_generator() -> None:
    rng = np.random.default_rng(18)
    values: JsonObject = {"rng": rng.bit_generator.state, "history": [0.1, None, "nan"]}

    back = read_state(state_bytes(State({}, values))).values

    assert back == values


def test_one_state_is_one_sequence_of_bytes_whatever_the_order() -> None:
    a, b = np.ones(3), np.zeros(2, dtype="f4")

    assert state_bytes(State({"a": a, "b": b}, {"x": 1, "y": 2})) == state_bytes(
        State({"b": b, "a": a}, {"y": 2, "x": 1})
    )


def test_other_orders_of_bytes_and_of_axes_are_straightened() -> None:
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3).astype(">f8"))

    back = read_state(state_bytes(State({"w": array}))).arrays["w"]

    assert (back == array).all()


def test_the_file_is_described_as_the_format_asks() -> None:
    content = state_bytes(State({"bias": np.zeros(1, dtype="f4"), "weight": np.ones((2, 2))}))

    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    assert (8 + size) % 8 == 0
    assert header["weight"] == {"dtype": "F64", "shape": [2, 2], "data_offsets": [0, 32]}
    assert header["bias"] == {"dtype": "F32", "shape": [1], "data_offsets": [32, 36]}
    assert set(header["__metadata__"]) == {"format", "values"}


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([object()]), np.zeros(1, dtype="c16")])
def test_texts_objects_and_strange_numbers_are_refused_by_name(array: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match="The array “w” of"):
        state_bytes(State({"w": array}))


@pytest.mark.parametrize("cut", [0, 4, 8, 40, -1])
def test_a_torn_file_is_no_state(cut: int) -> None:
    content = state_bytes(State({"w": np.ones(8)}))

    with pytest.raises(ValueError, match="safetensors"):
        read_state(content[:cut])


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F64", "shape": [9], "data_offsets": [0, 64]},
        {"dtype": "F64", "shape": [8], "data_offsets": [0, 6400]},
        {"dtype": "F64", "shape": [-8], "data_offsets": [0, 64]},
        {"dtype": "O", "shape": [8], "data_offsets": [0, 64]},
        {"dtype": "F64"},
        [],
    ],
)
def test_a_header_that_lies_is_refused(entry: object) -> None:
    header = json.dumps({"w": entry}).encode()
    content = len(header).to_bytes(8, "little") + header + bytes(64)

    with pytest.raises(ValueError, match="not described as the format asks"):
        read_state(content)


def _file(header: dict[str, Any], body: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


@pytest.mark.parametrize(
    "header",
    [
        {"__metadata__": {"values": 5}},
        {"w": {"dtype": "U8", "shape": [True], "data_offsets": [0, 1]}},
        {"w": {"dtype": "F64", "shape": [0, 10**30], "data_offsets": [0, 0]}},
    ],
)
def test_a_header_that_lies_about_kinds_is_refused_in_a_sentence(header: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"safetensors|dimension"):
        read_state(_file(header, b"x"))


def test_arrays_that_claim_the_same_bytes_are_refused_before_any_is_made() -> None:
    size, entry = 1_000_000, {"dtype": "U8", "shape": [1_000_000], "data_offsets": [0, 1_000_000]}
    content = _file({f"w{number}": entry for number in range(100)}, bytes(size))

    tracemalloc.start()
    with pytest.raises(ValueError, match="longer or shorter"):
        read_state(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 10 * size
