"""Computations of many steps that go on from their last checkpoint, wherever they were killed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from analysis.learning.functions.keeping import given_back, kept
from analysis.learning.running import State

if TYPE_CHECKING:
    from analysis.learning.functions.call import Call
    from experiments.types import JsonObject


class Checkpointed(ABC):
    """Subclass it: `initialise` once, then `step` until it says that it is done.

    After each `steps_before_checkpoint` steps the object's attributes are kept, and a run that was killed goes on from
    them: `initialise` is not called again then. Attributes are kept without pickles: plain values, collections, arrays
    and sources of chance; for others write `state` and `restore`, or set them in `prepare`, which is called before the
    first step of every attempt. `self.specification` and `self.call` are there before any of these and are not kept.
    """

    steps_before_checkpoint: ClassVar[int] = 1
    specification: JsonObject
    call: Call

    @abstractmethod
    def initialise(self, specification: JsonObject) -> None:
        """Set the attributes that the first step needs."""

    @abstractmethod
    def step(self) -> object:
        """None or Progress(done, of): go on. Output(...): a result on the way. A dictionary or Done(value): the end."""

    def prepare(self) -> None:  # noqa: B027 (most need none)
        """Set what no checkpoint keeps: open files, loaded data."""

    def state(self) -> State:
        """What a checkpoint keeps. NotPlain if an attribute is of a kind that needs a method of its own."""
        unkept = self.unkept
        return kept({name: value for name, value in vars(self).items() if name not in unkept})

    def restore(self, state: State) -> None:
        """Take back what `state` gave."""
        vars(self).update(given_back(state))

    @property
    def unkept(self) -> frozenset[str]:
        """Attributes that are never kept. Add those of `prepare`: `super().unkept | {"loaded"}`."""
        return frozenset({"specification", "call"})


def together(parts: Mapping[str, State]) -> State:
    """Several states as one; `parted` takes it apart."""
    arrays = {f"{part}/{name}": array for part, state in parts.items() for name, array in state.arrays.items()}
    return State(arrays=arrays, values={part: state.values for part, state in parts.items()})


def parted(state: State) -> Mapping[str, State]:
    """The states by their parts' names."""
    apart: dict[str, dict[str, Any]] = {part: {} for part in state.values}
    for name, array in state.arrays.items():
        part, _, rest = name.partition("/")
        apart[part][rest] = array
    return {part: State(arrays=apart[part], values=_values(state, part)) for part in state.values}


def _values(state: State, part: str) -> JsonObject:
    values = state.values[part]
    assert isinstance(values, Mapping)  # noqa: S101 (what `together` wrote)
    return values
