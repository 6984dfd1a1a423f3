"""Every campaign and posting there ever was."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from crowd.links import campaign_url
from crowd.models import Campaign, Posting
from experiments.console import ExperimentFilter, ReadOnly, search_by_uuid


class OfCampaignFilter(ExperimentFilter):
    """By experiment, through the campaign."""

    path = "campaign__experiment_id"


@admin.register(Campaign)
class CampaignAdmin(ReadOnly):
    """Recruitment, with the way to its page."""

    study_path = "experiment.study_id"
    list_display = ("title", "experiment", "account", "status", "goal", "places", "confirmed_at", "its_page")
    list_filter = (ExperimentFilter, "status", "account__platform")
    list_select_related = ("experiment", "account")
    ordering = ("-pk",)
    search_fields = ("title",)
    json_fields: ClassVar[tuple[str, ...]] = ("terms", "plan")

    @display(description="Page")
    def its_page(self, campaign: Campaign) -> SafeString:
        """Where it is planned and steered."""
        return format_html('<a class="m-link" href="{}">open</a>', campaign_url(campaign))


@admin.register(Posting)
class PostingAdmin(ReadOnly):
    """What is up at the platforms."""

    study_path = "campaign.experiment.study_id"
    list_display = (
        "name",
        "campaign",
        "purpose",
        "desired",
        "observed",
        "desired_places",
        "observed_places",
        "expires_at",
        "trouble",
    )
    list_filter = (OfCampaignFilter, "desired", "observed", "purpose")
    list_select_related = ("campaign",)
    ordering = ("-pk",)
    search_fields: ClassVar[tuple[str, ...]] = ("pk",)  # shows the box; get_search_results does the work
    search_help_text = "The platform's id, or how ours begins"
    json_fields: ClassVar[tuple[str, ...]] = ("counts",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Both through an index."""
        theirs = queryset.filter(external_id=search_term.strip()) if search_term.strip() else queryset.none()
        return (theirs if theirs.exists() else search_by_uuid(queryset, search_term)), False

    @display(description="Posting", ordering="round")
    def name(self, posting: Posting) -> str:
        """Round and number."""
        return f"{posting.round}.{posting.number}"
