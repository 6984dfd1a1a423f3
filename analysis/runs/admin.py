"""Batches and runs in the console: lists to look through, and to steer by; services write the rows."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from analysis.runs.admin_notices import NoticeAdmin as NoticeAdmin
from analysis.runs.admin_selected import steer_batches, steer_runs
from analysis.runs.admin_steering import DEEDS, carry_out, forms_of
from analysis.runs.hooks.parsing import concealed
from analysis.runs.models import Batch, Run
from analysis.runs.reads import counted
from experiments.blueprint import json_object
from experiments.console import ExperimentFilter, ReadOnly
from experiments.console.showing import shown_json

LABELS = {
    "Queued": "info",
    "Running": "primary",
    "Paused": "warning",
    "Completed": "success",
    "Failed": "danger",
    "Cancelled": "default",
}
LONGEST = 80


@admin.register(Batch)
class BatchAdmin(ReadOnly):
    """What is computed, and how far it is."""

    study_path = "experiment.study_id"
    list_display = ("__str__", "experiment", "state", "done", "troubles", "priority", "created_at", "finished_at")
    list_filter = (ExperimentFilter, "status")
    list_select_related = ("experiment",)
    search_fields = ("slug", "title")
    ordering = ("-created_at", "-pk")
    actions = ("pause_selected", "resume_selected", "cancel_selected", "retry_selected")
    fieldsets = (
        (None, {"fields": ("slug", "title", "experiment", "procedure", ("status", "done", "troubles"))}),
        ("How", {"fields": (("seed", "epochs"), ("priority", "max_attempts"), ("time_limit", "memory_limit"))}),
        ("When", {"fields": (("created_at", "started_at", "finished_at"), "created_by")}),
        ("Document", {"fields": ("document_text",)}),
    )
    readonly_fields = ("done", "troubles", "document_text")
    change_form_template = "runs/batch_change.html"

    def get_urls(self) -> list[URLPattern]:
        """Besides Django's: the forms below a batch."""
        view = self.admin_site.admin_view(self.deed_view)
        return [path("<int:pk>/do/<slug:deed>/", view, name="runs_batch_do"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the forms that the visitor may send."""
        batch = self.get_object(request, object_id)
        deeds = forms_of(request, batch) if isinstance(batch, Batch) else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "deeds": deeds})

    def deed_view(self, request: HttpRequest, pk: int, deed: str) -> HttpResponse:
        """POST only: one service, one sentence."""
        batch = self.get_queryset(request).filter(pk=pk).first()
        if batch is None or deed not in DEEDS:
            raise Http404("There is no such batch, or no such form.")
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        carry_out(request, batch, deed)
        return HttpResponseRedirect(reverse("admin:runs_batch_change", args=[pk]))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        """With what a page of it shows."""
        rows: QuerySet[Batch] = super().get_queryset(request)
        return rows.select_related("experiment__study")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """How many runs stand where, in one query for the page."""
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        for row, each in zip(rows, counted(rows), strict=True):
            row.counted = each.counted
        changelist.result_list = rows
        return changelist

    @display(description="Status", ordering="status", label=LABELS)
    def state(self, batch: Batch) -> str:
        """As a chip."""
        return batch.get_status_display()

    @display(description="Runs done")
    def done(self, batch: Batch) -> str:
        """Of all."""
        counts = _counts(batch)
        return f"{counts['completed']:,} of {sum(counts.values()):,}"

    @display(description="Failed")
    def troubles(self, batch: Batch) -> str:
        """A dash if there are none."""
        failed = _counts(batch)["failed"]
        return f"{failed:,}" if failed else "–"  # noqa: RUF001 - a dash

    @display(description="Document")
    def document_text(self, batch: Batch) -> SafeString:
        """As YAML; whom its hooks tell is read by those who may run it, in the list of hooks."""
        return shown_json(concealed(json_object(batch.document)))

    @admin.action(description="Pause")
    def pause_selected(self, request: HttpRequest, queryset: QuerySet[Batch]) -> None:
        """Says of each what happened."""
        steer_batches(request, "pause", queryset)

    @admin.action(description="Resume")
    def resume_selected(self, request: HttpRequest, queryset: QuerySet[Batch]) -> None:
        """Says of each what happened."""
        steer_batches(request, "resume", queryset)

    @admin.action(description="Cancel")
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Batch]) -> None:
        """Says of each what happened."""
        steer_batches(request, "cancel", queryset)

    @admin.action(description="Try again what failed or was cancelled")
    def retry_selected(self, request: HttpRequest, queryset: QuerySet[Batch]) -> None:
        """Says of each what happened."""
        steer_batches(request, "retry", queryset)


@admin.register(Run)
class RunAdmin(ReadOnly):
    """Single computations, with their error where they have one."""

    study_path = "batch.experiment.study_id"
    list_display = ("name", "setting_text", "state", "epochs_done", "shown_primary", "attempt", "worker", "trouble")
    list_filter = ("status",)
    list_select_related = ("batch",)
    search_fields = ("batch__slug", "error_kind")
    search_help_text = "The name of a batch, or of an error"
    ordering = ("-pk",)
    actions = ("pause_selected", "resume_selected", "cancel_selected", "retry_selected")
    fieldsets = (
        (
            None,
            {"fields": (("batch", "number"), "uuid", ("status", "attempt", "failures"), ("worker", "heartbeat_at"))},
        ),
        ("What", {"fields": ("setting_yaml", ("outer_fold", "inner_fold"), ("seed", "epochs"), "digest", "warm_from")}),
        ("Figures", {"fields": ("shown_primary", "latest_yaml", "result_yaml")}),
        ("Trouble", {"fields": ("error_kind", "error", "traceback_text")}),
        (
            "Cost",
            {"fields": (("took", "cpu", "peak_memory"), ("created_at", "started_at", "finished_at"))},
        ),
        ("Environment of the worker", {"fields": ("environment_yaml",), "classes": ("collapse",)}),
    )
    readonly_fields = (
        "setting_yaml",
        "latest_yaml",
        "result_yaml",
        "environment_yaml",
        "shown_primary",
        "traceback_text",
        "took",
        "cpu",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        """With what a page of it shows."""
        rows: QuerySet[Run] = super().get_queryset(request)
        return rows.select_related("batch__experiment", "environment", "warm_from__batch")

    @display(description="Run", ordering="pk")
    def name(self, run: Run) -> str:
        """Its batch, and its number there."""
        return f"{run.batch.slug} #{run.number}"

    @display(description="Setting")
    def setting_text(self, run: Run) -> str:
        """What was chosen for it."""
        proposal = run.proposal if isinstance(run.proposal, dict) else {}
        chosen = proposal.get("choices") or run.setting
        text = ", ".join(f"{name} = {value}" for name, value in chosen.items()) if isinstance(chosen, dict) else ""
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

    @display(description="Status", ordering="status", label=LABELS)
    def state(self, run: Run) -> str:
        """As a chip."""
        return run.get_status_display()

    @display(description="Epochs")
    def epochs_done(self, run: Run) -> str:
        """Of all."""
        return f"{run.epoch} of {run.epochs}"

    @display(description="Measure", ordering="primary")
    def shown_primary(self, run: Run) -> str:
        """What its batch is judged by, to five digits."""
        return "–" if run.primary is None else f"{run.primary:.5g}"  # noqa: RUF001 - a dash

    @display(description="Error", ordering="error_kind")
    def trouble(self, run: Run) -> str:
        """Its class; the run's page has all of it."""
        return run.error_kind

    @display(description="Setting")
    def setting_yaml(self, run: Run) -> SafeString:
        """As YAML."""
        return shown_json(run.setting)

    @display(description="Last measured")
    def latest_yaml(self, run: Run) -> SafeString:
        """As YAML."""
        return shown_json(run.latest)

    @display(description="Result")
    def result_yaml(self, run: Run) -> SafeString:
        """As YAML."""
        return shown_json(run.result) if run.result is not None else format_html("{}", "–")  # noqa: RUF001 - a dash

    @display(description="Traceback")
    def traceback_text(self, run: Run) -> SafeString:
        """As Python wrote it."""
        return format_html('<pre class="machina-yaml-shown" tabindex="0">{}</pre>', run.traceback or "–")  # noqa: RUF001 - a dash

    @display(description="Seconds")
    def took(self, run: Run) -> str:
        """Of all attempts."""
        return f"{run.seconds:.4g}"

    @display(description="CPU seconds")
    def cpu(self, run: Run) -> str:
        """Of all attempts."""
        return f"{run.cpu_seconds:.4g}"

    @display(description="Environment")
    def environment_yaml(self, run: Run) -> SafeString:
        """As YAML."""
        return shown_json(run.environment.description if run.environment else {})

    @admin.action(description="Pause")
    def pause_selected(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        """Says of each what happened."""
        steer_runs(request, "pause", queryset)

    @admin.action(description="Resume")
    def resume_selected(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        """Says of each what happened."""
        steer_runs(request, "resume", queryset)

    @admin.action(description="Cancel")
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        """Says of each what happened."""
        steer_runs(request, "cancel", queryset)

    @admin.action(description="Try again")
    def retry_selected(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        """Says of each what happened."""
        steer_runs(request, "retry", queryset)


def _counts(batch: Batch) -> dict[str, int]:
    found: dict[str, int] = getattr(batch, "counted", None) or counted([batch])[0].counted
    return found
