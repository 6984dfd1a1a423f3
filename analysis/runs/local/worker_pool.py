"""Worker processes of this machine, forked from one that has imported everything once."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Final

from django.db import connections

from analysis.runs.working.pool import LEFT
from analysis.runs.working.worker import Errand, Worker

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG: Final = 1
MOST_DEATHS: Final = 20
"""So many workers may die one after the other without a run being over in between; then the pool gives up."""


@dataclass
class WorkerPool:
    """So many workers for one batch. Dead ones are replaced. Call `look` now and then."""

    batch: int
    size: int
    on_death: Callable[[str, int], None] = lambda name, status: None
    _members: dict[int, BaseProcess] = field(default_factory=dict)
    _deaths: int = 0

    def start(self, size: int | None = None) -> None:
        """Fork them. The connection of this process is closed first: a child must not find it."""
        connections.close_all()
        sys.stdout.flush()
        sys.stderr.flush()
        fork = multiprocessing.get_context("fork")
        for _ in range(self.size if size is None else size):
            process = fork.Process(target=_work, args=(self.batch, os.getpid()), daemon=False)
            process.start()
            self._members[process.pid or 0] = process

    def look(self) -> None:
        """Take note of who has ended, and replace the dead."""
        dead = []
        for pid, process in list(self._members.items()):
            if process.exitcode is None:
                continue
            del self._members[pid]
            process.join()
            if process.exitcode != LEFT:
                dead.append((worker_name(pid), process.exitcode))
        for name, status in dead:
            self._deaths += 1
            self.on_death(name, status)
        if dead and not self.has_given_up:
            self.start(len(dead))

    def went_on(self) -> None:
        """A run is over: deaths before that are forgiven."""
        self._deaths = 0

    @property
    def has_given_up(self) -> bool:
        """Whether workers die faster than they work."""
        return self._deaths >= MOST_DEATHS

    @property
    def is_at_work(self) -> bool:
        """Whether anybody is left."""
        return bool(self._members)

    def stop(self, *, at_once: bool = False) -> None:
        """Ask them to leave: runs under way go back to the queue, with their last checkpoint. at_once: kill them."""
        for pid in self._members:
            os.kill(pid, signal.SIGKILL if at_once else signal.SIGTERM)

    def wait(self, seconds: float) -> bool:
        """Until all have left, at most so long. Whether they have."""
        for process in list(self._members.values()):
            process.join(seconds)
        self._members = {pid: each for pid, each in self._members.items() if each.exitcode is None}
        return not self._members


def worker_name(pid: int) -> str:
    """As a worker in that process calls itself."""
    return f"{socket.gethostname()}:{pid}"


def _work(batch: int, parent: int) -> None:
    """In a child. It leaves when the batch has nothing more for it, when asked, or when its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all: the parent asks us
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return
    worker = Worker(name=worker_name(os.getpid()))

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    try:
        worker.work(Errand(batch=batch, until_empty=True))
    finally:
        connections.close_all()
    sys.exit(LEFT)
