"""What one should know before confirming a plan: nothing of it stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from crowd.planning.hourly import fair_reward
from crowd.planning.plan import Plan

DAY = 86_400
SHORT = Decimal("0.8")


def warnings_of(plan: Plan) -> tuple[str, ...]:
    """Sentences."""
    return (*_of_pay(plan), *_of_time(plan), *_of_places(plan), *_of_people(plan))


def _of_pay(plan: Plan) -> Iterator[str]:
    terms, currency = plan.asked.terms, plan.asked.currency
    if plan.asked.shape.is_paid_by_hand and plan.total:
        yield "Nobody is paid through a plain link: you pay by hand, and mark it on the page of the money."
    if plan.duration.source == "announced":
        yield "Nobody has rehearsed it: how long people take, and so what they earn in an hour, is a guess."
    if terms.fair_hourly and plan.pay_per_hour < terms.fair_hourly:
        fair = fair_reward(terms.fair_hourly, plan.duration.minutes)
        yield (
            f"People earn {plan.pay_per_hour} {currency} an hour at {plan.duration.minutes} minutes, below the "
            f"{terms.fair_hourly} that you call fair. A reward of {fair} is."
        )
    elif terms.reward and not terms.fair_hourly:
        yield "No fair hourly pay is set, so nothing will warn you when people take longer than you thought."


def _of_time(plan: Plan) -> Iterator[str]:
    terms, duration = plan.asked.terms, plan.duration
    if duration.source != "announced" and terms.minutes < duration.minutes * SHORT:
        yield f"{terms.minutes} minutes are announced, and it takes {duration.minutes}."
    slow = duration.slow or duration.minutes
    if slow * 60 * 2 > terms.assignment_seconds:
        yield (
            f"People have {terms.assignment_seconds // 60} minutes; slow ones take {slow}. Give them twice that, or "
            "some lose their work."
        )
    if terms.auto_approval_seconds < DAY:
        hours = Decimal(terms.auto_approval_seconds) / 3_600
        yield f"The platform approves by itself after {hours:.2g} hours: little time to review."


def _of_places(plan: Plan) -> Iterator[str]:
    terms = plan.asked.terms
    if not terms.spare:
        yield "No place is spare: if somebody is screened out or fails a check, the goal is missed until you top it up."
    if terms.lifetime_seconds < 2 * 60 * terms.minutes:
        yield "Postings end so soon after they begin that hardly anybody will find them."


def _of_people(plan: Plan) -> Iterator[str]:
    names = {each.name for each in plan.asked.terms.qualifications}
    if "approval_rate" in names and "approved_hits" not in names:
        yield (
            "An approval rate without a number of approved HITs lets newcomers in: whoever has fewer than 100 counts "
            "as 100 %."
        )
