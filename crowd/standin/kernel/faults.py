"""Faults on demand: which call is hit, before or after its effect, and how."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from crowd.standin.kernel.journal import Json
from crowd.standin.kernel.store import Store, Table

KINDS = {
    "error": "the platform answers that it failed (500)",
    "throttle": "the platform answers that there were too many calls",
    "drop": "the connection is closed without a reply",
    "slow": "the reply comes after `seconds`",
    "kill": "the stand-in dies as by kill -9",
}
MOMENTS = {
    "before": "nothing has happened yet",
    "after": "the call has had its effect, and only its reply is lost or spoilt",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule. operation: a name, or * for every call. times: how many calls it hits, 0 for all until it is taken away.

    skip: calls let through first. chance: of each call after those, drawn from the seed and the call's number.
    """

    id: str
    operation: str = "*"
    kind: str = "error"
    moment: str = "before"
    skip: int = 0
    times: int = 1
    chance: float = 1.0
    seconds: float = 0.0
    seed: int = 0
    seen: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind: {self.kind!r} is not one of {', '.join(KINDS)}")
        if self.moment not in MOMENTS:
            raise ValueError(f"moment: {self.moment!r} is not one of {', '.join(MOMENTS)}")
        if not 0 <= self.chance <= 1:
            raise ValueError(f"chance: {self.chance} is not between 0 and 1")

    def meets(self, operation: str) -> bool:
        """Whether this call is one it counts."""
        return self.operation in ("*", operation)

    def seeing(self) -> Fault:
        """Itself after one more call; ``hits`` has grown if it strikes."""
        strikes = self.seen >= self.skip and not self.is_spent and self._draw() < self.chance
        return replace(self, seen=self.seen + 1, hits=self.hits + strikes)

    @property
    def is_spent(self) -> bool:
        """Nothing left to do."""
        return bool(self.times) and self.hits >= self.times

    def _draw(self) -> float:
        return random.Random(f"{self.seed}:{self.seen}").random()  # noqa: S311  # chance, not a secret


class Faults:
    """The rules that stand. Their counts are in the journal, so that a fault which kills does so once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rules = Table(store, "faults", Fault)

    def add(self, wanted: Json) -> Fault:
        """A rule as JSON. TypeError and ValueError say what is wrong with it."""
        with self._store.transaction():
            number = max((int(rule.id) for rule in self._rules.all()), default=0) + 1
            return self._rules.put(Fault(**{**wanted, "id": str(number), "seen": 0, "hits": 0}))

    def clear(self) -> None:
        """No fault from now on."""
        with self._store.transaction():
            for rule in self._rules.all():
                self._rules.drop(rule.id)

    def all(self) -> list[Fault]:
        """As they were added."""
        return self._rules.all()

    def strike(self, operation: str, *, is_page: bool = False) -> list[Fault]:
        """Count a call; the rules that hit it. A page of the site is hit only by rules that name it."""
        rules = [rule for rule in self._rules.all() if rule.meets(operation) and not rule.is_spent]
        rules = [rule for rule in rules if not is_page or rule.operation != "*"]
        if not rules:
            return []
        with self._store.transaction():
            after = [self._rules.put(rule.seeing()) for rule in rules]
        return [new for old, new in zip(rules, after, strict=True) if new.hits > old.hits]
