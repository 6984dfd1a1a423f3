"""Every payment, and every line of the account book."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from crowd.admin.campaigns import OfCampaignFilter
from crowd.models import BudgetEntry, Payment
from experiments.console import ExperimentFilter, ReadOnly, search_by_uuid


class OfObligationFilter(ExperimentFilter):
    """By experiment, through what is owed."""

    path = "obligation__campaign__experiment_id"


@admin.register(Payment)
class PaymentAdmin(ReadOnly):
    """How what is owed is paid; let go out and steered on the page of its campaign."""

    study_path = "obligation.campaign.experiment.study_id"
    list_display = (
        "reference",
        "kind",
        "amount",
        "fee",
        "state",
        "approved_at",
        "sent_at",
        "confirmed_at",
        "trouble",
        "its_page",
    )
    list_filter = (OfObligationFilter, "state", "obligation__kind")
    list_select_related = ("obligation__campaign",)
    ordering = ("-pk",)
    search_fields: ClassVar[tuple[str, ...]] = ("pk",)  # shows the box; get_search_results does the work
    search_help_text = "The reference that the person reads, or how our id begins"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Both through an index."""
        named = queryset.filter(reference=search_term.strip().upper()) if search_term.strip() else queryset.none()
        return (named if named.exists() else search_by_uuid(queryset, search_term)), False

    @display(description="For")
    def kind(self, payment: Payment) -> str:
        """What it pays."""
        return payment.obligation.get_kind_display()

    @display(description="Amount", ordering="obligation__amount")
    def amount(self, payment: Payment) -> Decimal:
        """Without the fee."""
        return payment.obligation.amount

    @display(description="Money")
    def its_page(self, payment: Payment) -> SafeString:
        """Of its campaign."""
        address = reverse("crowd:money", args=[payment.obligation.campaign.uuid])
        return format_html('<a class="m-link" href="{}">open</a>', address)


@admin.register(BudgetEntry)
class BudgetEntryAdmin(ReadOnly):
    """The account book: never changed, not even by us."""

    study_path = "budget.study_id"
    list_display = ("at", "kind", "amount", "fee", "hold", "campaign", "note")
    list_filter = (OfCampaignFilter, "kind")
    list_select_related = ("campaign",)
    ordering = ("-pk",)
    search_fields = ("hold",)
    search_help_text = "How the name of a hold begins: campaign:, posting:, submission: or payment: and an id"
