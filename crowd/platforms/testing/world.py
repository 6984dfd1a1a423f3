"""What the test platform remembers, for each account: one JSON document in Redis, seen by every process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Self, cast

from crowd.errors import PlatformRefused
from crowd.platforms.base import Link
from crowd.platforms.shared import key_of, shared
from crowd.reconcile.words import PostingSight, SubmissionSight

KEPT_SECONDS = 30 * 86_400


@dataclass
class Posting:
    """annotation: what it is found by. closes: epoch seconds."""

    id: str
    token: str
    annotation: str
    places: int
    closes: float
    sight: str = PostingSight.OPEN


@dataclass
class Work:
    """One place that somebody took."""

    id: str
    posting: str
    worker: str
    sight: str = SubmissionSight.ACTIVE
    code: str = ""
    accepted: float = 0.0
    submitted: float | None = None
    decided: float | None = None


@dataclass
class Bonus:
    """One payment. amount: as text."""

    token: str
    work: str
    amount: str
    reason: str
    at: float


@dataclass
class World:
    """Everything. lists: name > workers. blocked: worker > reason."""

    postings: dict[str, Posting] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    bonuses: list[Bonus] = field(default_factory=list)
    lists: dict[str, list[str]] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None) -> Self:
        """Out of its JSON; a fresh one of nothing."""
        kept: dict[str, Any] = json.loads(text or "{}")
        return cls(
            postings={name: Posting(**row) for name, row in kept.get("postings", {}).items()},
            works={name: Work(**row) for name, row in kept.get("works", {}).items()},
            bonuses=[Bonus(**row) for row in kept.get("bonuses", [])],
            lists=kept.get("lists", {}),
            blocked=kept.get("blocked", {}),
        )

    def posting(self, external_id: str) -> Posting:
        """PlatformRefused if there is none."""
        if external_id not in self.postings:
            raise PlatformRefused("The test platform has no such posting.", code="unknown")
        return self.postings[external_id]

    def work(self, external_id: str) -> Work:
        """PlatformRefused if there is none."""
        if external_id not in self.works:
            raise PlatformRefused("The test platform has no such submission.", code="unknown")
        return self.works[external_id]

    def on(self, posting: str) -> list[Work]:
        """What takes up its places."""
        return [work for work in self.works.values() if work.posting == posting]


@contextmanager
def opened(link: Link) -> Iterator[World]:
    """The account's world, alone; what was changed is kept unless the caller fails."""
    key = key_of("test-platform", link.bucket or "nobody")
    with shared() as redis, redis.lock(f"{key}:lock", timeout=10, blocking_timeout=10):
        world = World.read(cast("str | None", redis.get(key)))
        yield world
        redis.set(key, json.dumps(asdict(world)), ex=KEPT_SECONDS)


def now() -> float:
    """Epoch seconds."""
    return datetime.now(UTC).timestamp()


def moment(seconds: float | None) -> datetime | None:
    """As a time."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
