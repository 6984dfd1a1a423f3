"""The record of what happened: looked at, filtered, searched; written by services alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from experiments.access import Right
from experiments.console import ExperimentFilter, ReadOnly, has_right, search_by_uuid
from experiments.console.showing import shown_json
from experiments.models import Assignment, Event, Measurement, Slot, Unit


class RecordAdmin(ReadOnly):
    """Rows of an experiment, newest first, searched by the beginning of the unit's id."""

    study_path = "experiment.study_id"
    search_fields = ("pk",)  # shows the box; get_search_results does the work
    search_help_text = "First digits of a unit's id"
    uuid_column = "unit__uuid"
    ordering = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Through the index of the ids."""
        return search_by_uuid(queryset, search_term, column=self.uuid_column), False


@admin.register(Unit)
class UnitAdmin(RecordAdmin):
    """What is randomised."""

    view_right = Right.VIEW
    list_display = ("short_id", "experiment", "kind", "key", "is_rehearsal", "created_at")
    list_filter = (ExperimentFilter, "is_rehearsal", "kind")
    list_select_related = ("experiment",)
    uuid_column = "uuid"
    fields = ("uuid", "experiment", "kind", "key", "attributes_text", "is_rehearsal", "created_at")
    readonly_fields = ("attributes_text",)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Attributes are answers: for those who may download data."""
        study = obj.experiment.study_id if isinstance(obj, Unit) else None
        may_read = has_right(request, Right.DOWNLOAD, study)
        return [name for name in self.fields if may_read or name != "attributes_text"]

    @display(description="Unit", ordering="pk")
    def short_id(self, unit: Unit) -> str:
        """The first digits of its id."""
        return unit.uuid.hex[:8]

    @display(description="Attributes")
    def attributes_text(self, unit: Unit) -> SafeString:
        """As YAML."""
        return shown_json(unit.attributes)


@admin.register(Assignment)
class AssignmentAdmin(RecordAdmin):
    """Which arm a unit got, with what probability."""

    list_display = ("short_id", "experiment", "arm", "propensity", "policy", "stratum", "row", "at")
    list_filter = (ExperimentFilter, "policy")
    list_select_related = ("experiment", "arm", "unit")
    fields = ("unit", "experiment", "version", "arm", "propensity", "policy", "slot", "stratum", "row", "at")

    @display(description="Unit", ordering="pk")
    def short_id(self, assignment: Assignment) -> str:
        """The first digits of the unit's id."""
        return assignment.unit.uuid.hex[:8]


@admin.register(Slot)
class SlotAdmin(RecordAdmin):
    """Places of the randomisation lists."""

    list_display = ("place", "experiment", "arm", "state", "propensity", "leased_until", "is_rehearsal")
    list_filter = (ExperimentFilter, "status", "is_rehearsal")
    list_select_related = ("experiment", "arm")

    @display(description="Place", ordering="pk")
    def place(self, slot: Slot) -> str:
        """Stratum and number."""
        return f"{slot.stratum or 'all'} #{slot.position}"

    @display(
        description="Status",
        ordering="status",
        label={"Open": "info", "Leased": "warning", "Completed": "success"},
    )
    def state(self, slot: Slot) -> str:
        """As a chip."""
        return slot.get_status_display().split(":")[0]


@admin.register(Measurement)
class MeasurementAdmin(RecordAdmin):
    """Values: for those who may download data."""

    view_right = Right.DOWNLOAD
    list_display = ("measure", "shown_value", "short_id", "experiment", "at")
    list_filter = (ExperimentFilter,)
    list_select_related = ("experiment", "measure", "unit")
    fields = ("measure", "value", "number", "context_text", "unit", "experiment", "at", "key")
    readonly_fields = ("context_text",)

    @display(description="Value")
    def shown_value(self, measurement: Measurement) -> str:
        """In one line."""
        return str(measurement.value)[:80]

    @display(description="Unit", ordering="pk")
    def short_id(self, measurement: Measurement) -> str:
        """The first digits of the unit's id."""
        return measurement.unit.uuid.hex[:8]

    @display(description="Context")
    def context_text(self, measurement: Measurement) -> SafeString:
        """As YAML."""
        return shown_json(measurement.context)


class EventKindFilter(admin.SimpleListFilter):
    """By kind of event, by family or exactly."""

    title = "kind"
    parameter_name = "kind"
    FAMILIES = ("experiment", "version", "unit", "slot", "session", "page", "check", "data", "study", "member", "token")

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        """Families: the word before the point."""
        return [(name, f"{name}.…") for name in self.FAMILIES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrowed to the family."""
        value = self.value()
        return queryset.filter(kind__startswith=f"{value}.") if value in self.FAMILIES else queryset


@admin.register(Event)
class EventAdmin(RecordAdmin):
    """The diary. Subjects carry ids of sessions and arms, never of persons."""

    list_display = ("at", "kind", "experiment", "short_subject", "shown_payload")
    list_display_links = ("at",)
    list_filter = (ExperimentFilter, EventKindFilter, ("at", RangeDateTimeFilter))
    list_filter_submit = True
    list_select_related = ("experiment",)
    search_help_text = "A subject in full, such as arm:none or session:…"
    fields = ("at", "kind", "experiment", "subject", "payload_text")
    readonly_fields = ("payload_text",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The subject as it stands."""
        return (queryset.filter(subject=search_term.strip()) if search_term.strip() else queryset), False

    @display(description="About")
    def short_subject(self, event: Event) -> str:
        """Kind and first digits."""
        name, _, rest = event.subject.partition(":")
        return f"{name} {rest[:8]}" if len(rest) == 36 else event.subject

    @display(description="More")
    def shown_payload(self, event: Event) -> str:
        """In one line."""
        payload = event.payload if isinstance(event.payload, dict) else {}
        return ", ".join(f"{name}: {value}" for name, value in payload.items())[:100]

    @display(description="Payload")
    def payload_text(self, event: Event) -> SafeString:
        """As YAML."""
        return shown_json(event.payload)
