"""What the simulated participants saw: replies, latencies, pages that broke, and what the server acknowledged."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

Fields = Mapping[str, Sequence[str]]
MOST_BROKEN = 200


@dataclass(frozen=True, slots=True)
class Broken:
    """A reply that nobody should get. problem: what was wrong. excerpt: the beginning of what came."""

    url: str
    step: str
    status: int
    problem: str
    excerpt: str = ""


@dataclass
class Ledger:
    """Written by many threads.

    acknowledged: by (session, nonce) every set of fields that was sent for that page, one of which must stand.
    entered: by entry key, the session the server said it is. outbox: (session, seq).
    """

    statuses: Counter[int] = field(default_factory=Counter)
    requests: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[Broken] = field(default_factory=list)
    acknowledged: dict[tuple[UUID, str], tuple[Fields, ...]] = field(default_factory=dict)
    entered: dict[str, UUID] = field(default_factory=dict)
    outbox: set[tuple[UUID, int]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reply(self, status: int, seconds: float) -> None:
        """A reply came."""
        with self._lock:
            self.statuses[status] += 1
            self.requests.append(seconds)

    def turned(self, seconds: float) -> None:
        """A page was sent and the next one seen."""
        with self._lock:
            self.turns.append(seconds)

    def count(self, what: str) -> None:
        """Something worth counting: a reload, a lost connection, …"""
        with self._lock:
            self.counts[what] += 1

    def end(self, how: str) -> None:
        """Somebody's visit is over."""
        with self._lock:
            self.ends[how] += 1

    def broke(self, broken: Broken) -> None:
        """Keep the first of them whole, count the rest."""
        with self._lock:
            self.counts["broken"] += 1
            if len(self.broken) < MOST_BROKEN:
                self.broken.append(broken)

    def enter(self, key: str, session: UUID) -> None:
        """The server let somebody in."""
        with self._lock:
            self.entered[key] = session

    def acknowledge(self, session: UUID, nonce: str, sent: Sequence[Fields]) -> None:
        """The server took a page."""
        with self._lock:
            self.acknowledged[session, nonce] = tuple(sent)

    def acknowledge_outbox(self, session: UUID, numbers: Sequence[int]) -> None:
        """The server took a batch."""
        with self._lock:
            self.outbox.update((session, number) for number in numbers)

    def forget(self, session: UUID) -> None:
        """Somebody withdrew and had the answers deleted."""
        with self._lock:
            self.acknowledged = {key: sent for key, sent in self.acknowledged.items() if key[0] != session}
            self.outbox = {key for key in self.outbox if key[0] != session}
