"""Events on their way out: which are made, doubled, dropped and shuffled. ``hooks`` posts them."""

from __future__ import annotations

import json
import random
import uuid
from datetime import UTC, datetime

from crowd.standin.kernel.store import Table
from crowd.standin.kernel.world import World
from crowd.standin.prolific.records import Delivery, Hook, Secret

EVENTS = (
    "study.status.change",
    "study.progress.change",
    "submission.status.change",
    "study.has_high_return_rate",
)
LATER = 3.0
"""Seconds (of the machine) that a shuffled one waits."""


class Post:
    """The outbox."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hooks = Table(world.store, "hooks", Hook)
        self.secrets = Table(world.store, "secrets", Secret)
        self.deliveries = Table(world.store, "deliveries", Delivery, ("status",))

    def event(self, event: str, about: dict[str, str]) -> None:
        """Tell whoever confirmed that they want to be told."""
        for hook in self.hooks.all():
            if hook.is_enabled and hook.event == event:
                self._send(hook, {"event_type": event, **about})

    def _send(self, hook: Hook, about: dict[str, str]) -> None:
        now, number = self.world.clock.now(), len(self.deliveries)
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        body = json.dumps({**about, "timestamp": stamp})
        status = "dropped" if self._strikes("drop", number) else "waiting"
        after, event = now + LATER * self._strikes("shuffle", number), uuid.uuid4().hex
        for copy in range(1 + self._strikes("double", number)):
            self.deliveries.put(Delivery(str(number + copy + 1), event, hook.id, body, now, after, status=status))

    def _strikes(self, what: str, number: int) -> bool:
        settings = self.world.settings
        drawn = random.Random(f"{settings.number('seed')}:{what}:{number}").random()  # noqa: S311  # chance, no secret
        return drawn < settings.number(what)
