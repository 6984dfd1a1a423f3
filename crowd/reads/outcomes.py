"""How it ended for somebody: read from their session, said in the crowd's words."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from crowd.models import Submission
from crowd.paying.rules import pay_for
from crowd.terms import Terms
from experiments.models import Event
from participants.events import SessionEvent
from participants.models import Session

Outcome = Submission.Outcome
BY_STATUS = {
    Session.Status.COMPLETED: Outcome.COMPLETED,
    Session.Status.SCREENED_OUT: Outcome.SCREENED_OUT,
    Session.Status.TIMED_OUT: Outcome.TIMED_OUT,
    Session.Status.RETURNED: Outcome.RETURNED,
    Session.Status.WITHDRAWN: Outcome.WITHDRAWN,
}
BY_REASON = {
    "check": Outcome.FAILED_CHECK,
    "full": Outcome.QUOTA_FULL,
    "place-lost": Outcome.QUOTA_FULL,
    "broken-page": Outcome.TECHNICAL_FAILURE,
}


def outcome_of(session: Session) -> Submission.Outcome:
    """OPEN while it is under way. Who completed and withdrew their data afterwards has completed."""
    if session.status == Session.Status.SCREENED_OUT:
        return BY_REASON.get(session.ended_because, Outcome.SCREENED_OUT)
    if session.status == Session.Status.WITHDRAWN and _had_completed(session):
        return Outcome.COMPLETED
    return BY_STATUS.get(Session.Status(session.status), Outcome.OPEN)


def owed_to(session: Session, terms: Terms) -> Decimal:
    """What the terms give somebody whose session ended so."""
    return pay_for(outcome_of(session), terms, minutes=minutes_of(session))


def minutes_of(session: Session) -> Decimal:
    """From coming in to the end, or to when they were last seen; whole seconds count."""
    end = session.ended_at or session.seen_at
    return Decimal((end - session.entered_at) // timedelta(seconds=1)) / 60


def _had_completed(session: Session) -> bool:
    diary = Event.objects.filter(experiment_id=session.experiment_id, subject=f"session:{session.uuid}")
    return diary.filter(kind=SessionEvent.COMPLETED).exists()
