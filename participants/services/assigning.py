"""Give a session its arm, and pages their names."""

from __future__ import annotations

import secrets
from datetime import datetime

from bandits.services import assign_arm
from experiments.chance import Stream
from experiments.models import Assignment
from experiments.published import arm_name, blueprint_of
from participants import events
from participants.events import SessionEvent
from participants.models import Session
from participants.services.choosing import go_on


def new_nonce() -> str:
    """A fresh name for a page."""
    return secrets.token_urlsafe(16)


def assign_session(session: Session, *, now: datetime) -> None:
    """Get the session its arm and put it at the start of the main stage. The caller saves the session."""
    session.assignment = assign_arm(session.unit, version=session.version_id, now=now)
    session.status, session.stage = Session.Status.ASSIGNED, "main"
    session.seed = _seed_of(session.assignment, blueprint_of(session.version_id).seed)
    session.position = go_on(session, 0, now=now)
    events.record(SessionEvent.ASSIGNED, session, at=now, payload={"arm": arm_name(session.assignment.arm_id)})


def _seed_of(assignment: Assignment, seed: int) -> int:
    """The seed of everything drawn for a session: who takes the same place of the same list meets the same orders."""
    place = assignment.slot.position if assignment.slot else assignment.pk
    return Stream(seed, "session", assignment.stratum, place).word() >> 2
