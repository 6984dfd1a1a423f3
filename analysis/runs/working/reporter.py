"""The reporter that writes: events in small heaps, checkpoints at once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.utils import timezone

from analysis.learning.running import Interrupted, State
from analysis.learning.strategies import Peers, parse_checkpoints
from analysis.learning.strategies.history import Epoch
from analysis.runs.errors import NotHeld
from analysis.runs.events import Said
from analysis.runs.models import Run
from analysis.runs.peers import figures_of_peers
from analysis.runs.services import keeping, saying
from analysis.runs.services.claiming import Hold
from analysis.runs.working.interruption import Interruption, Why
from analysis.runs.working.patience import AWAY, patiently
from experiments.blueprint import json_object
from experiments.storable import finite_or_text
from experiments.types import JsonObject

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

SAYS_EVERY: Final = 0.5
MOST_UNSAID: Final = 20_000


class RunReporter:
    """For one attempt. What is said in between is written twice a second, before a checkpoint, and at the end.

    While the database is away it computes on and keeps its words; a checkpoint waits.
    """

    def __init__(self, run: Run, interruption: Interruption) -> None:
        self.run = run
        self.hold = Hold(run.pk, run.attempt)
        self._interruption = interruption
        self._checkpoints = parse_checkpoints(json_object(run.setting).get("checkpoints"))
        self._unsaid: list[Said] = []
        self.is_unheard = True  # nothing of what it said is in the record, nor on its way
        self._n = 0
        self._said_at = time.monotonic()

    def progress(self, *, phase: str, epoch: int, split: str = "", step: int = 0, steps: int = 0) -> None:
        where: JsonObject = {"phase": phase, "epoch": epoch, "split": split, "step": step, "steps": steps}
        self._later(saying.progress_said(self.hold, where, at=timezone.now(), key=self._key()))

    def measured(self, *, epoch: int, split: str, values: Mapping[str, float]) -> None:
        figures: JsonObject = {
            "epoch": epoch,
            "split": split,
            "values": {name: finite_or_text(value) for name, value in values.items()},
        }
        self._later(saying.measured_said(self.hold, figures, at=timezone.now(), key=self._key()))

    def save(self, *, epoch: int, state: State, values: Mapping[str, float]) -> None:
        self.flush()
        figures = {name: finite_or_text(value) for name, value in values.items()}
        keep = partial(keeping.keep_checkpoint, self.hold, state, epoch=epoch, values=figures)
        with self._interruption.guarded():
            self._now(lambda: keep(now=timezone.now()))
            self._now(self._let_go)

    def artifact(self, *, name: str, content: bytes, kind: str) -> None:
        self._now(lambda: keeping.keep_artifact(self.hold, name=name, kind=kind, content=content, now=timezone.now()))

    def check(self) -> None:
        self._interruption.check()

    def peers(self, *, split: str, name: str) -> Peers:
        """Of each other run of the batch on this run's fold: epoch -> value."""
        return self._now(lambda: figures_of_peers(self.run, split=split, name=name))

    @property
    def unsaid(self) -> tuple[Said, ...]:
        """What is still to be written."""
        return tuple(self._unsaid)

    def flush(self) -> None:
        """Write what was said so far, however long the database is away."""
        if self._unsaid:
            self.is_unheard = False
            self._now(lambda: saying.say(self.hold, self._unsaid))
            self._unsaid = []
        self._said_at = time.monotonic()

    def _later(self, said: Said) -> None:
        self.check()
        self._unsaid.append(said)
        if time.monotonic() - self._said_at < SAYS_EVERY:
            return
        if len(self._unsaid) >= MOST_UNSAID:
            self.flush()
            return
        self._try_to_say()

    def _try_to_say(self) -> None:
        self._said_at, self.is_unheard = time.monotonic(), False
        with self._interruption.guarded():
            try:
                saying.say(self.hold, self._unsaid)
            except AWAY:
                connection.close()
            except NotHeld:
                self._interruption.why = Why.LOST
            else:
                self._unsaid = []

    def _now(self, call: Callable[[], T]) -> T:
        """Not interrupted in the middle, and not given up because the database is away for a while."""
        with self._interruption.guarded():
            try:
                return patiently(call)
            except NotHeld as error:
                self._interruption.why = Why.LOST
                raise Interrupted(str(Why.LOST)) from error
            except AWAY as error:
                self._interruption.why = Why.AWAY
                raise Interrupted(str(Why.AWAY)) from error

    def _key(self) -> str:
        self._n += 1
        return f"{self.hold.attempt}.{self._n}"

    def _let_go(self) -> None:
        kept = [
            Epoch(row.epoch, {name: float(value) for name, value in json_object(row.values).items()})  # type: ignore[arg-type]
            for row in reversed(keeping.checkpoints_of(self.run))
        ]
        if gone := self._checkpoints.lets_go(kept):
            keeping.let_go(self.hold, gone, now=timezone.now())
