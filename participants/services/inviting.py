"""Invite a known person: a link of their own, without their id in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from experiments import events as diary
from experiments.errors import Conflict
from experiments.models import Experiment, Status, UnitKind
from participants import events
from participants.identity import find_participant, participant_of
from participants.models import Participant, Session


@dataclass(frozen=True, slots=True)
class Invitation:
    """The person, and the session if they have come in already."""

    participant: Participant
    session: Session | None
    is_new: bool


@transaction.atomic
def invite(experiment: Experiment, *, platform: str, external_id: str, now: datetime) -> Invitation:
    """Make the person known, their id as HMAC and in the vault only. Inviting twice invites once.

    A place is taken when they agree, not now. Conflict for an experiment that is over or has no pages.
    """
    if experiment.unit_kind != UnitKind.PARTICIPANT:
        raise Conflict(f"The units of “{experiment.title}” are no people.", hint="Ask for an assignment instead.")
    if experiment.status in (Status.COMPLETED, Status.ARCHIVED):
        raise Conflict(f"“{experiment.title}” is {experiment.standing}; nobody is invited any more.")
    known = find_participant(experiment.study, platform=platform, external_id=external_id) is not None
    participant = participant_of(experiment.study, platform=platform, external_id=external_id)
    session = Session.objects.filter(participant=participant, experiment=experiment).first()
    if not known:
        subject = f"participant:{participant.uuid}"
        diary.record(events.SessionEvent.INVITED, experiment=experiment, subject=subject, at=now)
    return Invitation(participant, session, not known)
