"""What becomes due while nobody asks: deadlines, expiries, automatic approvals."""

from __future__ import annotations

import heapq
from collections.abc import Iterator


class Agenda:
    """Times and keys. It may hold what is no longer true: whoever takes an entry looks again."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, str]] = []

    def add(self, at: float, key: str) -> None:
        """Come back to ``key`` at this time (epoch seconds)."""
        heapq.heappush(self._heap, (at, key))

    def due(self, now: float) -> Iterator[tuple[float, str]]:
        """Everything up to now, in the order of time; what is added meanwhile included."""
        while self._heap and self._heap[0][0] <= now:
            yield heapq.heappop(self._heap)
