"""What the diary says about people, without naming any."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from experiments import events
from experiments.models import Event
from experiments.types import JsonObject
from participants.models import Session


class SessionEvent(StrEnum):
    """Kinds of events."""

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


def record(kind: SessionEvent, session: Session, *, at: datetime, payload: JsonObject | None = None) -> Event:
    """One line about a session."""
    return events.record(
        kind, experiment=session.experiment, subject=f"session:{session.uuid}", payload=payload or {}, at=at
    )
