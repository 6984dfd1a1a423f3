"""Approve by a rule that a person switched on: completed here, checks passed. What it leaves out waits for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from crowd import events
from crowd.events import CrowdEvent
from crowd.models import Campaign, Review
from crowd.reads.reviews import Ask, plan_of_review, ruled_work
from crowd.reviewing.words import Decision
from crowd.services.campaigns import lock
from crowd.services.covering import coverable
from crowd.services.reviewing import Meant, carry, write
from experiments.errors import IllegalTransition
from experiments.types import JsonObject

RULE: Final = "completed, checks passed"
AT_ONCE: Final = 500
MESSAGE: Final = "Thank you for your work."


@transaction.atomic
def switch_rule(campaign: Campaign, *, is_on: bool, now: datetime) -> Campaign:
    """Approve by rule from now on, or no longer. So already: nothing changes."""
    campaign = lock(campaign)
    if campaign.status == Campaign.Status.DRAFT:
        raise IllegalTransition("A draft has no work to approve.", hint="Its terms say whether the rule is on.")
    if campaign.approves_by_rule == is_on:
        return campaign
    campaign.review_rule = "on" if is_on else "off"
    campaign.save(update_fields=["review_rule"])
    payload: JsonObject = {"rule": RULE, "is": campaign.review_rule}
    subject = f"campaign:{campaign.uuid}"
    events.record(CrowdEvent.REVIEW_RULE, campaign.experiment, subject=subject, at=now, payload=payload)
    return campaign


def review_by_rule(*, now: datetime) -> int:
    """One sweep over all campaigns in which the rule is on; how many were approved. Twice is as good as once."""
    return sum(_approve(pk, now) for pk in campaigns_with_ruled_work())


def campaigns_with_ruled_work() -> list[int]:
    """Ids. One query."""
    return sorted(ruled_work().order_by().values_list("posting__campaign", flat=True).distinct())


@transaction.atomic
def _approve(pk: int, now: datetime) -> int:
    campaign = lock(Campaign.objects.get(pk=pk))
    if not campaign.approves_by_rule:
        return 0  # switched off meanwhile
    rows = ruled_work().filter(posting__campaign=campaign).order_by("decide_before", "pk")[:AT_ONCE]
    rows = rows.select_related("posting__campaign__account", "posting__campaign__experiment__study")
    found = list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True))
    chosen = tuple(row.uuid for row in coverable(found, at=now))
    if not chosen:
        return 0
    plan = plan_of_review(campaign, Ask(Decision.APPROVE, chosen, reason=RULE, message=MESSAGE), now=now)
    review: Review = write(campaign, plan, Meant(plan.phrase, plan.sha256, by=None), now=now, rule=RULE)
    carry(review, now=now)
    return len(plan.lines)
