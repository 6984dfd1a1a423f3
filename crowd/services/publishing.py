"""From a plan that somebody confirmed to postings that go up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from django.db import transaction

from crowd import events
from crowd.errors import NotConfirmed
from crowd.events import CrowdEvent
from crowd.models import Campaign
from crowd.planning.plan import Plan
from crowd.reads.campaigns import plan_of, publish_blocker
from crowd.services.campaigns import Draft, checked_terms, lock, require_account
from crowd.services.excluding import want_lists
from crowd.services.holds import hold_plan
from crowd.services.rounds import post_round
from experiments.errors import IllegalTransition
from experiments.models import Study
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class Confirmation:
    """total: the cost as the person typed it. sha256: of the plan that they looked at."""

    total: Decimal
    sha256: str
    by: User | None = None


@transaction.atomic
def publish_campaign(campaign: Campaign, confirmation: Confirmation, *, now: datetime) -> Campaign:
    """Reserve what it may cost, and want its first round posted. Publishing what is published so changes nothing.

    NotConfirmed: the plan is not the one that was looked at, or the amount is another; BudgetExceeded: the study may
    not spend so much. Then nothing has happened. The study is locked first: its currency stays as it was looked at.
    """
    Study.objects.select_for_update(no_key=True).get(pk=campaign.experiment.study_id)
    campaign = lock(campaign)
    if campaign.confirmed_at is not None and campaign.plan_sha256 == confirmation.sha256:
        return campaign
    _require_publishable(campaign)
    plan = plan_of(campaign)
    require_confirmed(plan.sha256, plan.total, plan.asked.currency, confirmation)
    _keep(campaign, plan, confirmation, now)
    hold_plan(campaign, plan.places, key=plan.sha256, at=now)
    _record(campaign, plan, now)
    want_lists(campaign)
    post_round(campaign, now=now)
    return campaign


def require_confirmed(sha256: str, total: Decimal, currency: str, confirmation: Confirmation) -> None:
    """NotConfirmed says what is otherwise."""
    if confirmation.sha256 != sha256:
        raise NotConfirmed("The plan has changed since you looked at it.", hint="Look at it again, then confirm it.")
    if confirmation.total != total:
        raise NotConfirmed(
            f"It costs {total} {currency} at most, and you typed {confirmation.total}.",
            hint="Type the amount as the plan shows it.",
        )


def _require_publishable(campaign: Campaign) -> None:
    if campaign.status != Campaign.Status.DRAFT:
        raise IllegalTransition(f"“{campaign.title}” is {campaign.get_status_display().lower()} already.")
    require_account(campaign.experiment, campaign.account)
    if blocker := publish_blocker(campaign):
        raise IllegalTransition(blocker)
    checked_terms(Draft(cast(JsonObject, campaign.terms), campaign.goal), campaign.account, campaign.experiment)


def _keep(campaign: Campaign, plan: Plan, confirmation: Confirmation, now: datetime) -> None:
    campaign.plan, campaign.plan_sha256 = plan.as_json(), plan.sha256
    campaign.confirmed_by, campaign.confirmed_at = confirmation.by, now
    campaign.status, campaign.places = Campaign.Status.RUNNING, plan.places
    campaign.save(update_fields=["plan", "plan_sha256", "confirmed_by", "confirmed_at", "status", "places"])


def _record(campaign: Campaign, plan: Plan, now: datetime) -> None:
    payload: JsonObject = {"total": str(plan.total), "currency": plan.asked.currency, "places": plan.places}
    subject = f"campaign:{campaign.uuid}"
    events.record(CrowdEvent.CAMPAIGN_PUBLISHED, campaign.experiment, subject=subject, at=now, payload=payload)
