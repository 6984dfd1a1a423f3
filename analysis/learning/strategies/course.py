"""What a trainer asks after each epoch: keep this one? go on? Both strategies and the memory they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from analysis.learning.strategies.checkpointing import Checkpointing
from analysis.learning.strategies.history import Epoch, figure_key
from analysis.learning.strategies.stopping import Peers, Stopping
from experiments.storable import finite_or_text
from experiments.types import Json

Figures = dict[str, dict[str, float]]  # split -> measure -> value


@runtime_checkable
class KnowsPeers(Protocol):
    """A reporter that can tell how the other runs of the batch do, for strategies that compare runs."""

    def peers(self, *, split: str, name: str) -> Peers:
        """Of each other run of the batch on this run's fold: epoch -> value."""
        ...


@dataclass(frozen=True, slots=True)
class Next:
    """save: keep a checkpoint of this epoch. stop: why training ends here, None if it goes on."""

    save: bool
    stop: str | None


class Course:
    """The epochs of one run as they come. Its ``memory`` belongs into every saved state, for the resumed run.

    course = Course(epochs=task.epochs, stopping=stopping, checkpointing=checkpointing, reporter=reporter)
    course.recall(task.resume.state.values["course"])   # when there is a resume
    for number in course.remaining():
        ...train, evaluate, reporter.measured(...)
        following = course.after(number, {"train": {...}, "validation": {...}})
        if following.save: reporter.save(epoch=number, state=..., values=course.figures())
        if following.stop: break
    """

    def __init__(
        self,
        *,
        epochs: int,
        checkpointing: Checkpointing,
        stopping: Stopping | None = None,
        reporter: object = None,
    ) -> None:
        self._epochs = epochs
        self._checkpointing = checkpointing
        self._stopping = stopping
        self._reporter = reporter
        self._seen: list[Epoch] = []
        self._stop: str | None = None

    def after(self, number: int, values: Mapping[str, Mapping[str, float]]) -> Next:
        """values: split -> measure -> value. ValueError if a watched figure is missing."""
        flat = {figure_key(split, name): value for split, of in values.items() for name, value in of.items()}
        self._seen.append(Epoch(number, flat))
        stop = self._stopping.reason_to_stop(self._seen, self._peers()) if self._stopping and number else None
        self._stop = stop
        is_last = stop is not None or number >= self._epochs
        return Next(save=bool(number) and self._checkpointing.wants(self._seen, is_last=is_last), stop=stop)

    def remaining(self) -> range:
        """The epochs that are still to do, counting from 1; after a warm start with a new total, the new ones.

        None where training had ended already: whoever died after the last checkpoint and before the result trains no
        more.
        """
        done = self._seen[-1].number if self._seen else 0
        return range(done + 1, done + 1 if self._stop else self._epochs + 1)

    @property
    def stopped(self) -> str | None:
        """Why training ended before its last epoch; None if it did not. Remembered, not judged anew."""
        return self._stop

    def figures(self) -> Mapping[str, float]:
        """Of the last epoch: what goes with its checkpoint."""
        return self._seen[-1].values if self._seen else {}

    def measured(self) -> Figures:
        """The same by split and measure, as ``after`` took it."""
        found: Figures = {}
        for key, value in self.figures().items():
            split, _, name = key.partition("/")
            found.setdefault(split, {})[name] = value
        return found

    def memory(self) -> Json:
        """As plain JSON; ``recall`` reads it back. NaN and infinities are kept as texts."""
        entries: list[dict[str, Json]] = [
            {"epoch": epoch.number, "values": {k: finite_or_text(v) for k, v in epoch.values.items()}}
            for epoch in self._seen
        ]
        return [*entries[:-1], {**entries[-1], "stop": self._stop}] if self._stop else entries

    def recall(self, memory: Json) -> None:
        """Go on after the epochs in ``memory``. ValueError if it is none."""
        if not isinstance(memory, Sequence) or isinstance(memory, str):
            raise ValueError(f"memory must be a list of epochs, not {memory!r:.60}.")
        self._seen = [_epoch(entry) for entry in memory]
        match memory:
            case [*_, {"stop": str(reason)}]:
                self._stop = reason

    def _peers(self) -> Peers:
        wanted = self._stopping.compares_runs() if self._stopping else None
        if wanted is None or not isinstance(self._reporter, KnowsPeers):
            return ()
        return self._reporter.peers(split=wanted[0], name=wanted[1])


def _epoch(entry: Json) -> Epoch:
    match entry:
        case {"epoch": int(number), "values": Mapping() as values}:
            return Epoch(number, {str(name): float(value) for name, value in values.items()})
    raise ValueError(f"An epoch in memory must have a number and values, not {entry!r:.60}.")
