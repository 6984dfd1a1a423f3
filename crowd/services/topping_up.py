"""More people than were planned, for the terms that people know."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from crowd import events
from crowd.errors import BadTerms
from crowd.events import CrowdEvent
from crowd.models import Campaign
from crowd.planning.topping_up import TopUp
from crowd.reads.campaigns import top_up_of
from crowd.services.campaigns import lock, require_account
from crowd.services.holds import hold_plan
from crowd.services.publishing import Confirmation, require_confirmed
from crowd.services.rounds import post_round
from experiments.errors import IllegalTransition

CAN_GROW = (Campaign.Status.RUNNING, Campaign.Status.PAUSED, Campaign.Status.CLOSED)


def plan_top_up(campaign: Campaign, *, completes: int, spare: int) -> TopUp:
    """What it would cost; nothing is changed. BadTerms for nothing or too many."""
    try:
        return top_up_of(campaign, completes=completes, spare=spare)
    except ValueError as error:
        raise BadTerms(str(error)) from error


@transaction.atomic
def top_up_campaign(
    campaign: Campaign, confirmation: Confirmation, *, completes: int, spare: int, now: datetime
) -> Campaign:
    """Raise the goal, or the places for it, reserve the money and post at once. One that was closed runs again.

    A confirmation holds once: sent again it is NotConfirmed, since the campaign has grown meanwhile.
    """
    campaign = lock(campaign)
    if campaign.status not in CAN_GROW:
        raise IllegalTransition(
            f"“{campaign.title}” is {campaign.get_status_display().lower()} and cannot be topped up.",
            hint="A draft is edited; what is settled is followed by a new campaign.",
        )
    require_account(campaign.experiment, campaign.account)
    wanted = plan_top_up(campaign, completes=completes, spare=spare)
    require_confirmed(wanted.sha256, wanted.total, wanted.currency, confirmation)
    _grow(campaign, wanted)
    hold_plan(campaign, completes + spare, key=wanted.sha256, at=now)
    subject = f"campaign:{campaign.uuid}"
    events.record(CrowdEvent.CAMPAIGN_TOPPED_UP, campaign.experiment, subject=subject, at=now, payload=wanted.as_json())
    if campaign.status == Campaign.Status.RUNNING:
        post_round(campaign, now=now)
    return campaign


def _grow(campaign: Campaign, wanted: TopUp) -> None:
    campaign.goal += wanted.completes
    campaign.places += wanted.completes + wanted.spare
    campaign.ended_because = ""
    if campaign.status == Campaign.Status.CLOSED:
        campaign.status = Campaign.Status.RUNNING
    campaign.save(update_fields=["goal", "places", "ended_because", "status"])
