"""Studies: drafted and published, read, extended, paused, stopped, and named as done with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Final

from crowd.errors import PlatformRefused, PlatformUnavailable
from crowd.platforms.base import Link, Order, PostingSeen
from crowd.platforms.guard import require_spending
from crowd.platforms.limited import Limited
from crowd.platforms.prolific.client import Client
from crowd.platforms.prolific.errors import NOT_FOUND
from crowd.platforms.prolific.orders import MARK, name_of, study
from crowd.platforms.prolific.sights import DONE_WITH, number, posting_seen, posting_sight, text
from crowd.reconcile.words import PostingSight
from experiments.types import JsonObject

DRAFT: Final = "UNPUBLISHED"
COMPLETED: Final = "COMPLETED"
OVER: Final = frozenset({PostingSight.CLOSED, PostingSight.GONE})


class Postings(Limited):
    """See `Platform`. Prolific counts no tokens: a study is looked for by its internal name before one is made."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self.client = Client(link)

    def publish(self, order: Order) -> PostingSeen:
        """A draft costs nothing: it is made first, and then published if no other has its name."""
        require_spending(self.link)
        found = self._named(order) or self._drafted(order)
        if text(found, "status") != DRAFT:
            return posting_seen(found)
        try:
            return posting_seen(self._move(text(found, "id"), "PUBLISH"))
        except PlatformRefused:
            self._drop(text(found, "id"))
            raise

    def find(self, order: Order) -> PostingSeen | None:
        found = self._named(order)
        return posting_seen(found) if found else None

    def posting(self, external_id: str) -> PostingSeen | None:
        found = self.client.find(f"studies/{external_id}")
        return self._seen(found) if found else None

    def postings(self) -> Iterator[PostingSeen]:
        """Drafts are not listed."""
        for found in self.client.rows("studies"):
            if text(found, "status") != DRAFT:
                yield self._seen(found)

    def add_places(self, external_id: str, places: int, *, token: str, expires_at: datetime) -> None:
        require_spending(self.link)
        shown = self._study(external_id)
        if places > number(shown, "total_available_places"):
            self.client.ask("PATCH", f"studies/{external_id}", {"total_available_places": places})
        if posting_sight(shown) == PostingSight.PAUSED:
            self.open(external_id, expires_at=expires_at)

    def open(self, external_id: str, *, expires_at: datetime) -> None:
        require_spending(self.link)
        shown = self._study(external_id)
        sight = posting_sight(shown)
        if text(shown, "status") == DRAFT:
            self._move(external_id, "PUBLISH")
        elif sight == PostingSight.PAUSED:
            self._move(external_id, "START")
        elif sight in OVER:
            raise PlatformRefused(
                "Prolific opens no study again that was stopped.", code="stopped", hint="Post another round."
            )

    def pause(self, external_id: str) -> None:
        self._stop(external_id, "PAUSE", {PostingSight.PAUSED, *OVER})

    def close(self, external_id: str) -> None:
        shown = self.client.find(f"studies/{external_id}")
        if shown is not None and text(shown, "status") == DRAFT:
            self._drop(external_id)
        elif shown is not None:
            self._stop(external_id, "STOP", OVER)

    def remove(self, external_id: str) -> None:
        shown = self.client.find(f"studies/{external_id}")
        if shown is None or posting_sight(shown) == PostingSight.GONE:
            return
        if text(shown, "status") == DRAFT:
            self._drop(external_id)
            return
        name = f"{DONE_WITH}{text(shown, 'internal_name')}"
        self.client.ask("PATCH", f"studies/{external_id}", {"internal_name": name})

    def _study(self, external_id: str) -> JsonObject:
        return self.client.read(f"studies/{external_id}")

    def _seen(self, found: JsonObject) -> PostingSeen:
        """Of our own studies that go on it is counted who is at them: one call for each."""
        goes_on = text(found, "internal_name").startswith(MARK) and text(found, "status") not in (DRAFT, COMPLETED)
        counts = self.client.read(f"studies/{text(found, 'id')}/submissions/counts") if goes_on else None
        return posting_seen(found, counts)

    def _named(self, order: Order) -> JsonObject | None:
        """The study of that name: the published one, else the oldest draft; drafts beside it are taken away."""
        same = [row for row in self.client.rows("studies") if text(row, "internal_name") == name_of(order)]
        same.sort(key=lambda row: (text(row, "status") == DRAFT, text(row, "date_created")))
        for spare in same[1:]:
            if text(spare, "status") == DRAFT:
                self._drop(text(spare, "id"))
        return same[0] if same else None

    def _drafted(self, order: Order) -> JsonObject:
        """Made, and looked for: an older one of that name that was not shown before counts instead."""
        project = self.link.options.get("project")
        made = self.client.ask("POST", "studies", study(order, project=project if isinstance(project, str) else ""))
        found = self._named(order)
        if found is None:
            raise PlatformUnavailable("Prolific does not show the draft yet.", code="lagging")
        return found if text(found, "id") != text(made, "id") else made

    def _move(self, external_id: str, action: str) -> JsonObject:
        return self.client.ask("POST", f"studies/{external_id}/transition", {"action": action})

    def _stop(self, external_id: str, action: str, so: set[PostingSight] | frozenset[PostingSight]) -> None:
        """Refused for its state: then what it is now says whether that was wanted."""
        try:
            self._move(external_id, action)
        except PlatformRefused:
            if posting_sight(self._study(external_id)) not in so:
                raise

    def _drop(self, external_id: str) -> None:
        """A draft that is away is away."""
        with suppress(PlatformUnavailable):
            try:
                self.client.ask("DELETE", f"studies/{external_id}")
            except PlatformRefused as error:
                if error.code != NOT_FOUND:
                    raise
