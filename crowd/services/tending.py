"""What the worker does for campaigns by itself: rounds, and money that nobody needs any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from crowd.errors import BudgetExceeded
from crowd.models import Campaign, Posting
from crowd.reads.campaign_money import postings_with_money
from crowd.reconcile.words import PostingSight
from crowd.services.campaigns import lock
from crowd.services.closing import pause_campaign
from crowd.services.holds import settle_posting
from crowd.services.rounds import next_round
from experiments.models import Experiment

LATER = timedelta(minutes=10)
SHUT_OUT = "The experiment lets nobody in, so nobody is sent there: start it and resume, or close the campaign."
SHUT = (PostingSight.CLOSED, PostingSight.GONE, PostingSight.ABSENT)


def tend(campaign: Campaign, *, now: datetime) -> int:
    """One look at a campaign: its next round if it is due, and what is held for closed postings set free.

    How many places went up. Twice, or two at once, is as good as once.
    """
    if campaign.status == Campaign.Status.RUNNING:
        return _round(campaign, now=now)
    if campaign.status in (Campaign.Status.CLOSED, Campaign.Status.SETTLED):
        _free(campaign, now=now)
    return 0


def _round(campaign: Campaign, *, now: datetime) -> int:
    """Without room in the budget it waits, and says so. Nobody is sent to an experiment that lets nobody in."""
    if not Experiment.objects.filter(pk=campaign.experiment_id, status__in=Experiment.OPEN).exists():
        pause_campaign(campaign, because=SHUT_OUT, now=now)
        return 0
    try:
        return next_round(campaign, now=now)
    except BudgetExceeded as refusal:
        return _wait(campaign, refusal.message, now)


@transaction.atomic
def _wait(campaign: Campaign, sentence: str, now: datetime) -> int:
    campaign = lock(campaign)
    campaign.ended_because, campaign.next_round_at = sentence[:200], now + LATER
    campaign.save(update_fields=["ended_because", "next_round_at"])
    return 0


@transaction.atomic
def _free(campaign: Campaign, *, now: datetime) -> None:
    campaign = lock(campaign)
    shut = Posting.objects.filter(campaign=campaign, observed__in=SHUT)
    for posting in postings_with_money(campaign, shut.select_related("campaign__experiment__study")):
        settle_posting(posting, at=now)
