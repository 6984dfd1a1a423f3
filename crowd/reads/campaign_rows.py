"""Campaigns as a list shows them. A fixed number of queries, however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from crowd.models import BudgetEntry, Campaign, Posting, Submission
from crowd.reads.campaigns import completed

CHIPS = {
    Campaign.Status.DRAFT: "",
    Campaign.Status.RUNNING: "is-running",
    Campaign.Status.PAUSED: "is-paused",
    Campaign.Status.CLOSED: "",
    Campaign.Status.SETTLED: "",
}
ORDER = ("running", "paused", "draft", "closed", "settled")


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign. spent: with fees. troubles: postings of which the platform last said that something is wrong."""

    campaign: Campaign
    completes: int
    spent: Decimal
    troubles: int

    @property
    def chip(self) -> str:
        """The colour of its status."""
        return CHIPS[Campaign.Status(self.campaign.status)]

    @property
    def percent(self) -> float:
        """Of the goal, at most 100."""
        return min(100.0, round(100 * self.completes / self.campaign.goal, 1))


def rows_of(campaigns: QuerySet[Campaign], *, most: int) -> list[CampaignRow]:
    """The newest, those that run first. One query."""
    place = Case(*(When(status=status, then=Value(n)) for n, status in enumerate(ORDER)), output_field=IntegerField())
    found = (
        campaigns.select_related("account", "experiment__study")
        .annotate(place=place, n=_completes(), money=_spent(), bad=_troubles())
        .order_by("place", "-pk")[:most]
    )
    return [CampaignRow(each, each.n, each.money, each.bad) for each in found]


def _completes() -> Coalesce:
    rows = Submission.objects.filter(completed(), posting__campaign=OuterRef("pk"), posting__purpose="recruit")
    counted = rows.order_by().values("posting__campaign").annotate(n=Count("participant", distinct=True)).values("n")
    return Coalesce(Subquery(counted), 0)


def _spent() -> Coalesce:
    rows = BudgetEntry.objects.filter(campaign=OuterRef("pk"), kind=BudgetEntry.Kind.SPEND).order_by()
    summed = rows.values("campaign").annotate(total=Sum(F("amount") + F("fee"))).values("total")
    return Coalesce(Subquery(summed), Decimal(0))


def _troubles() -> Coalesce:
    rows = Posting.objects.filter(campaign=OuterRef("pk")).exclude(trouble="").order_by()
    return Coalesce(Subquery(rows.values("campaign").annotate(n=Count("pk")).values("n")), 0)
