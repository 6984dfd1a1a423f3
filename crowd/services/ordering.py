"""What is ordered of a platform for one posting."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from crowd.codes import codes_of
from crowd.exclusions import lists_of
from crowd.models import Posting
from crowd.platforms.base import Order
from crowd.terms import Terms
from experiments.types import JsonObject


def order_of(posting: Posting) -> Order:
    """The same posting gives the same order, however often it is asked for."""
    campaign = posting.campaign
    return Order(
        token=posting.token,
        url=door_of(posting),
        terms=Terms.parse(cast(JsonObject, campaign.terms)),
        places=posting.desired_places,
        annotation=f"machina:{posting.uuid.hex}",
        excluded=lists_of(posting),
        codes=cast(JsonObject, codes_of(posting)),
    )


def door_of(posting: Posting) -> str:
    """Where its people come in; the posting is named, since its id at the platform may not be known yet."""
    path = reverse("participants:enter", args=[posting.campaign.experiment.slug])
    return f"{settings.PUBLIC_URL}{path}?{urlencode({'posting': posting.uuid.hex})}"
