"""Erase a person, because they ask for it or because the study's time for personal data is over."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from crowd import events
from crowd.errors import NotConfirmed, StillNeeded
from crowd.events import CrowdEvent
from crowd.models import Errand, ExclusionMember, Payment, ReviewLine, Submission
from crowd.reads.erasure import can_be_erased, obstacle_of, people_due
from experiments.models import Experiment, Study
from experiments.types import JsonObject
from participants.models import Participant, Session
from participants.services.erasing import erase_person

AT_ONCE: Final = 100
BY_HAND: Final = "By hand."
"""What is left of how somebody was paid elsewhere: the words may name them."""


@transaction.atomic
def erase_participant(
    participant: Participant, *, with_answers: bool = False, because: str = "asked", now: datetime
) -> bool:
    """Empty the vault, the words they wrote and what their browser noticed. Twice is as good as once: False then.

    StillNeeded while money is open or their work undecided. Rows of money, submissions and sessions stay under the
    pseudonym, of which nobody can tell any more who it was; nor can the same person be recognised if they come again.
    """
    participant = Participant.objects.select_for_update().select_related("study").get(pk=participant.pk)
    if participant.erased_at is not None:
        return False
    if why := obstacle_of(participant):
        raise StillNeeded(why, hint="Then erase them. Nothing was erased.")
    ExclusionMember.objects.filter(participant=participant).delete()
    Errand.objects.filter(participant=participant).update(subject="", text="")
    mine = Submission.objects.filter(participant=participant)
    ReviewLine.objects.filter(submission__in=mine).update(because="")
    mine.update(reason="", code="")
    by_hand = Payment.objects.filter(obligation__participant=participant).exclude(elsewhere="")
    by_hand.update(elsewhere=BY_HAND)
    erase_person(participant, with_answers=with_answers, now=now)
    _tell(participant, {"because": because, "answers too": with_answers}, now)
    return True


@transaction.atomic
def erase_confirmed(participant: Participant, typed: str, *, with_answers: bool, now: datetime) -> bool:
    """The same by somebody who typed “erase” and the pseudonym's first eight digits; NotConfirmed otherwise."""
    wanted = f"erase {participant.uuid.hex[:8]}"
    if " ".join(typed.lower().split()) != wanted:
        raise NotConfirmed(f"It is confirmed with “{wanted}”, not with “{typed}”: nothing was erased.")
    return erase_participant(participant, with_answers=with_answers, now=now)


def erase_due(*, now: datetime) -> int:
    """One sweep over all studies; how many were erased. Who is still owed something waits for the next one."""
    return sum(_erase_due_of(study, now) for study in Study.objects.order_by("pk"))


def _erase_due_of(study: Study, now: datetime) -> int:
    due = list(can_be_erased(people_due(study, now)).order_by("pk")[:AT_ONCE])
    return sum(erase_participant(each, because="retention", now=now) for each in due)


def _tell(participant: Participant, payload: JsonObject, now: datetime) -> None:
    """In the diary of each experiment that they took part in."""
    sessions = Session.objects.filter(participant=participant).select_related("experiment").order_by("pk")
    experiments: list[Experiment | None] = [session.experiment for session in sessions]
    for experiment in experiments or [None]:
        subject = f"participant:{participant.uuid}"
        events.record(CrowdEvent.PARTICIPANT_ERASED, experiment, subject=subject, at=now, payload=payload)
