"""A clock that can be moved forward, and keeps where it was moved to."""

from __future__ import annotations

import time
from dataclasses import dataclass

from crowd.standin.kernel.store import Store, Table


@dataclass(frozen=True, slots=True)
class Offset:
    """How far the clock is ahead of the machine's, in seconds."""

    id: str
    seconds: float


class Clock:
    """Epoch seconds. It runs as the machine's does, from where it was moved to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._offsets = Table(store, "clock", Offset)

    @property
    def ahead(self) -> float:
        """Seconds ahead of the machine's clock."""
        offset = self._offsets.get("clock")
        return offset.seconds if offset else 0.0

    def now(self) -> float:
        """Epoch seconds in the stand-in's time."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> float:
        """Move it forward; the new time. ValueError below 0: what has expired does not come back."""
        if seconds < 0:
            raise ValueError(f"seconds: {seconds} is below 0. The clock of a stand-in only goes forward.")
        with self._store.transaction():
            self._offsets.put(Offset("clock", self.ahead + seconds))
        return self.now()
