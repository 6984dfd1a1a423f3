"""Decisions, rewards and what was learnt: looked at, filtered, searched; written by services alone."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from bandits.admin_excluding import leave_out, take_back
from bandits.models import Decision, PolicyState, Purse, Reward, Switch
from bandits.services.states import state_in
from experiments.access import Right
from experiments.blueprint import json_object
from experiments.console import ExperimentFilter, ReadOnly, has_right, search_by_uuid
from experiments.console.showing import shown_json
from experiments.types import Json


def shown_id(decision: Decision) -> SafeString:
    """Its end, which tells it apart: the first digits are a time, the same for all rows of a minute."""
    return format_html('<span class="m-id" title="{}">…{}</span>', decision.uuid, str(decision.uuid)[-12:])


class LearningAdmin(ReadOnly):
    """Rows of an experiment that learns, newest first, searched by the decision's id."""

    study_path = "experiment.study_id"
    list_filter = (ExperimentFilter, "is_rehearsal")
    ordering = ("-pk",)
    search_fields: ClassVar[tuple[str, ...]] = ("pk",)  # shows the box; get_search_results does the work
    search_help_text = "A decision's id, or four or more digits of it"
    uuid_column = "decision__uuid"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The whole id and its beginning through the index: it begins with the time, so its end is told apart best."""
        return search_by_uuid(queryset, search_term, column=self.uuid_column, any_part=True), False


@admin.register(Decision)
class DecisionAdmin(LearningAdmin):
    """Which arm was chosen, with what chance."""

    list_display = (
        "end_of_id",
        "experiment",
        "arm",
        "chance",
        "state",
        "key",
        "excluded",
        "is_rehearsal",
        "decided_at",
    )
    list_select_related = ("experiment", "arm")
    uuid_column = "uuid"
    fields = (
        "uuid",
        "experiment",
        "arm",
        "propensity",
        "policy_version",
        "among",
        "key",
        "context_text",
        "is_rehearsal",
        "decided_at",
        "due",
        "excluded",
    )
    readonly_fields = ("context_text",)

    actions = ("exclude_selected", "include_selected")

    @admin.action(description="Learn nothing from these")
    def exclude_selected(self, request: HttpRequest, queryset: QuerySet[Decision]) -> None:
        """Says of each experiment what happened."""
        leave_out(request, queryset)

    @admin.action(description="Learn from these again")
    def include_selected(self, request: HttpRequest, queryset: QuerySet[Decision]) -> None:
        """Says of each experiment what happened."""
        take_back(request, queryset)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any] | tuple[Any, ...]:
        """The context is data: for those who may download it."""
        may_read = has_right(request, Right.DOWNLOAD, obj.experiment.study_id if isinstance(obj, Decision) else None)
        return [name for name in self.fields if may_read or name != "context_text"]

    @display(description="Decision", ordering="pk")
    def end_of_id(self, decision: Decision) -> SafeString:
        """The row's page has all of it."""
        return shown_id(decision)

    @display(description="Chance", ordering="propensity")
    def chance(self, decision: Decision) -> str:
        """Of the arm, to three digits; the row's page has all of them."""
        return f"{decision.propensity:.3g}"

    @display(description="State", ordering="policy_version")
    def state(self, decision: Decision) -> int:
        """The number of the state that it was drawn from."""
        return decision.policy_version

    @display(description="Context")
    def context_text(self, decision: Decision) -> SafeString:
        """As YAML."""
        return shown_json(decision.context)


@admin.register(Reward)
class RewardAdmin(LearningAdmin):
    """What came of decisions: for those who may download data."""

    view_right = Right.DOWNLOAD
    list_display = ("end_of_id", "experiment", "shown_value", "also", "is_default", "folded_in", "is_rehearsal", "at")
    list_select_related = ("experiment", "decision")
    fields = ("decision", "experiment", "value", "measures_text", "is_default", "folded_in", "is_rehearsal", "at")
    readonly_fields = ("measures_text",)

    @display(description="Decision", ordering="pk")
    def end_of_id(self, reward: Reward) -> SafeString:
        """Of the decision's."""
        return shown_id(reward.decision)

    @display(description="Reward", ordering="value")
    def shown_value(self, reward: Reward) -> str:
        """To six digits; the row's page has all of them."""
        return f"{reward.value:.6g}"

    @display(description="Measures")
    def also(self, reward: Reward) -> str:
        """Where there are several: each with its value."""
        measures = json_object(reward.measures)
        return ", ".join(f"{name} {value:g}" for name, value in measures.items()) if len(measures) > 1 else ""

    @display(description="Measures")
    def measures_text(self, reward: Reward) -> SafeString:
        """As YAML."""
        return shown_json(reward.measures)


