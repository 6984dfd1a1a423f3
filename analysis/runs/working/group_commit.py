"""Results of short runs that wait for each other, a quarter of a second or so, to be committed together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.db import connection
from django.utils import timezone

from analysis.runs.models import Run
from analysis.runs.services.claiming import Hold
from analysis.runs.services.ending_many import Ended, finish_runs
from analysis.runs.services.settling import settle_many
from analysis.runs.working.patience import AWAY, patiently

MOST: Final = 250
LONGEST: Final = 0.25
"""Seconds: a worker that is killed loses little more of its work than that, and what it lost is computed again."""
SHORT: Final = 0.05
"""Seconds that a run may have taken to wait here; others are committed alone, at once."""


@dataclass
class GroupCommit:
    """One for each worker process. Its first thread adds and commits; its second commits while a long run is computed.

    on_end: called for each run that is over by it. let_go: for each hold, once its result is kept or was given up.
    """

    on_end: Callable[[Run], None]
    let_go: Callable[[Hold], None]
    _ended: list[Ended] = field(default_factory=list)
    _since: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, ended: Ended) -> None:
        """Let it wait."""
        with self._lock:
            self._since = self._since if self._ended else time.monotonic()
            self._ended.append(ended)

    @property
    def is_due(self) -> bool:
        """Whether what waits has waited long enough."""
        full = len(self._ended) >= MOST
        return bool(self._ended) and (full or time.monotonic() - self._since >= LONGEST)

    def commit(self) -> None:
        """Commit all that waits, and what follows from it, however long the database is away."""
        with self._lock:
            patiently(self._commit)

    def commit_if_due(self) -> None:
        """The same, if it is time; a database that is away is asked again the next time."""
        with self._lock:
            if self.is_due:
                try:
                    self._commit()
                except AWAY:
                    connection.close()

    def _commit(self) -> None:
        if not self._ended:
            return
        runs = finish_runs(self._ended, now=timezone.now())
        for one in self._ended:
            self.let_go(one.hold)
        self._ended = []
        for run in runs:
            self.on_end(run)
        settle_many(runs, now=timezone.now())
