"""What is ordered of a platform for one posting."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from crowd.codes import codes_of
from crowd.models import Campaign, Posting
from crowd.platforms import NOT_READ
from crowd.platforms.base import Order
from crowd.reads.campaigns import terms_of
from crowd.reads.exclusions import list_of_owed, lists_of
from crowd.terms import PAY_REWARD, Qualification, Terms
from experiments.types import JsonObject


def order_of(posting: Posting) -> Order:
    """The same posting gives the same order, however often it is asked for."""
    return Order(
        token=posting.token,
        url=door_of(posting),
        terms=terms_for(posting),
        places=posting.desired_places,
        annotation=f"machina:{posting.uuid.hex}",
        excluded=lists_of(posting),
        codes=cast(JsonObject, codes_of(posting)),
    )


def terms_for(posting: Posting) -> Terms:
    """The campaign's; of a posting that only pays people, those under which nobody else sees it."""
    terms = terms_of(posting.campaign)
    if posting.purpose == "recruit":
        return terms
    return Terms(
        title=f"Your pay for: {terms.title}"[:128],
        description="You worked for us, and it could not be handed in. Hand in this, with one press, and you are paid.",
        reward=PAY_REWARD,
        keywords=terms.keywords,
        minutes=1,
        assignment_seconds=3_600,
        lifetime_seconds=14 * 86_400,
        auto_approval_seconds=terms.auto_approval_seconds,
        qualifications=(Qualification(list_of_owed(posting.campaign), "Exists", guards="discover"),),
    )


def links_to_send(campaign: Campaign) -> list[str]:
    """Of a campaign that a person sends out themself: the doors of its open postings. One query; none for others."""
    if campaign.account.platform not in NOT_READ:
        return []
    open_ones = campaign.postings.filter(desired="open", purpose="recruit").order_by("pk")
    return [door_of(each) for each in open_ones.select_related("campaign__experiment")]


def door_of(posting: Posting) -> str:
    """Where its people come in; the posting is named, since its id at the platform may not be known yet."""
    path = reverse("participants:enter", args=[posting.campaign.experiment.slug])
    return f"{settings.PUBLIC_URL}{path}?{urlencode({'posting': posting.uuid.hex})}"
