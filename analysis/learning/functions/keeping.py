"""The state of an object, attribute by attribute, as arrays and JSON: what a checkpoint keeps instead of a pickle.

Plain values, arrays, and sources of chance (`random.Random`, numpy's Generator and RandomState) are kept as they are;
tuples, sets and dictionaries with other keys than texts keep their type. Anything else needs a `state` of its own.
"""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.learning.functions.plain import DEEPEST, FLOAT, NotPlain
from analysis.learning.running import State
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KIND = "$kind"


def kept(attributes: Mapping[str, object]) -> State:
    """All attributes as one state. NotPlain names the first that cannot be kept."""
    keeping = _Keeping()
    values = {name: keeping.of(value, name, 0) for name, value in attributes.items()}
    return State(arrays=keeping.arrays, values=values)


def given_back(state: State) -> dict[str, Any]:
    """The attributes as they were; arrays are copies, to be written to."""
    return {name: _back(value, state.arrays) for name, value in state.values.items()}


class _Keeping:
    def __init__(self) -> None:
        self.arrays: dict[str, NDArray[np.generic]] = {}

    def of(self, value: object, path: str, depth: int) -> Json:
        if value is None or type(value) in (bool, int, str):
            return value  # type: ignore[return-value]  # the line above says so, exactly: no subclass
        if depth > DEEPEST:
            raise NotPlain(f"{path}: lists within lists without end. Does it contain itself?")
        if type(value) is float:
            return value if math.isfinite(value) else {FLOAT: str(value)}
        return self._collection(value, path, depth + 1)

    def _collection(self, value: object, path: str, depth: int) -> Json:
        if type(value) is dict:
            pairs = [[self.of(k, f"{path} key", depth), self.of(v, f"{path}.{k}", depth)] for k, v in value.items()]
            return {KIND: "dict", "of": pairs}
        if type(value) in SEQUENCES:
            entries = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
            written = [self.of(each, f"{path}[{i}]", depth) for i, each in enumerate(entries)]  # type: ignore[arg-type, var-annotated]  # SEQUENCES are iterable
            if type(value) is list:
                return written
            made: dict[str, Json] = {KIND: type(value).__name__, "of": written}
            return made | ({"longest": value.maxlen} if isinstance(value, deque) else {})
        return self._chance_or_array(value, path, depth)

    def _chance_or_array(self, value: object, path: str, depth: int) -> Json:
        if isinstance(value, random.Random):
            return {KIND: "Random", "of": self.of(value.getstate(), path, depth)}
        import numpy as np

        if isinstance(value, np.random.Generator):
            return {KIND: "Generator", "of": self.of(dict(value.bit_generator.state), path, depth)}
        if isinstance(value, np.random.RandomState):
            return {KIND: "RandomState", "of": self.of(dict(value.get_state(legacy=False)), path, depth)}
        if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biufcUSM":
            self.arrays[path] = np.array(value)
            return {KIND: "array" if isinstance(value, np.ndarray) else "scalar", "of": path}
        raise NotPlain(
            f"self.{path} is of type {type(value).__name__}, which a checkpoint cannot keep by itself. Write methods "
            "state() and restore(state) for it, or set it anew in a method prepare()."
        )


SEQUENCES: Mapping[type, Callable[[Sequence[Any]], object]] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    deque: deque,
}
_BY_NAME = {kind.__name__: kind for kind in SEQUENCES}


def _back(value: Json, arrays: Mapping[str, NDArray[np.generic]]) -> Any:
    if isinstance(value, Mapping):
        if FLOAT in value:
            return float(str(value[FLOAT]))
        return _made(str(value[KIND]), value, arrays)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_back(each, arrays) for each in value]
    return value


def _made(kind: str, value: JsonObject, arrays: Mapping[str, NDArray[np.generic]]) -> Any:
    of = value["of"]
    if kind == "array":
        return arrays[str(of)].copy()
    if kind == "scalar":
        return arrays[str(of)][()]
    entries = _back(of, arrays)
    if kind == "dict":
        return {_hashable(key): each for key, each in entries}
    if kind in _BY_NAME:
        longest = value.get("longest")
        return deque(entries, longest) if isinstance(longest, int) else _BY_NAME[kind](entries)
    return _chance(kind, entries)


def _chance(kind: str, state: Any) -> object:
    if kind == "Random":
        again = random.Random()  # noqa: S311 (whatever the experiment used)
        again.setstate(state)
        return again
    import numpy as np

    if kind == "Generator":
        bits = getattr(np.random, str(state["bit_generator"]))()
        bits.state = state
        return np.random.Generator(bits)
    assert kind == "RandomState", kind  # noqa: S101 (every kind that is written is read above)
    again_old = np.random.RandomState()
    again_old.set_state(state)
    return again_old


def _hashable(key: Any) -> Any:
    return tuple(key) if isinstance(key, list) else key
