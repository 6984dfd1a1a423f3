"""Everything a stand-in has, whichever platform it speaks for."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crowd.standin.kernel.agenda import Agenda
from crowd.standin.kernel.clock import Clock
from crowd.standin.kernel.faults import Fault, Faults
from crowd.standin.kernel.http import ConnectionLost, Reply
from crowd.standin.kernel.journal import Journal, Json
from crowd.standin.kernel.settings import Settings
from crowd.standin.kernel.store import Store

REMEMBERED_CALLS = 5000


@dataclass
class Calls:
    """What was asked since this process started: how often, and the last of them."""

    counts: Counter[str] = field(default_factory=Counter)
    last: deque[Json] = field(default_factory=lambda: deque(maxlen=REMEMBERED_CALLS))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, operation: str, at: float, outcome: str, asked: Json) -> None:
        """One more."""
        with self.lock:
            self.counts[operation] += 1
            self.last.append({"operation": operation, "at": at, "outcome": outcome, "asked": asked})


class World:
    """Store, clock, agenda, faults. Make the tables, then ``store.load()``.

    is_mortal: the stand-in is a process of its own, which a fault may kill.
    """

    def __init__(self, journal: Path | None = None, *, is_mortal: bool = False) -> None:
        self.store = Store(Journal(journal) if journal else None)
        self.clock = Clock(self.store)
        self.agenda = Agenda()
        self.faults = Faults(self.store)
        self.settings = Settings(self.store)
        self.calls = Calls()
        self.is_mortal = is_mortal

    def under_faults(
        self, operation: str, act: Callable[[], Reply], spoilt: Callable[[Fault], Reply], *, is_page: bool = False
    ) -> Reply:
        """Do it, with what the faults do to it. spoilt: the platform's words for a fault of kind error or throttle."""
        struck = self.faults.strike(operation, is_page=is_page)
        for fault in (fault for fault in struck if fault.moment == "before"):
            if _suffer(fault):
                return spoilt(fault)
        reply = act()
        for fault in (fault for fault in struck if fault.moment == "after"):
            if _suffer(fault):
                return spoilt(fault)
        return reply


def _suffer(fault: Fault) -> bool:
    """Whether the reply has to be the fault's own."""
    if fault.kind == "slow":
        time.sleep(fault.seconds)
        return False
    if fault.kind == "drop":
        raise ConnectionLost
    if fault.kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    return True