@admin.register(PolicyState)
class PolicyStateAdmin(LearningAdmin):
    """What the policy knew, number by number: for those who may download data."""

    view_right = Right.DOWNLOAD
    list_display = (
        "number",
        "experiment",
        "version",
        "folded",
        "is_rebuilt",
        "is_thinned",
        "is_rehearsal",
        "created_at",
    )
    list_select_related = ("experiment", "version")
    search_fields: ClassVar[tuple[str, ...]] = ()
    fields = (
        "number",
        "experiment",
        "version",
        "folded",
        "is_rebuilt",
        "is_thinned",
        "statistics_text",
        "is_rehearsal",
        "created_at",
    )
    readonly_fields = ("statistics_text",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Numbers are few; the list is filtered, not searched."""
        return queryset, False

    @display(description="Statistics")
    def statistics_text(self, state: PolicyState) -> SafeString:
        """As YAML; of a thinned state made again."""
        return shown_json(cast(Json, state_in(state).to_json()) if state.is_thinned else state.statistics)


@admin.register(Purse)
class PurseAdmin(LearningAdmin):
    """What policies with a budget have spent."""

    list_display = ("experiment", "budget_text", "spent_text", "reserved_text", "left_text", "is_rehearsal")
    list_select_related = ("experiment",)
    search_fields: ClassVar[tuple[str, ...]] = ()
    fields = ("experiment", "budget_text", "spent_text", "reserved_text", "left_text", "is_rehearsal")
    readonly_fields = ("budget_text", "spent_text", "reserved_text", "left_text")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Purses are few; the list is filtered, not searched."""
        return queryset, False

    @display(description="Budget", ordering="budget")
    def budget_text(self, purse: Purse) -> str:
        """In the units of the measure that says what decisions cost."""
        return f"{purse.budget.normalize():f}"

    @display(description="Spent", ordering="spent")
    def spent_text(self, purse: Purse) -> str:
        """By decisions whose cost is known."""
        return f"{purse.spent.normalize():f}"

    @display(description="Set aside", ordering="reserved")
    def reserved_text(self, purse: Purse) -> str:
        """The most that the others may cost."""
        return f"{purse.reserved.normalize():f}"

    @display(description="Left")
    def left_text(self, purse: Purse) -> str:
        """What new decisions may still cost."""
        return f"{(purse.budget - purse.spent - purse.reserved).normalize():f}"


@admin.register(Switch)
class SwitchAdmin(LearningAdmin):
    """Every policy that was ever proposed, and how it went on: for those who may download data."""

    view_right = Right.DOWNLOAD
    list_display = ("number", "experiment", "version_from", "version_to", "status", "is_rehearsal", "proposed_at")
    list_select_related = ("experiment", "version_from", "version_to")
    list_filter: ClassVar[tuple[Any, ...]] = (ExperimentFilter, "status", "is_rehearsal")
    search_fields: ClassVar[tuple[str, ...]] = ()
    fields = (
        "experiment",
        "number",
        "status",
        "ended_for",
        "because",
        "version_from",
        "version_to",
        "version_back",
        "confidence",
        "allocation_text",
        "plan_text",
        "numbers_text",
        "is_rehearsal",
        "proposed_at",
        "started_at",
        "ended_at",
    )
    readonly_fields = ("allocation_text", "plan_text", "numbers_text")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """They are few; the list is filtered, not searched."""
        return queryset, False

    @display(description="Candidate")
    def allocation_text(self, switch: Switch) -> SafeString:
        """As YAML."""
        return shown_json(switch.allocation)

    @display(description="Plan")
    def plan_text(self, switch: Switch) -> SafeString:
        """As YAML."""
        return shown_json(switch.plan)

    @display(description="Numbers")
    def numbers_text(self, switch: Switch) -> SafeString:
        """As YAML."""
        return shown_json(switch.numbers)
