"""The second thread of a worker: gives signs to the database, and notices what the first one cannot.

It renews the leases, hears what is wanted, and looks at the clock and the memory. A computation that does not stop when
asked (native code that never comes back) is given up, and the process with it: a stuck thread cannot be ended.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils import timezone

from analysis.runs.errors import NotHeld
from analysis.runs.services.claiming import LEASE, Hold, release, renew
from analysis.runs.services.ending import Failure, Used, fail_run
from analysis.runs.working.group_commit import GroupCommit
from analysis.runs.working.interruption import Interruption, Why
from analysis.runs.working.memory import peak, resident
from analysis.runs.working.patience import AWAY

log = logging.getLogger(__name__)
LOOKS_EVERY: Final = 0.25
SIGN_EVERY: Final = min(2.0, LEASE.total_seconds() / 4)
GRACE: Final = 20.0
"""Seconds between asking a computation to stop and giving the process up."""
STUCK: Final = 70
"""The status a process ends with that had to be given up."""
FAULTS: Final = {Why.TIME: "TimeLimit", Why.MEMORY: "MemoryLimit"}


@dataclass
class Doing:
    """The run under way. began: by the monotonic clock; asked: when it was told to stop."""

    hold: Hold
    time_limit: int | None
    memory_limit: int | None
    began: float
    asked: float | None = None


class Watch:
    """Start once for each worker process; stop it when the worker ends."""

    def __init__(
        self, interruption: Interruption, *, give_up: Callable[[int], None] = os._exit, grace: float = GRACE
    ) -> None:
        self.interruption = interruption
        self.doing: Doing | None = None
        self.group: GroupCommit | None = None
        self._holds: dict[int, Hold] = {}
        self._wanted: dict[int, str | None] = {}
        self._give_up, self._grace = give_up, grace
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None
        self._signed = 0.0

    def start(self) -> None:
        """Begin to look."""
        self._is_over.clear()
        self._thread = threading.Thread(target=self._look_on, name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No more signs after this."""
        self._is_over.set()
        if self._thread is not None:
            self._thread.join()

    def hold(self, holds: Sequence[Hold]) -> None:
        """Give signs for these, too. They were renewed just now, by being claimed."""
        with self._lock:
            self._holds |= {hold.run: hold for hold in holds}
            self._signed = time.monotonic()

    def let_go(self, hold: Hold) -> None:
        """No more signs for that one."""
        with self._lock:
            self._holds.pop(hold.run, None)
            self._wanted.pop(hold.run, None)

    def is_wanted(self, hold: Hold) -> bool:
        """Whether a run that waits in our hands is still to be done, as far as we have heard."""
        return not self._wanted.get(hold.run, "")

    def begin(self, hold: Hold, *, time_limit: int | None, memory_limit: int | None) -> None:
        """This one is computed from now on."""
        self.doing = Doing(hold, time_limit, memory_limit, time.monotonic())

    def end(self) -> None:
        """Nothing is computed now."""
        self.doing = None

    def _look_on(self) -> None:
        try:
            while not self._is_over.wait(LOOKS_EVERY):
                self._look()
        finally:
            connection.close()

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._signed >= SIGN_EVERY:
            self._signed = now
            self._give_signs()
        if self.group is not None:
            self.group.commit_if_due()
        doing = self.doing
        if doing is None:
            return
        why = self.interruption.why or self._reason(doing, now)
        if why is not None:
            doing.asked = doing.asked or now
            self.interruption.ask(why)
            if now - doing.asked > self._grace and self.doing is doing:
                self._leave(doing, why)

    def _reason(self, doing: Doing, now: float) -> Why | None:
        wanted = self._wanted.get(doing.hold.run, "")
        if wanted is None:
            return Why.LOST
        if wanted:
            return Why.WANTED
        if doing.time_limit is not None and now - doing.began > doing.time_limit:
            return Why.TIME
        if doing.memory_limit is not None and resident() > doing.memory_limit:
            return Why.MEMORY
        return None

    def _give_signs(self) -> None:
        with self._lock:
            holds = list(self._holds.values())
        if not holds:
            return
        try:
            held = renew(holds, now=timezone.now())
        except AWAY as error:
            log.warning("No sign could be given (%s); trying again.", str(error).strip().partition("\n")[0])
            connection.close()
            return
        with self._lock:
            self._wanted |= {hold.run: held.get(hold.run) for hold in holds if hold.run in self._holds}

    def _leave(self, doing: Doing, why: Why) -> None:
        """Tell what happened as far as possible, and end this process."""
        log.error("A computation did not stop within %g s (%s): this process is given up.", self._grace, why)
        used = Used(seconds=time.monotonic() - doing.began, peak_memory=peak())
        try:
            if why in FAULTS:
                fail_run(doing.hold, Failure(FAULTS[why], sentence(why, doing)), now=timezone.now(), used=used)
            elif why != Why.LOST:
                release(doing.hold, now=timezone.now(), reason=str(why))
        except (NotHeld, *AWAY) as error:
            log.warning("%s", error)
        self._give_up(STUCK)


def sentence(why: Why, doing: Doing) -> str:
    """What a person reads about it."""
    if why == Why.TIME:
        return f"It took longer than its time limit of {doing.time_limit} s."
    return f"The worker used more than the memory limit of {doing.memory_limit} MiB."
