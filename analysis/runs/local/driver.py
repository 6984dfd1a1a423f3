"""Drives a batch to its end: workers of this machine do what is left of it, until it is done or somebody stops them."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType
from typing import Final

import psutil
from django.utils import timezone

from analysis.learning.progress import Standing
from analysis.runs.local.standing import standing_of
from analysis.runs.local.terminal import Shows
from analysis.runs.local.worker_pool import WorkerPool
from analysis.runs.models import Batch, Run, Status
from analysis.runs.services import claiming, noticing, settling
from analysis.runs.working.patience import patiently

LOOKS_EVERY: Final = 0.1
GRACE: Final = 60.0
"""Seconds that workers have to leave after the first Ctrl-C; a second one kills them."""
HOOKS_EVERY: Final = 2.0


@dataclass
class Driver:
    """Do the batch with so many workers. was_stopped: by a signal."""

    batch: Batch
    workers: int
    shows: Shows
    was_stopped: bool = False
    seconds: float = 0.0
    _stops: int = 0
    _told_at: float = field(default_factory=time.monotonic)

    def drive(self) -> Standing:
        """Until nothing is left, or until it is stopped. Where the batch stands then."""
        began = time.monotonic()
        take_back_from_the_dead(self.batch, now=timezone.now())
        pool = WorkerPool(self.batch.pk, self.workers, on_death=self._buried)
        standing = standing_of(self.batch)
        self.shows.standing(standing)
        with _signals(self._stop):
            if standing.over < standing.total:
                pool.start()
            standing = self._watch(pool, standing)
        settling.settle_batch(self.batch.pk, now=timezone.now())
        noticing.tell_due(most=1_000, batch=self.batch)
        self.shows.close(standing)
        self.seconds = time.monotonic() - began
        return standing

    def _watch(self, pool: WorkerPool, standing: Standing) -> Standing:
        stopping = 0
        while pool.is_at_work:
            time.sleep(LOOKS_EVERY)
            pool.look()
            before, standing = standing, patiently(lambda: standing_of(self.batch))
            if standing.over > before.over:
                pool.went_on()
            self.shows.standing(standing)
            self._tell_hooks()
            if self._stops > stopping:
                stopping = self._stops
                self._let_go(pool, at_once=stopping > 1)
        return patiently(lambda: standing_of(self.batch))

    def _let_go(self, pool: WorkerPool, *, at_once: bool) -> None:
        self.was_stopped = True
        pool.stop(at_once=at_once)
        if not at_once:
            self.shows.note("Stopping: runs under way go back to the queue. Ctrl-C again ends them at once.")

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stops += 1

    def _buried(self, name: str, status: int) -> None:
        """A worker that died: its run is free at once, one failure richer."""
        if not self._stops:
            self.shows.note(f"Worker {name} ended with status {status}; another takes its place.")
        patiently(lambda: free(self.batch, name, now=timezone.now()))

    def _tell_hooks(self) -> None:
        if time.monotonic() - self._told_at >= HOOKS_EVERY:
            self._told_at = time.monotonic()
            noticing.tell_due(batch=self.batch)


def free(batch: Batch, worker: str, *, now: datetime) -> int:
    """What a worker held that is dead for certain waits again, without its lease having to lapse. How many runs."""
    held = Run.objects.filter(batch=batch, worker=worker, status=Status.RUNNING)
    n = held.update(leased_until=now - claiming.LEASE)
    for run in claiming.sweep_lost(now=now) if n else ():
        settling.settle(run, now=now)
    return n


def take_back_from_the_dead(batch: Batch, *, now: datetime) -> int:
    """The same for all workers of this machine that are no more, after a `kill -9` of everything. How many runs."""
    here = f"{socket.gethostname()}:"
    held = Run.objects.filter(batch=batch, status=Status.RUNNING, worker__startswith=here)
    dead = [name for name, at in held.values_list("worker", "heartbeat_at").distinct() if not _lives(name, at)]
    return sum(free(batch, name, now=now) for name in set(dead))


def _lives(worker: str, signed: datetime | None) -> bool:
    """Whether the process is there, and was there when it last gave a sign."""
    pid = worker.rpartition(":")[2]
    try:
        began = psutil.Process(int(pid)).create_time()
    except (psutil.NoSuchProcess, ValueError):
        return False
    return signed is None or began <= signed.timestamp() + 1


@contextmanager
def _signals(stop: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM ask to stop; afterwards they mean what they meant before."""
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
