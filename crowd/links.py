"""Addresses of our own pages."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from crowd.models import Account, Campaign, Posting
from crowd.sites import is_stand_in, site_of


def campaign_url(campaign: Campaign) -> str:
    """Its page in the console."""
    return reverse("crowd:campaign", args=[campaign.uuid])


def posting_page(account: Account, posting: Posting) -> str:
    """Where its people find a posting; "" where no address is known."""
    if account.platform != "mturk" or not posting.external_id:
        return ""
    if is_stand_in(account):
        return f"{site_of(account)}/mturk/preview?{urlencode({'hitId': posting.external_id})}"
    site = site_of(account).replace("//www.", "//worker.")  # where work is submitted, and where it is found
    return f"{site}/projects/{posting.group_id}/tasks" if posting.group_id else ""
