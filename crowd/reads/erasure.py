"""Whose personal data there are, what stands in the way of erasing them, and when their time is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from crowd.models import Obligation, Payment, Submission
from crowd.reconcile.words import PaymentState, SubmissionSight
from experiments.models import Study
from participants.identity import find_participant
from participants.models import Interaction, Participant, Session, Trial, VaultEntry

SOON: Final = timedelta(days=30)
SETTLED: Final = (PaymentState.CONFIRMED, PaymentState.CANCELLED)
UNDER_REVIEW: Final = (SubmissionSight.ACTIVE, SubmissionSight.SUBMITTED)


@dataclass(frozen=True, slots=True)
class Traces:
    """What there is of somebody. obstacle: why they cannot be erased now; "" if they can."""

    participant: Participant
    has_id: bool
    sessions: int
    pages: int
    interactions: int
    payments: int
    obstacle: str

    @property
    def phrase(self) -> str:
        """What is typed by somebody who means it."""
        return f"erase {self.participant.uuid.hex[:8]}"


@dataclass(frozen=True, slots=True)
class Clock:
    """The retention of one study. people: not erased. due: whose time is over. held: of those, who is still owed.

    soon: whose time is over within thirty days. next_on: when it is for the first of the others.
    """

    study: Study
    people: int
    due: int
    held: int
    soon: int
    next_on: date | None


def traces_of(participant: Participant) -> Traces:
    """Seven queries."""
    sessions = Session.objects.filter(participant=participant)
    return Traces(
        participant=participant,
        has_id=VaultEntry.objects.filter(participant=participant).exists(),
        sessions=sessions.count(),
        pages=Trial.objects.filter(session__in=sessions).count(),
        interactions=Interaction.objects.filter(session__in=sessions).count(),
        payments=Payment.objects.filter(obligation__participant=participant).count(),
        obstacle=obstacle_of(participant),
    )


def obstacle_of(participant: Participant) -> str:
    """Who is owed money, or whose work is not decided, must be known to the platform. Two queries."""
    if Obligation.objects.filter(participant=participant).exclude(payment__state__in=SETTLED).exists():
        return "They are still owed money: pay it, or call it off."
    if Submission.objects.filter(participant=participant, observed__in=UNDER_REVIEW).exists():
        return "Their work is not decided yet: approve or reject it first."
    return ""


def person_named(study: Study, name: str, *, platform: str = "") -> Participant | None:
    """By their pseudonym or how it begins (8 digits at least), or by their id at a platform. None if unknown."""
    people = Participant.objects.filter(study=study)
    if platform:
        return find_participant(study, platform=platform, external_id=name)
    digits = name.replace("-", "").lower()
    if not 8 <= len(digits) <= 32 or not set(digits) <= set("0123456789abcdef"):
        return None
    low, high = digits.ljust(32, "0"), digits.ljust(32, "f")
    found = list(people.filter(uuid__gte=low, uuid__lte=high)[:2])
    return found[0] if len(found) == 1 else None


def people_due(study: Study, now: datetime) -> QuerySet[Participant]:
    """Of whom nothing was heard for as long as the study keeps personal data."""
    return _living(study).filter(last__lte=now - timedelta(days=study.retention_days))


def can_be_erased(people: QuerySet[Participant]) -> QuerySet[Participant]:
    """Those of them with no open money and no undecided work."""
    return people.filter(~_open_money(), ~_open_work())


def clock_of(study: Study, now: datetime) -> Clock:
    """Two queries."""
    kept = timedelta(days=study.retention_days)
    over, soon = Q(last__lte=now - kept), Q(last__gt=now - kept, last__lte=now - kept + SOON)
    living = _living(study).annotate(money=_open_money(), work=_open_work())
    held = over & (Q(money=True) | Q(work=True))
    counts = living.aggregate(
        people=Count("pk"),
        due=Count("pk", filter=over),
        held=Count("pk", filter=held),
        soon=Count("pk", filter=soon),
    )
    first = living.filter(last__gt=now - kept).order_by("last").values_list("last", flat=True).first()
    return Clock(study, **counts, next_on=(first + kept).date() if first else None)


def _living(study: Study) -> QuerySet[Any]:
    seen = Session.objects.filter(participant=OuterRef("pk")).order_by("-seen_at").values("seen_at")[:1]
    last = Greatest("created_at", Coalesce(Subquery(seen), "created_at"))
    return Participant.objects.filter(study=study, erased_at=None).annotate(last=last)


def _open_money() -> Exists:
    owed = Obligation.objects.filter(participant=OuterRef("pk")).exclude(payment__state__in=SETTLED)
    return Exists(owed)


def _open_work() -> Exists:
    return Exists(Submission.objects.filter(participant=OuterRef("pk"), observed__in=UNDER_REVIEW))
