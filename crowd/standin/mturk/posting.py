"""Notifications on their way out: which are made, doubled, dropped and shuffled. ``sending`` posts them."""

from __future__ import annotations

import json
import random
import uuid
from datetime import UTC, datetime

from crowd.standin.kernel.store import Table
from crowd.standin.kernel.world import World
from crowd.standin.mturk.records import Assignment, Delivery, Hit, HitType, Subscription

VERSION = "2014-08-15"
LATER = 3.0
"""Seconds (of the machine) that a shuffled one waits."""


class Post:
    """The outbox."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.deliveries = Table(world.store, "deliveries", Delivery, ("status", "destination"))
        self.subscriptions = Table(world.store, "subscriptions", Subscription, ("topic",))

    def event(self, kind: HitType, event: str, hit: Hit, assignment: Assignment | None = None) -> None:
        """Tell whoever asked to be told."""
        if not kind.notifies or event not in kind.event_types:
            return
        about = {"HITId": hit.id, "HITTypeId": hit.type_id, "HITGroupId": hit.group_id}
        if assignment:
            about |= {"AssignmentId": assignment.id, "WorkerId": assignment.worker_id}
        self.send(kind.transport, kind.destination, event, about)

    def send(self, transport: str, destination: str, event: str, about: dict[str, str]) -> None:
        """One document of one event, as often as the settings say."""
        now = self.world.clock.now()
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        document = {
            "EventDocId": uuid.uuid4().hex,
            "EventDocVersion": VERSION,
            "SourceAccount": self.world.settings.text("account"),
            "CustomerId": "A2STANDINREQUESTER",
            "Events": [{"EventType": event, "EventTimestamp": stamp, **about}],
        }
        number = len(self.deliveries)
        status = "dropped" if self._strikes("drop", number) else "waiting"
        after = now + LATER * self._strikes("shuffle", number)
        body = json.dumps(document)
        for copy in range(1 + self._strikes("double", number)):
            self.deliveries.put(
                Delivery(str(number + copy + 1), transport, destination, body, now, after, status=status)
            )

    def _strikes(self, what: str, number: int) -> bool:
        settings = self.world.settings
        drawn = random.Random(f"{settings.number('seed')}:{what}:{number}").random()  # noqa: S311  # chance, no secret
        return drawn < settings.number(what)
