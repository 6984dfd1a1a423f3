"""What the diary says about people, without naming any."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from experiments.models import Event
from experiments.types import JsonObject
from participants.models import Session


class SessionEvent(StrEnum):
    """Kinds of events."""

    INVITED = "participant.invited"
    ENTERED = "session.entered"
    TURNED_AWAY = "session.turned_away"
    ASSIGNED = "session.assigned"
    PAGE_ANSWERED = "page.answered"
    CHECK_FAILED = "check.failed"
    PAGE_TIMED_OUT = "page.timed_out"
    COMPLETED = "session.completed"
    TIMED_OUT = "session.timed_out"
    RESUMED = "session.resumed"
    RETURNED = "session.returned"
    SCREENED_OUT = "session.screened_out"
    WITHDRAWN = "session.withdrawn"


def line(kind: SessionEvent, session: Session, *, at: datetime, payload: JsonObject | None = None) -> Event:
    """A line about a session, not yet written."""
    return Event(
        kind=kind, experiment_id=session.experiment_id, subject=f"session:{session.uuid}", payload=payload or {}, at=at
    )


def record(kind: SessionEvent, session: Session, *, at: datetime, payload: JsonObject | None = None) -> Event:
    """Write one line about a session."""
    event = line(kind, session, at=at, payload=payload)
    event.save(force_insert=True)
    return event
