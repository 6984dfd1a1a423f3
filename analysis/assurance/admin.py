"""Safety tests and safety sets in the console's lists; services write the rows."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from analysis.assurance.models import SafetyResult, SafetySet, SafetyTest
from analysis.assurance.services.taking_down import take_down, withdraw_test
from experiments.access import Right
from experiments.console import ReadOnly, ReadOnlyInline, has_right
from experiments.console.rights import member_roles, sees_everything

VERDICTS = {"Passed": "success", "No Solution Found": "warning", "Drifted": "danger", "Withdrawn": "danger"}


class ResultInline(ReadOnlyInline):
    """What was found of each constraint."""

    model = SafetyResult
    study_path = "run.batch.experiment.study_id"
    fields = ("text", "delta", "estimate", "upper", "n", "methods", "passed", "reason")


@admin.register(SafetyTest)
class SafetyTestAdmin(ReadOnly):
    """Every training under constraints, and whether it still stands."""

    study_path = "run.batch.experiment.study_id"
    list_display = ("training", "state", "rows", "candidate", "model_short", "created_at", "report_link")
    list_filter = ("passed", "standing", "regime")
    list_select_related = ("run__batch", "safety_set")
    search_fields = ("run__batch__slug", "model_sha256", "data_sha256")
    search_help_text = "The name of a batch, or a hash of a model or of data"
    ordering = ("-pk",)
    actions = ("withdraw_selected",)
    inlines = (ResultInline,)
    fieldsets = (
        (None, {"fields": ("run", ("state", "passed", "standing"), "reason", "withdrawn_for", "report_link")}),
        ("What was tested", {"fields": (("regime", "mode"), "overall_delta", ("safety_set", "uses"))}),
        ("Pinned", {"fields": ("data_sha256", "model_sha256")}),
    )
    readonly_fields = ("state", "report_link")

    @display(description="Training", ordering="pk")
    def training(self, test: SafetyTest) -> str:
        """Its batch and run."""
        return f"{test.run.batch.slug} #{test.run.number}"

    @display(description="Verdict", ordering="passed", label=VERDICTS)
    def state(self, test: SafetyTest) -> str:
        """As a chip."""
        return test.verdict if test.standing == SafetyTest.Standing.STANDS else test.get_standing_display()

    @display(description="Rows to test")
    def rows(self, test: SafetyTest) -> str:
        """Of its safety set."""
        return f"{test.safety_set.n:,}" if test.safety_set else "–"  # noqa: RUF001 - a dash

    @display(description="Candidate", ordering="uses")
    def candidate(self, test: SafetyTest) -> str:
        """Which one of its safety set, of how many by now."""
        return f"{test.uses} of {test.safety_set.n_uses}" if test.safety_set else "–"  # noqa: RUF001 - a dash

    @display(description="Model")
    def model_short(self, test: SafetyTest) -> str:
        """The beginning of its hash."""
        return test.model_sha256[:8] or "–"  # noqa: RUF001 - a dash

    @display(description="Report")
    def report_link(self, test: SafetyTest) -> SafeString:
        """Its page."""
        return format_html('<a class="m-link" href="{}">Report</a>', reverse("assurance:test", args=[test.uuid]))

    @admin.action(description="Withdraw: arms that serve the model are taken down")
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[SafetyTest]) -> None:
        """Says of each what happened."""
        for test in queryset.select_related("run__batch__experiment"):
            withdraw_one(request, test, because="Withdrawn in the console.")


def withdraw_one(request: HttpRequest, test: SafetyTest, *, because: str) -> None:
    """One test, with a sentence of its own."""
    if not has_right(request, Right.RUN, test.run.batch.experiment.study_id):
        messages.error(request, f"{test}: your role does not include withdrawing it. Ask an owner.")
        return
    if not test.passed:
        messages.info(request, f"{test} did not pass: there is nothing to withdraw.")
        return
    withdrawn = withdraw_test(test, because=because, now=timezone.now())
    taken = take_down(withdrawn, now=timezone.now())
    named = "; ".join(f"“{experiment.title}”" for experiment in taken)
    messages.success(request, f"{test} is withdrawn. " + (f"Taken down in {named}." if taken else "No arm served it."))


@admin.register(SafetySet)
class SafetySetAdmin(ReadOnly):
    """Rows that were held back, and how many candidates they have seen: of all studies, since rows have no study."""

    list_display = ("title", "short", "split", "n", "n_uses", "created_at")
    search_fields = ("title", "sha256", "data_sha256")
    search_help_text = "A name of data, or a hash"
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("title", ("n", "n_uses"), "split", "created_at")}),
        ("Pinned", {"fields": ("sha256", "data_sha256")}),
    )

    @display(description="Safety set", ordering="sha256")
    def short(self, row: SafetySet) -> str:
        """The beginning of its hash."""
        return row.sha256[:12]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SafetySet]:
        """Those that a test of one's studies was made on; the count of uses is of everybody's."""
        rows = SafetySet.objects.order_by("-pk")
        if sees_everything(request):
            return rows
        mine = SafetyTest.objects.filter(run__batch__experiment__study__in=list(member_roles(request)))
        return rows.filter(pk__in=mine.values("safety_set"))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever has a row in the list."""
        if obj is None:
            return bool(request.user.is_active and request.user.is_staff)
        return self.get_queryset(request).filter(pk=obj.pk).exists()
