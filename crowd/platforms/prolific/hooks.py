"""Webhooks: the workspace's secret, and what we want to be told of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crowd.platforms.prolific.member import Prolific
from crowd.platforms.prolific.sights import text
from experiments.types import JsonObject

EVENTS: Final = ("study.status.change", "submission.status.change")
HAND: Final = "X-Hook-Secret"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One kind of event that goes to one address, once it is confirmed."""

    id: str
    event: str
    address: str
    is_enabled: bool


class Hooks(Prolific):
    """An account, asked about its webhooks. The others of the workspace are left alone."""

    def has_secret(self) -> bool:
        """Whether the workspace has one; its value is told once, when it is made."""
        return any(True for _ in self.client.rows("hooks/secrets", workspace_id=self._workspace()))

    def make_secret(self) -> str:
        """A new one, which takes the place of the old: what was signed with that is believed no more."""
        return text(self.client.ask("POST", "hooks/secrets", {"workspace_id": self._workspace()}), "value")

    def subscriptions(self, address: str) -> list[Subscription]:
        """To that address."""
        found = [_shown(row) for row in self.client.rows("hooks/subscriptions", workspace_id=self._workspace())]
        return [each for each in found if each.address == address]

    def subscribe(self, address: str) -> list[str]:
        """To every event that we use and are not told of yet: which those were."""
        before = self.subscriptions(address)
        for stale in before:
            if not stale.is_enabled:
                self._delete(stale)
        known = {each.event for each in before if each.is_enabled}
        new = [event for event in EVENTS if event not in known]
        for event in new:
            self._subscribe(address, event)
        return new

    def unsubscribe(self, address: str) -> int:
        """How many there were."""
        before = self.subscriptions(address)
        for each in before:
            self._delete(each)
        return len(before)

    def _subscribe(self, address: str, event: str) -> None:
        """It counts once we have sent back what came in a header of the answer."""
        body: JsonObject = {"workspace_id": self._workspace(), "event_type": event, "target_url": address}
        reply = self.client.send("POST", "hooks/subscriptions", body)
        made, hand = reply.json(), reply.headers.get(HAND, "")
        self.client.ask("POST", f"hooks/subscriptions/{made['id']}", {"secret": hand})

    def _delete(self, each: Subscription) -> None:
        self.client.ask("DELETE", f"hooks/subscriptions/{each.id}")


def _shown(row: JsonObject) -> Subscription:
    return Subscription(text(row, "id"), text(row, "event_type"), text(row, "target_url"), bool(row.get("is_enabled")))
