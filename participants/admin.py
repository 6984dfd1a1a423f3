"""People and their passages, pseudonymous: no external id and no digest of one is ever shown here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from experiments.access import Right
from experiments.console import ExperimentFilter, ReadOnly, ReadOnlyInline, StudyFilter, search_by_uuid
from experiments.console.showing import shown_json
from participants.models import Participant, Session, Trial

STATUS_LABELS = {
    "Completed": "success",
    "Active": "info",
    "Assigned": "info",
    "Consented": "info",
    "Timed out": "warning",
    "Returned": "warning",
    "Screened out": "warning",
    "Withdrawn": "danger",
}


class PersonAdmin(ReadOnly):
    """Newest first, searched by the beginning of the id."""

    search_fields = ("pk",)  # shows the box; get_search_results does the work
    search_help_text = "First digits of the id"
    ordering = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Through the index of the ids."""
        return search_by_uuid(queryset, search_term), False


class SessionInline(ReadOnlyInline):
    """What this person took part in."""

    model = Session
    fields = ("experiment", "status", "entered_at", "ended_at")
    readonly_fields = fields
    verbose_name_plural = "sessions"
    show_change_link = True
    hide_title = False


@admin.register(Participant)
class ParticipantAdmin(PersonAdmin):
    """Who takes part, by a random id."""

    list_display = ("short_id", "study", "platform", "erased_at", "created_at")
    list_filter = (StudyFilter, "platform")
    list_select_related = ("study",)
    fields = ("uuid", "study", "platform", "erased_at", "created_at")
    inlines = (SessionInline,)

    @display(description="Participant", ordering="pk")
    def short_id(self, participant: Participant) -> str:
        """The first digits of the id."""
        return participant.uuid.hex[:8]


class TrialInline(ReadOnlyInline):
    """What was shown and answered, page by page."""

    model = Trial
    study_path = "experiment.study_id"
    view_right = Right.DOWNLOAD
    fields = ("index", "step", "stimulus", "answer", "outcome", "seconds", "shown_at")
    readonly_fields = fields
    verbose_name_plural = "pages"
    hide_title = True

    @display(description="Seconds")
    def seconds(self, trial: Trial) -> str:
        """By the server's clock."""
        return f"{trial.duration_ms / 1000:.1f}"


@admin.register(Session)
class SessionAdmin(PersonAdmin):
    """One participant's passage through one experiment."""

    study_path = "experiment.study_id"
    list_display = ("short_id", "experiment", "state", "arm", "page", "checks_failed", "took", "entered_at")
    list_filter = (ExperimentFilter, "status", "is_rehearsal", ("entered_at", RangeDateTimeFilter))
    list_filter_submit = True
    list_select_related = ("experiment", "assignment__arm")
    inlines = (TrialInline,)
    fieldsets = (
        (None, {"fields": ("uuid", "experiment", "version", "state", "ended_because", "arm", "is_rehearsal")}),
        ("Where", {"fields": ("stage", "position", "attempt", "rounds", "checks_failed", "language")}),
        ("When", {"fields": ("entered_at", "shown_at", "seen_at", "ended_at", "took")}),
    )
    readonly_fields = ("state", "arm", "took")

    @display(description="Session", ordering="pk")
    def short_id(self, session: Session) -> str:
        """The first digits of the id."""
        return session.uuid.hex[:8]

    @display(description="Status", ordering="status", label=STATUS_LABELS)
    def state(self, session: Session) -> str:
        """As a chip."""
        return session.get_status_display()

    @display(description="Arm")
    def arm(self, session: Session) -> str:
        """Its name, once there is one."""
        return session.assignment.arm.name if session.assignment else "–"  # noqa: RUF001 - a dash is meant

    @display(description="Page")
    def page(self, session: Session) -> str:
        """Stage and number."""
        return f"{session.stage} {session.position + 1}" if session.is_under_way else session.stage

    @display(description="Took")
    def took(self, session: Session) -> str:
        """From entry to end."""
        if session.ended_at is None:
            return "–"  # noqa: RUF001 - a dash is meant
        seconds = int((session.ended_at - session.entered_at).total_seconds())
        return f"{seconds // 60} min {seconds % 60:02d} s"


class TrialExperimentFilter(ExperimentFilter):
    """By the experiment of the session."""

    path = "session__experiment_id"


@admin.register(Trial)
class TrialAdmin(ReadOnly):
    """Every page of everybody, for those who may download data."""

    study_path = "session.experiment.study_id"
    view_right = Right.DOWNLOAD
    list_display = ("step", "session_id_short", "index", "outcome", "duration_ms", "answered_at")
    list_filter = (TrialExperimentFilter, "outcome")
    list_select_related = ("session",)
    ordering = ("-pk",)
    fields = ("session", "step", "index", "attempt", "outcome", "shown_at", "answered_at", "duration_ms", "contents")
    readonly_fields = ("contents",)

    @display(description="Session")
    def session_id_short(self, trial: Trial) -> str:
        """The first digits of the id."""
        return trial.session.uuid.hex[:8]

    @display(description="Answer, stimulus, checks, client")
    def contents(self, trial: Trial) -> SafeString:
        """As YAML."""
        return shown_json(
            {"answer": trial.answer, "stimulus": trial.stimulus, "checks": trial.checks, "client": trial.client}
        )
