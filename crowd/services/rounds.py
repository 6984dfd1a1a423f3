"""Rounds of postings, until as many have completed as are wanted."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from crowd import events
from crowd.events import CrowdEvent
from crowd.models import Campaign, Posting
from crowd.planning.shapes import Shape, cut, shape_of
from crowd.reads.campaign_money import postings_with_money
from crowd.reads.campaigns import shut, standing_of, terms_of
from crowd.reconcile.words import PostingSight, PostingWish
from crowd.services.campaigns import lock
from crowd.services.closing import close
from crowd.services.holds import hold_round, hold_screen_outs, return_places
from crowd.terms import Terms
from experiments.types import Json

STUCK = "Every confirmed place is used, and some completes are still missing: top it up, or close it."


@transaction.atomic
def next_round(campaign: Campaign, *, now: datetime) -> int:
    """One look: post what is missing, if its time has come; close it when the goal is met. How many places went up.

    Running it twice, or two at once, posts once.
    """
    campaign = lock(campaign)
    if campaign.status != Campaign.Status.RUNNING:
        return 0
    if campaign.next_round_at is not None and campaign.next_round_at > now:
        return 0
    return post_round(campaign, now=now)


def post_round(campaign: Campaign, *, now: datetime) -> int:
    """The same for a campaign that is locked already, whatever the time. Call it in its transaction."""
    for posting in postings_with_money(campaign, _shut(campaign, now)):
        return_places(posting, at=now)
    standing, terms = standing_of(campaign, now=now), terms_of(campaign)
    if standing.is_met:
        close(campaign, "The goal is met.", now=now)
        return 0
    _say_if_stuck(campaign, STUCK if standing.is_stuck else "")
    places = standing.round(terms.round_size)
    if places == 0:
        return 0
    _post(campaign, places, terms, now=now)
    campaign.next_round_at = now + timedelta(seconds=terms.round_interval) if terms.round_interval else None
    campaign.save(update_fields=["next_round_at"])
    return places


def due(now: datetime) -> list[int]:
    """Ids of campaigns to look at: those that run and wait for no time, and those that are closed and not settled."""
    is_time = Q(status=Campaign.Status.RUNNING) & (Q(next_round_at__isnull=True) | Q(next_round_at__lte=now))
    return list(
        Campaign.objects.filter(is_time | Q(status=Campaign.Status.CLOSED)).order_by("pk").values_list("pk", flat=True)
    )


def token_of(campaign: Campaign, round_: int, number: int) -> str:
    """The same posting said again, however often it is sent: 64 hexadecimal digits."""
    return hashlib.sha256(f"posting:{campaign.uuid}:{round_}:{number}".encode()).hexdigest()


def _post(campaign: Campaign, places: int, terms: Terms, *, now: datetime) -> None:
    shape, until = shape_of(campaign.account.platform), now + timedelta(seconds=terms.lifetime_seconds)
    round_ = 1 + (Posting.objects.filter(campaign=campaign).aggregate(n=Max("round"))["n"] or 0)
    grown = _grown(campaign, places, until) if shape.grows else None
    new = [] if grown else _new_postings(campaign, places, round_, shape, until)
    if new:
        hold_screen_outs(campaign, at=now)
    hold_round([(grown, places)] if grown else [(each, each.desired_places) for each in new], at=now)
    payload: dict[str, Json] = {"round": round_, "places": places}
    events.record(
        CrowdEvent.CAMPAIGN_ROUND, campaign.experiment, subject=f"campaign:{campaign.uuid}", at=now, payload=payload
    )


def _grown(campaign: Campaign, places: int, until: datetime) -> Posting | None:
    """The posting there is, with more places, if there is an open one."""
    postings = Posting.objects.filter(campaign=campaign, purpose="recruit", desired=PostingWish.OPEN)
    posting = postings.exclude(observed=PostingSight.GONE).select_for_update(no_key=True).last()
    if posting is None:
        return None
    posting.campaign, posting.desired_places, posting.expires_at = campaign, posting.desired_places + places, until
    posting.save(update_fields=["desired_places", "expires_at"])
    return posting


def _new_postings(campaign: Campaign, places: int, round_: int, shape: Shape, until: datetime) -> list[Posting]:
    return Posting.objects.bulk_create(
        Posting(
            campaign=campaign,
            round=round_,
            number=number,
            token=token_of(campaign, round_, number),
            desired=PostingWish.OPEN,
            desired_places=size,
            expires_at=until,
        )
        for number, size in enumerate(cut(places, shape), start=1)
    )


def _shut(campaign: Campaign, now: datetime) -> QuerySet[Posting]:
    """Postings that the platform shows closed, and that stay so."""
    postings = Posting.objects.filter(shut(now), campaign=campaign)
    seen = postings.filter(observed__in=(PostingSight.CLOSED, PostingSight.GONE))
    return seen.select_related("campaign__experiment__study")


def _say_if_stuck(campaign: Campaign, sentence: str) -> None:
    if campaign.ended_because != sentence:
        campaign.ended_because = sentence
        campaign.save(update_fields=["ended_because"])
