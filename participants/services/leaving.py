"""Leave before the end: return the place, or withdraw with a choice about one's data."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from analysis.services.exporting import discard_exports
from bandits.errors import PlaceLost
from bandits.services import reclaim_slot
from bandits.services.excluding import forget_unit
from experiments.models import Measurement, Unit
from participants.arrivals import ARRIVALS
from participants.capability import token_of
from participants.errors import BrokenPage, SessionOver
from participants.events import SessionEvent
from participants.models import Choice, Interaction, Session, Trial
from participants.reads import blueprint, current_page, session_by_token
from participants.services import moving
from participants.services.choosing import go_on
from participants.services.moving import Passage

BROKEN_PAGE = "broken-page"


class DataChoice(StrEnum):
    """What becomes of the data of somebody who withdraws."""

    KEEP = "keep"
    DELETE = "delete"


@transaction.atomic
def withdraw(token: str, choice: DataChoice, *, now: datetime) -> Session:
    """Stop taking part, also after completion. DELETE removes answers, measurements and interactions at once.

    Twice is as good as once; KEEP after DELETE brings nothing back.
    """
    session = session_by_token(token, lock=True)
    passage = Passage(session, now)
    if session.status != Session.Status.WITHDRAWN:
        moving.leave(passage, Session.Status.WITHDRAWN, SessionEvent.WITHDRAWN)
    if choice == DataChoice.DELETE:
        delete_answers(session)
    return passage.save()


def delete_answers(session: Session) -> None:
    """Remove what somebody told us, also from files made ready; that a session was there stays in the counts."""
    Interaction.objects.filter(session=session).delete()
    Trial.objects.filter(session=session).delete()
    Choice.objects.filter(session=session).delete()
    Measurement.objects.filter(unit=session.unit).delete()
    Unit.objects.filter(pk=session.unit_id).update(attributes={})
    forget_unit(session.unit)
    session.answers = {}
    discard_exports(session.experiment)


@transaction.atomic
def return_session(token: str, *, now: datetime) -> Session:
    """Give the place back (a platform's "return"). Of a session that has ended: SessionOver, unless it was this."""
    session = session_by_token(token, lock=True)
    if session.status == Session.Status.RETURNED:
        return session
    if not session.is_under_way:
        raise SessionOver(f"This session is {session.get_status_display().lower()}; it cannot be returned.")
    passage = Passage(session, now)
    moving.leave(passage, Session.Status.RETURNED, SessionEvent.RETURNED)
    return passage.save()


@transaction.atomic
def end_at_broken_page(token: str, *, now: datetime) -> Session:
    """Out through no fault of theirs, where the page they are on cannot be made. Where it can, nothing changes."""
    session = session_by_token(token, lock=True)
    if not session.is_under_way or _has_page(session):
        return session
    passage = Passage(session, now)
    moving.screen_out(passage, because=BROKEN_PAGE)
    return passage.save()


def _has_page(session: Session) -> bool:
    try:
        current_page(session)
    except BrokenPage:
        return False
    return True


@transaction.atomic
def resume(token: str, *, now: datetime) -> Session:
    """Go on after a time-out, if nobody has taken the place meanwhile; PlaceLost otherwise."""
    silent = session_by_token(token)
    if silent.status == Session.Status.TIMED_OUT and silent.came_by in ARRIVALS:
        ARRIVALS[silent.came_by].go_on(silent, now=now)
    session = session_by_token(token, lock=True)
    if session.status != Session.Status.TIMED_OUT:
        return session
    return _reopen(session, now=now).save()


@transaction.atomic
def come_back(session_uuid: uuid.UUID, *, now: datetime, from_start: bool = False) -> Session:
    """Under way again, also after giving the place back: on the page where they were, or on the stage's first one.

    The arm stays. A session that ended otherwise stays as it ended. PlaceLost if somebody has taken the place.
    """
    session = session_by_token(token_of(session_uuid), lock=True)
    if session.status in (Session.Status.TIMED_OUT, Session.Status.RETURNED):
        passage = _reopen(session, now=now)
    elif session.is_under_way:
        passage = Passage(session, now)
    else:
        return session
    if from_start:
        session.rounds += 1  # answers of this pass are measurements of their own
        moving.turn_to(passage, go_on(session, 0, now=now))
    return passage.save()


def _reopen(session: Session, *, now: datetime) -> Passage:
    if session.assignment is not None:
        _reclaim(session, now=now)
    session.status = Session.Status.ACTIVE if session.assignment else Session.Status.CONSENTED
    session.ended_at, session.ended_because = None, ""
    passage = Passage(session, now)
    moving.turn_to(passage, session.position)
    passage.tell(SessionEvent.RESUMED)
    return passage


def _reclaim(session: Session, *, now: datetime) -> None:
    if session.experiment.status not in ("rehearsal", "running", "paused"):
        raise PlaceLost("The study has ended in the meantime.", hint="Thank you for the time you gave.")
    reclaim_slot(session.unit, lease_seconds=blueprint(session).lease_seconds, now=now)
