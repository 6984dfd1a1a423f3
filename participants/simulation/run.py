"""Send everybody: arrivals, so many at once, until all have gone."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from participants.simulation.browser import Browser, Network
from participants.simulation.people import Person
from participants.simulation.visit import Script, Visit

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """clients: how many may be on the pages at once. over: seconds in which all arrive, evenly.

    until_full: nobody comes any more once somebody was turned away. Nor when the server cannot be reached.
    """

    clients: int
    over: float = 0.0
    until_full: bool = False


@dataclass
class Run:
    """A run. `run` returns when the last has left; `stop` (from another thread) lets nobody else come."""

    script: Script
    network: Network
    arrivals: Arrivals
    progress: Progress = lambda done, total: None
    _stopped: threading.Event = field(default_factory=threading.Event)
    _done: int = 0

    def run(self, people: Sequence[Person]) -> float:
        """Seconds that it took."""
        started = time.monotonic()
        secure: object = ssl.create_default_context() if self.network.base_url.startswith("https") else False
        with ThreadPoolExecutor(self.arrivals.clients, thread_name_prefix="participant") as pool:
            visits = [
                pool.submit(self._visit, person, self._due(started, number, len(people)), len(people), secure)
                for number, person in enumerate(people)
            ]
            for visit in visits:
                visit.result()
        return time.monotonic() - started

    def stop(self) -> None:
        """Whoever is on the way may finish."""
        self._stopped.set()

    def _due(self, started: float, number: int, total: int) -> float:
        return started + self.arrivals.over * number / total

    def _visit(self, person: Person, due: float, total: int, secure: object) -> None:
        if not self._stopped.wait(max(0.0, due - time.monotonic())):
            browser = Browser(self.network, self.script.ledger, secure)
            end = Visit(self.script, person, browser).run()
            if end == "unreachable" or (end == "turned away" and self.arrivals.until_full):
                self.stop()
        self._done += 1
        self.progress(self._done, total)
