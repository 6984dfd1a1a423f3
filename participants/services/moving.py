"""Move a locked session: to a page, to the next stage, to its end. The caller holds the row and calls `save` last."""

from __future__ import annotations

from datetime import datetime

from bandits.errors import NotInExperiment
from bandits.services import complete_slot, release_slot
from experiments.errors import Full
from participants import events
from participants.events import SessionEvent
from participants.models import Session
from participants.reads import places, position_from
from participants.services.assigning import assign_session, new_nonce

MOST_ROUNDS = 3
COLUMNS = (
    "assignment",
    "status",
    "stage",
    "position",
    "attempt",
    "rounds",
    "nonce",
    "seed",
    "answers",
    "checks_failed",
    "ended_because",
    "shown_at",
    "seen_at",
    "ended_at",
)


def save(session: Session) -> None:
    """Write what moved. One UPDATE."""
    session.save(update_fields=COLUMNS)


def turn_to(session: Session, position: int, *, now: datetime, attempt: int = 0) -> None:
    """Show the page at that position next, under a fresh nonce."""
    session.position, session.attempt, session.nonce = position, attempt, new_nonce()
    session.shown_at = session.seen_at = now


def advance(session: Session, *, now: datetime) -> None:
    """To the next page that is to be shown, the next stage, or the end."""
    turn_to(session, position_from(session, session.position + 1), now=now)
    if session.status == Session.Status.ASSIGNED:
        session.status = Session.Status.ACTIVE
    if session.position < len(places(session)):
        return
    if session.stage == "screening":
        _begin_main_stage(session, now=now)
    if session.stage == "main" and session.position >= len(places(session)):
        complete(session, now=now)


def _begin_main_stage(session: Session, *, now: datetime) -> None:
    try:
        assign_session(session, now=now)
    except (Full, NotInExperiment) as refusal:
        screen_out(session, because=refusal.code, now=now)


def start_stage_again(session: Session, *, now: datetime) -> None:
    """Back to the first page of the stage, at most three times; then out."""
    session.rounds += 1
    if session.rounds >= MOST_ROUNDS:
        screen_out(session, because="check", now=now)
    else:
        turn_to(session, position_from(session, 0), now=now)


def complete(session: Session, *, now: datetime) -> None:
    """Done here: the place is filled for good."""
    _end(session, Session.Status.COMPLETED, now=now)
    complete_slot(session.unit)
    seconds = (now - session.entered_at).total_seconds()
    events.record(SessionEvent.COMPLETED, session, at=now, payload={"seconds": round(seconds, 1)})


def screen_out(session: Session, *, because: str, now: datetime) -> None:
    """Out by a rule. A place, if there is one, opens again."""
    _end(session, Session.Status.SCREENED_OUT, because=because, now=now)
    release_slot(session.unit, reason="screened_out", now=now)
    events.record(SessionEvent.SCREENED_OUT, session, at=now, payload={"because": because[:80]})


def leave(session: Session, status: Session.Status, kind: SessionEvent, *, now: datetime) -> None:
    """Out before the end (returned, timed out, withdrawn). The place opens again."""
    _end(session, status, now=now)
    release_slot(session.unit, reason=str(status), now=now)
    step = places(session)[session.position].step.name if session.position < len(places(session)) else ""
    events.record(kind, session, at=now, payload={"step": step, "position": session.position})


def _end(session: Session, status: Session.Status, *, now: datetime, because: str = "") -> None:
    session.status, session.ended_at, session.ended_because = status, now, because
    session.nonce = new_nonce()
