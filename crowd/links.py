"""Addresses of our own pages."""

from __future__ import annotations

from django.urls import reverse

from crowd.models import Campaign


def campaign_url(campaign: Campaign) -> str:
    """Its page in the console."""
    return reverse("crowd:campaign", args=[campaign.uuid])
