"""What a computation is given and what it may say: the border between those who compute and those who keep.

A procedure knows nothing of databases or queues. It gets a `Task`, tells a `Reporter`, and returns its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol

from experiments.types import JsonObject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class State:
    """Everything that a computation needs to go on: weights, optimiser, chance, samplers. Never a pickle.

    arrays: by name, of any shape and plain number type. values: plain JSON.
    """

    arrays: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
    values: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """A state as it was kept after so many epochs (or steps)."""

    epoch: int
    state: State


@dataclass(frozen=True, slots=True)
class Fold:
    """Which part is held out: the outer fold, and the inner one of a nested scheme; None: there is none."""

    outer: int | None = None
    inner: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One run: one setting, with no sweep left in it, on one fold, from one seed.

    seed: of this run alone (`seeds.py` says how it follows from the experiment's). epochs: in total, also after a
    warm start. resume: where to go on; None: from the beginning. folder, batch_folder: where files of this run, or of
    all runs of the batch, may lie on this machine for as long as it computes; empty: nobody has made such folders.
    """

    setting: JsonObject
    seed: int
    fold: Fold = Fold()
    epochs: int = 1
    resume: Saved | None = None
    folder: str = ""
    batch_folder: str = ""


class Reporter(Protocol):
    """Who listens. Every call may raise `Interrupted`: then stop at once, nothing more of this attempt will count."""

    def progress(self, *, phase: str, epoch: int, split: str = "", step: int = 0, steps: int = 0) -> None:
        """Where it is: phase is train, evaluate or whatever the procedure calls its parts; epoch counts from 1."""
        ...

    def measured(self, *, epoch: int, split: str, values: Mapping[str, float]) -> None:
        """Losses and metrics over that split after that epoch. Epoch 0 is before any training."""
        ...

    def save(self, *, epoch: int, state: State, values: Mapping[str, float]) -> None:
        """Keep a checkpoint: whole, on disk and in the record, when this returns; what the strategy lets go, goes."""
        ...

    def artifact(self, *, name: str, content: bytes, kind: str) -> None:
        """Keep a file beside the run."""
        ...

    def check(self) -> None:
        """Ask only whether to go on."""
        ...


class Interrupted(BaseException):
    """The run was cancelled or paused, ran out of time, or is another worker's by now. BaseException: a procedure that
    catches Exception must not go on.
    """


class Procedure(Protocol):
    """A kind of computation."""

    name: ClassVar[str]

    def faults(self, setting: JsonObject) -> list[tuple[str, str]]:
        """What is wrong with a setting, before anything is queued: (path, sentence) of every error."""
        ...

    def identity(self, setting: JsonObject) -> JsonObject:
        """Hashes of the code and data that the result depends on: part of the digest, so that a change is run again."""
        ...

    def run(self, task: Task, reporter: Reporter) -> JsonObject:
        """Compute. The result is plain JSON; what it raises is the run's error."""
        ...


PREDICTORS_ELSEWHERE: dict[str, str] = {}
"""What makes a predictor of a kept state, by the name in it: `package.module:function`, imported when it is asked.

For rooms above this one; see `inference.PREDICTORS` for those of this room.
"""


PROCEDURES: dict[str, Procedure] = {}


def register_procedure(procedure: Procedure) -> None:
    """ValueError if another one has that name."""
    if PROCEDURES.setdefault(procedure.name, procedure) is not procedure:
        raise ValueError(f"There is a procedure called {procedure.name} already.")
