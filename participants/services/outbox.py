"""Take in what a browser noticed, and its signs of life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from experiments.types import Json
from participants.models import Interaction, Session
from participants.reads import session_by_token

MOST_ENTRIES = 500


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One line. seq: the browser's own count from 1 on. at_ms: since its page was shown."""

    seq: int
    index: int | None
    kind: str
    at_ms: float
    payload: Json


@transaction.atomic
def take_outbox(token: str, entries: Sequence[OutboxEntry], *, now: datetime) -> int:
    """Keep every entry once, however often it is sent; returns the highest number kept so far.

    After withdrawal nothing is kept, and everything is acknowledged, so that the browser forgets it.
    """
    session = session_by_token(token)
    highest = max((entry.seq for entry in entries), default=0)
    if session.status != Session.Status.WITHDRAWN:
        Interaction.objects.bulk_create((_row(session, entry, now) for entry in entries), ignore_conflicts=True)
    if not _see(session, now=now):
        _forget_if_withdrawn(session, now=now)
    return highest


def _forget_if_withdrawn(session: Session, *, now: datetime) -> None:
    """Somebody may have withdrawn between our reading and our insert, which waited for that to commit."""
    if Session.objects.filter(pk=session.pk, status=Session.Status.WITHDRAWN).exists():
        Interaction.objects.filter(session=session, received_at=now).delete()


def _row(session: Session, entry: OutboxEntry, now: datetime) -> Interaction:
    return Interaction(
        session=session,
        seq=entry.seq,
        index=entry.index,
        kind=entry.kind,
        at_ms=entry.at_ms,
        payload=entry.payload,
        received_at=now,
    )


def beat(token: str, *, now: datetime) -> Session:
    """A sign of life: the place is kept for another lease."""
    session = session_by_token(token)
    _see(session, now=now)
    return session


def _see(session: Session, *, now: datetime) -> bool:
    """Whether it is still under way."""
    alive = Session.objects.filter(pk=session.pk, status__in=Session.UNDER_WAY)
    return session.is_under_way and bool(alive.update(seen_at=now))
