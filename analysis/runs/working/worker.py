"""A warm worker: a process that takes up one run after another."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from django.utils import timezone

from analysis.runs.errors import NotHeld
from analysis.runs.models import Batch, Run, Status
from analysis.runs.models.status import OVER
from analysis.runs.services.claiming import Hold, claim_runs, release, sweep_lost
from analysis.runs.services.describing import keep_environment
from analysis.runs.services.settling import settle, sweep_open_batches
from analysis.runs.working.environment import describe
from analysis.runs.working.execute import execute
from analysis.runs.working.group_commit import GroupCommit
from analysis.runs.working.interruption import Interruption, Why
from analysis.runs.working.memory import resident
from analysis.runs.working.patience import patiently
from analysis.runs.working.watch import Watch

MOST_AT_ONCE: Final = 250
HANDFUL_SECONDS: Final = 0.2
"""Short runs are claimed in handfuls that take about so long together."""
TOO_LONG: Final = 2.0
"""Seconds after which what is left of a handful is given back: others may have time for it."""
SWEEPS_EVERY: Final = 5.0
FIRST_IDLE, LONGEST_IDLE = 0.02, 1.0


@dataclass(frozen=True, slots=True)
class Errand:
    """What a worker is to do. batch: only that one; until_empty: leave when nothing waits or is under way any more.

    most: runs, and seconds: of the clock, after which it leaves. memory: MiB, above which it leaves room for a new one.
    """

    batch: int | None = None
    until_empty: bool = False
    most: int | None = None
    seconds: float | None = None
    memory: int | None = None


@dataclass
class Worker:
    """Make one in each process, before anything heavy is done."""

    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    on_run: Callable[[Run], None] = lambda run: None
    done: Counter[str] = field(default_factory=Counter)
    watch: Watch = field(default_factory=lambda: Watch(Interruption()))
    group: GroupCommit = field(init=False)
    _environment: int | None = None
    _knows_devices: bool = False
    _handful: int = 1
    _swept: float = 0.0

    def __post_init__(self) -> None:
        """What is short waits in a group, which both threads look after."""
        self.group = self.watch.group = GroupCommit(self._note, self.watch.let_go)

    def stop(self) -> None:
        """Leave soon: the run under way is given back and goes on elsewhere from its last checkpoint."""
        self.watch.interruption.ask(Why.STOPPING)

    def work(self, errand: Errand) -> Counter[str]:
        """Until the errand is done or somebody stops it. How many runs ended how, by status."""
        began, idle = time.monotonic(), FIRST_IDLE
        self.watch.start()
        try:
            while not self._is_done(errand, began):
                if self._do_some(errand):
                    idle = FIRST_IDLE
                elif errand.until_empty and patiently(lambda: nothing_left(errand.batch)):
                    break
                else:
                    time.sleep(idle)
                    idle = min(LONGEST_IDLE, 2 * idle)
        finally:
            self.watch.stop()
        return self.done

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked it to leave."""
        return self.watch.interruption.is_stopping

    def is_used_up(self, errand: Errand) -> bool:
        """Whether its share of runs or memory is used up, and there is more to do."""
        if errand.most is not None and self.done.total() >= errand.most:
            return True
        return errand.memory is not None and resident() > errand.memory

    def _is_done(self, errand: Errand, began: float) -> bool:
        if self.is_stopping or self.is_used_up(errand):
            return True
        return errand.seconds is not None and time.monotonic() - began >= errand.seconds

    def _do_some(self, errand: Errand) -> int:
        """Claim a handful and do it. How many were claimed."""
        self._sweep()
        most = self._handful if errand.most is None else min(self._handful, errand.most - self.done.total())
        runs = patiently(lambda: claim_runs(worker=self.name, now=timezone.now(), most=most, batch=errand.batch))
        holds = [Hold(run.pk, run.attempt) for run in runs]
        self.watch.hold(holds)
        began = time.monotonic()
        try:
            for place, (run, hold) in enumerate(zip(runs, holds, strict=True)):
                if self.is_stopping or not self.watch.is_wanted(hold):
                    self._give_back(hold, Why.STOPPING)
                elif place and time.monotonic() - began > TOO_LONG:
                    self._give_back(hold, Why.BUSY)
                else:
                    self._do(run)
        finally:
            self.group.commit()
        return len(runs)

    def _do(self, run: Run) -> None:
        began = time.monotonic()
        ended = execute(run, watch=self.watch, environment=self._described, group=self.group)
        seconds = max(1e-6, time.monotonic() - began)
        self._handful = max(1, min(MOST_AT_ONCE, int(HANDFUL_SECONDS / seconds), 2 * self._handful))
        if ended is not None:
            self._note(ended)
        self.group.commit_if_due()

    def _note(self, ended: Run) -> None:
        self.done[ended.status] += 1
        self.on_run(ended)

    def _give_back(self, hold: Hold, why: Why) -> None:
        self.watch.let_go(hold)
        with suppress(NotHeld):
            patiently(lambda: release(hold, now=timezone.now(), reason=str(why)))

    def _described(self) -> int:
        """Anew once torch is there, which alone knows of devices."""
        knows_devices = "torch" in sys.modules
        if self._environment is None or knows_devices != self._knows_devices:
            self._environment = patiently(lambda: keep_environment(describe()))
            self._knows_devices = knows_devices
        return self._environment

    def _sweep(self) -> None:
        """Runs of the dead come back also where no beat looks after them."""
        if time.monotonic() - self._swept < SWEEPS_EVERY:
            return
        self._swept = time.monotonic()
        for run in patiently(lambda: sweep_lost(now=timezone.now())):
            patiently(partial(settle, run, now=timezone.now()))
        patiently(lambda: sweep_open_batches(now=timezone.now()))


def nothing_left(batch: int | None) -> bool:
    """Whether no run waits or is under way; a paused batch has nothing left for now."""
    if batch is not None and Batch.objects.filter(pk=batch, status__in=(*OVER, Status.PAUSED)).exists():
        return True
    runs = Run.objects.filter(status__in=(Status.QUEUED, Status.RUNNING))
    return not (runs.for_everybody() if batch is None else runs.filter(batch_id=batch)).exists()
