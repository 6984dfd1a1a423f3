"""Hooks in the console: whom was told what, what was given up and why, and telling it again."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from analysis.runs.models import Notice
from analysis.runs.services.noticing import tell_again
from experiments.access import Right
from experiments.console import ReadOnly, has_right

LABELS = {"Owed": "info", "Told": "success", "Given up": "danger"}
LONGEST = 40


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    """What hooks are owed and were told. Who it goes to is for those who may run batches."""

    study_path = "batch.experiment.study_id"
    view_right = Right.RUN
    list_display = ("batch", "shown_run", "shown_occasion", "shown_target", "state", "created_at")
    list_filter = ("status",)
    list_select_related = ("batch", "run")
    search_fields = ("batch__slug", "target")
    search_help_text = "The name of a batch, or who was to be told"
    ordering = ("-pk",)
    actions = ("tell_selected_again",)
    fieldsets = (
        (None, {"fields": ("batch", "run", "occasion", ("kind", "target"), ("status", "tries", "due"))}),
        ("When", {"fields": (("created_at", "told_at"),)}),
        ("What went wrong", {"fields": ("error",)}),
    )

    @display(description="Status", ordering="status", label=LABELS)
    def state(self, notice: Notice) -> str:
        """As a chip."""
        return notice.get_status_display()

    @display(description="Run", ordering="run__number")
    def shown_run(self, notice: Notice) -> str:
        """Its number; a dash where the batch is told of."""
        return "–" if notice.run is None else f"#{notice.run.number}"  # noqa: RUF001 - a dash

    @display(description="Occasion", ordering="occasion")
    def shown_occasion(self, notice: Notice) -> str:
        """In words."""
        return notice.occasion.replace("_", " ").capitalize()

    @display(description="To", ordering="target")
    def shown_target(self, notice: Notice) -> str:
        """The beginning of it."""
        return notice.target if len(notice.target) <= LONGEST else f"{notice.target[: LONGEST - 1]}…"

    @admin.action(description="Tell again what was given up")
    def tell_selected_again(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        """Says of each what happened."""
        for notice in queryset.select_related("batch__experiment"):
            if not has_right(request, Right.RUN, notice.batch.experiment.study_id):
                messages.error(request, f"{notice}: your role does not include telling it. Ask an owner.")
            elif notice.status == Notice.Status.FAILED:
                tell_again(notice, now=timezone.now())
                messages.success(request, f"{notice} is told again within seconds.")
            else:
                messages.info(request, f"{notice} is {notice.get_status_display().lower()}: nothing to do.")
