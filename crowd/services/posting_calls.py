"""Postings: what is called for them, and what is known after it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import F, Q, QuerySet

from crowd.errors import AlreadyDone, PlatformUnavailable
from crowd.models import Account, Campaign, Posting
from crowd.platforms.base import Platform, PostingSeen
from crowd.reads.campaigns import terms_of
from crowd.reads.exclusions import waiting_for_lists, waiting_to_pay
from crowd.reads.posting_states import is_reviewed, state_of
from crowd.reconcile.actions import Action
from crowd.reconcile.postings import posting_action
from crowd.reconcile.submissions import ECHO
from crowd.reconcile.words import PostingSight
from crowd.services.observing import posting_columns, posting_line
from crowd.services.ordering import order_of

AFTER = {
    Action.OPEN: PostingSight.OPEN,
    Action.ADD_PLACES: PostingSight.OPEN,
    Action.PAUSE: PostingSight.PAUSED,
    Action.CLOSE: PostingSight.CLOSED,
    Action.REMOVE: PostingSight.GONE,
}


class Postings:
    """See `Pursuit`."""

    def due(self, account: Account, now: datetime) -> QuerySet[Posting]:
        """Closing comes before opening: it is what saves money. Nothing goes up before its lists are there."""
        unlisted = Q(purpose="recruit", campaign__in=waiting_for_lists(account))
        unlisted |= Q(purpose="compensate", campaign__in=waiting_to_pay(account))
        rows = Posting.objects.to_do(now).filter(campaign__account=account).exclude(unlisted, external_id="")
        related = rows.select_related("campaign__experiment__study", "campaign__account")
        return related.order_by(F("desired").asc(), "pk")

    def campaign_of(self, row: Posting) -> Campaign:
        return row.campaign

    def action(self, row: Posting, now: datetime) -> Action:
        return posting_action(state_of(row, now, is_reviewed=is_reviewed(row)))

    def call(self, platform: Platform, row: Posting, action: Action, now: datetime) -> dict[str, object]:
        if action == Action.PUBLISH:
            return self._published(row, platform.publish(order_of(row)), now)
        if action == Action.FIND:
            return self._published(row, platform.find(order_of(row)), now)
        if action == Action.LOOK:
            return _looked(row, platform.posting(row.external_id), now)
        with suppress(AlreadyDone):
            _change(platform, row, action, now)
        places = {"observed_places": row.desired_places} if action == Action.ADD_PLACES else {}
        return {"observed": AFTER[action], "observed_at": now, "look_at": now, **places}

    def tell(self, before: Posting, columns: dict[str, object], now: datetime) -> None:
        if line := posting_line(before, columns, now=now):
            line.save()

    def _published(self, row: Posting, seen: PostingSeen | None, now: datetime) -> dict[str, object]:
        until = {"expires_at": row.expires_at or (seen.expires_at if seen else None)}
        return {**posting_columns(row, seen, now=now), **until}


def _change(platform: Platform, row: Posting, action: Action, now: datetime) -> None:
    if action == Action.ADD_PLACES:
        token = sha256(f"{row.token}:{row.desired_places}".encode()).hexdigest()
        platform.add_places(row.external_id, row.desired_places, token=token, expires_at=_until(row, now))
    elif action == Action.OPEN:
        platform.open(row.external_id, expires_at=_until(row, now))
    elif action == Action.PAUSE:
        platform.pause(row.external_id)
    elif action == Action.CLOSE:
        platform.close(row.external_id)
    elif action == Action.REMOVE:
        platform.remove(row.external_id)


def _until(row: Posting, now: datetime) -> datetime:
    lifetime = terms_of(row.campaign).lifetime_seconds
    return row.expires_at or now + timedelta(seconds=lifetime)


def _looked(row: Posting, seen: PostingSeen | None, now: datetime) -> dict[str, object]:
    """PlatformUnavailable while it may only be too young to be shown."""
    if seen is None and row.observed_at is not None and now - row.observed_at < ECHO:
        raise PlatformUnavailable("The platform does not show it yet.", code="lagging")
    return posting_columns(row, seen, now=now)


POSTINGS = Postings()
