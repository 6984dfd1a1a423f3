"""Plans and reports in the console's lists; services write the rows, and the database keeps them."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from analysis.registered.models import AnalysisPlan, Report
from experiments.access import Right
from experiments.console import ReadOnly


@admin.register(AnalysisPlan)
class AnalysisPlanAdmin(ReadOnly):
    """Every plan that somebody wrote, or that a start froze."""

    study_path = "experiment.study_id"
    list_display = ("experiment", "state", "short", "written_at", "frozen_at", "page_link")
    list_filter = ("is_own",)
    list_select_related = ("experiment",)
    search_fields = ("experiment__slug", "experiment__title", "sha256")
    search_help_text = "A name of an experiment, or a hash"
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("experiment", ("is_own", "by"), ("written_at", "frozen_at"), "version", "page_link")}),
        ("Pinned", {"fields": ("sha256", "uuid")}),
    )
    readonly_fields = ("page_link",)

    @display(description="State", ordering="frozen_at", label={"frozen": "success", "open": "info"})
    def state(self, plan: AnalysisPlan) -> str:
        """As a chip."""
        return "frozen" if plan.is_frozen else "open"

    @display(description="SHA-256")
    def short(self, plan: AnalysisPlan) -> str:
        """Its beginning."""
        return plan.sha256[:12]

    @display(description="Page")
    def page_link(self, plan: AnalysisPlan) -> SafeString:
        """Where it is read and written."""
        return format_html(
            '<a class="m-link" href="{}">Plan</a>', reverse("registered:plan", args=[plan.experiment.slug])
        )


@admin.register(Report)
class ReportAdmin(ReadOnly):
    """Every frozen report."""

    study_path = "experiment.study_id"
    view_right = Right.DOWNLOAD
    list_display = ("experiment", "number", "title", "at", "short", "data", "code_version")
    list_select_related = ("experiment",)
    search_fields = ("experiment__slug", "title", "sha256", "fingerprint_sha256", "plan_sha256")
    search_help_text = "A name of an experiment, a title, or a hash"
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("experiment", ("number", "title"), ("at", "by"), "deviations")}),
        ("Pinned", {"fields": ("uuid", "sha256", "plan_sha256", "fingerprint_sha256", "code_version", "seed")}),
    )

    @display(description="Figures")
    def short(self, report: Report) -> str:
        """The beginning of their hash."""
        return report.sha256[:12]

    @display(description="Data")
    def data(self, report: Report) -> str:
        """The beginning of their fingerprint."""
        return report.fingerprint_sha256[:12]
