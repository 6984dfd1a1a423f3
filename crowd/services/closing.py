"""A campaign's way to its end: paused, resumed, extended, closed, settled."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from crowd import events
from crowd.events import CrowdEvent
from crowd.models import Campaign, Posting
from crowd.reads.campaign_money import open_holds
from crowd.reads.campaigns import publish_blocker, shut, terms_of, unsettled
from crowd.reconcile.words import PostingWish
from crowd.services.budgets import release_all
from crowd.services.campaigns import lock
from crowd.services.holds import settle_plan
from experiments.errors import IllegalTransition
from experiments.types import JsonObject


@transaction.atomic
def pause_campaign(campaign: Campaign, *, now: datetime, because: str = "") -> Campaign:
    """Nobody new; who holds a place may finish. Pausing a paused one changes nothing. because: shown on its page."""
    campaign = lock(campaign)
    if campaign.status == Campaign.Status.PAUSED:
        return campaign
    _move(campaign, Campaign.Status.RUNNING, Campaign.Status.PAUSED, because=because)
    _want(campaign, (PostingWish.OPEN,), PostingWish.PAUSED)
    _record(CrowdEvent.CAMPAIGN_PAUSED, campaign, now)
    return campaign


@transaction.atomic
def resume_campaign(campaign: Campaign, *, now: datetime) -> Campaign:
    """Go on with what was confirmed; postings that were paused stay up as long as new ones. Twice changes nothing.

    IllegalTransition while the experiment lets nobody in.
    """
    campaign = lock(campaign)
    if campaign.status == Campaign.Status.RUNNING:
        return campaign
    if blocker := publish_blocker(campaign):
        raise IllegalTransition(blocker)
    _move(campaign, Campaign.Status.PAUSED, Campaign.Status.RUNNING)
    until = now + timedelta(seconds=terms_of(campaign).lifetime_seconds)
    paused = Posting.objects.filter(campaign=campaign, desired=PostingWish.PAUSED)
    paused.filter(Q(expires_at__isnull=True) | Q(expires_at__lt=until)).update(expires_at=until)
    paused.update(desired=PostingWish.OPEN, retry_at=None)
    _record(CrowdEvent.CAMPAIGN_RESUMED, campaign, now)
    return campaign


@transaction.atomic
def extend_campaign(campaign: Campaign, *, hours: int, now: datetime) -> int:
    """Keep every posting that is still up so for so many hours from now, if that is later. How many were extended.

    What has expired stays so: the next round posts its places anew.
    """
    campaign = lock(campaign)
    if campaign.status != Campaign.Status.RUNNING:
        raise _illegal(campaign, "extended")
    if not 1 <= hours <= 8_760:
        raise IllegalTransition(f"hours must be in [1, 8,760], not {hours}.")
    until = now + timedelta(hours=hours)
    open_ = Posting.objects.filter(campaign=campaign, desired=PostingWish.OPEN).exclude(shut(now))
    extended = open_.filter(Q(expires_at__isnull=True) | Q(expires_at__lt=until)).update(
        expires_at=until, retry_at=None
    )
    if extended:
        payload: JsonObject = {"hours": hours, "postings": extended}
        _record(CrowdEvent.CAMPAIGN_EDITED, campaign, now, payload)
    return extended


@transaction.atomic
def close_campaign(campaign: Campaign, because: str, *, now: datetime) -> Campaign:
    """Nobody new, for good. Who holds a place may submit, and is reviewed and paid. Twice changes nothing."""
    campaign = lock(campaign)
    if campaign.status in (Campaign.Status.CLOSED, Campaign.Status.SETTLED):
        return campaign
    if campaign.status == Campaign.Status.DRAFT:
        raise _illegal(campaign, "closed")
    return close(campaign, because, now=now)


def close(campaign: Campaign, because: str, *, now: datetime) -> Campaign:
    """The same for a campaign that is locked already and runs or is paused."""
    campaign.status, campaign.ended_because, campaign.next_round_at = Campaign.Status.CLOSED, because[:200], None
    campaign.save(update_fields=["status", "ended_because", "next_round_at"])
    _want(campaign, (PostingWish.DRAFT, PostingWish.OPEN, PostingWish.PAUSED), PostingWish.CLOSED)
    settle_plan(campaign, at=now)
    _record(CrowdEvent.CAMPAIGN_CLOSED, campaign, now, {"because": because})
    return campaign


@transaction.atomic
def settle_campaign(campaign: Campaign, *, now: datetime) -> Campaign:
    """Remove its postings from the platform once everything is reviewed and paid, and hold no more money for it.

    IllegalTransition names what is still open. Twice changes nothing.
    """
    campaign = lock(campaign)
    if campaign.status == Campaign.Status.SETTLED:
        return campaign
    if campaign.status != Campaign.Status.CLOSED:
        raise _illegal(campaign, "settled")
    if left := unsettled(campaign):
        raise IllegalTransition(left[0], hint="Then settle it again." if len(left) == 1 else " ".join(left[1:]))
    campaign.status = Campaign.Status.SETTLED
    campaign.save(update_fields=["status"])
    Posting.objects.filter(campaign=campaign).update(desired=PostingWish.GONE, retry_at=None)
    for hold in open_holds(campaign):
        release_all(campaign, hold, at=now)
    _record(CrowdEvent.CAMPAIGN_SETTLED, campaign, now)
    return campaign


def _want(campaign: Campaign, were: tuple[PostingWish, ...], wish: PostingWish) -> None:
    """Postings that only pay people stay up till they are removed with all the others."""
    postings = Posting.objects.filter(campaign=campaign, desired__in=were)
    if wish != PostingWish.GONE:
        postings = postings.filter(purpose="recruit")
    postings.update(desired=wish, retry_at=None)


def _move(campaign: Campaign, before: str, after: str, *, because: str = "") -> None:
    if campaign.status != before:
        raise _illegal(campaign, after)
    campaign.status, campaign.ended_because = after, because
    campaign.save(update_fields=["status", "ended_because"])


def _illegal(campaign: Campaign, after: str) -> IllegalTransition:
    return IllegalTransition(
        f"“{campaign.title}” is {campaign.get_status_display().lower()} and cannot be {after}.",
        hint="A draft is published; what runs is paused or closed; what is closed is settled.",
    )


def _record(kind: CrowdEvent, campaign: Campaign, now: datetime, payload: JsonObject | None = None) -> None:
    events.record(kind, campaign.experiment, subject=f"campaign:{campaign.uuid}", at=now, payload=payload)
