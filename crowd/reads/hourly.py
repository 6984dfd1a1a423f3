"""What the people of a campaign earned in an hour, arm by arm."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Sum

from crowd.models import Campaign, Obligation, Submission
from crowd.paying.hourly import ArmPay, Worked, pay_of_arms
from crowd.reads.campaigns import completed, terms_of

NO_ARM: Final = "no arm"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who completed: their submission, arm, time, and what they are owed without fees."""

    submission: Submission
    arm: str
    worked: Worked


def people_of(campaign: Campaign) -> list[Person]:
    """Everybody who completed, was not rejected and is owed their pay by now, once each. Two queries.

    Whoever has not been seen to hand in is not owed anything yet: to count them as unpaid would be a false alarm.
    """
    rows = Submission.objects.filter(completed(), posting__campaign=campaign, session__ended_at__isnull=False)
    rows = (
        rows.select_related("posting__campaign__experiment__study")
        .select_related("session__assignment__arm", "participant", "posting__campaign__account")
        .order_by("participant_id", "-pk")
    )
    owed = _owed(campaign)
    once = rows.distinct("participant_id")
    return [_person(row, owed[row.participant_id]) for row in once if row.participant_id in owed]


def hourly_of(campaign: Campaign) -> list[ArmPay]:
    """One line for each arm. Two queries."""
    return lines_of(campaign, people_of(campaign))


def lines_of(campaign: Campaign, people: list[Person]) -> list[ArmPay]:
    """The same of people at hand."""
    arms: dict[str, list[Worked]] = defaultdict(list)
    for person in people:
        arms[person.arm].append(person.worked)
    return pay_of_arms(arms, floor=terms_of(campaign).fair_hourly)


def _owed(campaign: Campaign) -> dict[int, Decimal]:
    """Person > all that was not called off."""
    rows = Obligation.objects.filter(campaign=campaign).exclude(payment__state="cancelled").order_by()
    return dict(rows.values_list("participant").annotate(total=Sum("amount")))


def _person(submission: Submission, pay: Decimal) -> Person:
    session = submission.session
    assert session is not None  # noqa: S101 (the query says so)
    assert session.ended_at is not None  # noqa: S101 (the query says so)
    arm = session.assignment.arm.name if session.assignment else NO_ARM
    return Person(submission, arm, Worked((session.ended_at - session.entered_at).total_seconds(), pay))
