"""What a function may say on its way: how far it is, an output for a specification of its own, or that it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.learning.functions.plain import Plain
from analysis.learning.running import State
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Progress:
    """So many steps are done, of so many (0: nobody knows). The computation goes on."""

    done: int
    of: int = 0


@dataclass(frozen=True, slots=True)
class Output:
    """One result of a long series, for a specification of its own: {**specification, "iterations": 200}.

    is_last: nothing follows. done, of: as in `Progress`.
    """

    specification: Mapping[str, Json]
    value: object
    done: int = 0
    of: int = 0
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The end, with this value. Needed only where the value is no dictionary."""

    value: object


class Outcome:
    """What a run came to: its value, and the outputs on the way, all as plain JSON; large arrays beside them."""

    def __init__(self) -> None:
        self.value: Json = None
        self.outputs: list[JsonObject] = []
        self._plain = Plain()

    @property
    def arrays(self) -> Mapping[str, NDArray[np.generic]]:
        """The large arrays of value and outputs, by their path."""
        return self._plain.arrays

    def ends_with(self, value: object) -> Outcome:
        """The end. NotPlain if JSON cannot say it."""
        self.value = self._plain.of(value)
        return self

    def add(self, output: Output) -> None:
        """One more output, as it is now: what changes later in the same array changes nothing here."""
        path = f"outputs[{len(self.outputs)}]"
        specification = self._plain.of(dict(output.specification), f"{path}.specification")
        self.outputs.append({"specification": specification, "value": self._plain.of(output.value, f"{path}.value")})

    def state(self) -> State:
        """The outputs so far, for a checkpoint."""
        return State(arrays=dict(self.arrays), values={"outputs": list(self.outputs)})

    def restore(self, state: State) -> None:
        """Take back what `state` gave."""
        self.outputs = list(state.values["outputs"])  # type: ignore[arg-type]  # what `state` wrote
        self._plain.arrays.update(state.arrays)

    def as_json(self) -> dict[str, Json]:
        """The result of a run."""
        return {"value": self.value} | ({"outputs": list(self.outputs)} if self.outputs else {})


class Misspoken(TypeError):
    """A step returned what means nothing. The text says what may be returned."""


Said = Progress | Output | Done | None


def understood(said: object) -> Said:
    """What a step returned: None and (done, of) go on, a dictionary or `Done` ends. Misspoken for anything else."""
    if said is None or isinstance(said, Progress | Output | Done):
        return said
    if isinstance(said, Mapping):
        return Done(said)
    if isinstance(said, tuple) and len(said) == 2 and all(type(each) is int for each in said):
        return Progress(*said)
    raise Misspoken(
        f"A step returned {type(said).__name__}. It returns None or Progress(done, of) to go on, Output(specification, "
        "value) for a result on the way, and a dictionary or Done(value) at the end."
    )
