"""A step's page: its YAML on one side, what participants would see on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import Max, Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.decorators import display

from experiments.access import Right
from experiments.admin.inlines import components_line
from experiments.component_kinds import KINDS
from experiments.console import ExperimentFilter, Scoped, studies_with
from experiments.console.rights import sees_everything
from experiments.forms.choosing import starter
from experiments.forms.step import StepForm
from experiments.models import Experiment, Step
from experiments.reads import arms_of
from experiments.services.copying import note_edit
from experiments.services.editing import EDITABLE

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@admin.register(Step)
class StepAdmin(Scoped):
    """Edited one at a time. The preview shows what is typed before it is saved."""

    study_path = "experiment.study_id"
    delete_right = Right.EDIT
    compressed_fields = False
    form = StepForm
    json_fields = ("title", "components", "repeat", "show_if", "screen_out")
    change_form_template = "machina/step_change.html"
    list_display = ("name", "experiment", "stage", "contents", "position")
    list_filter = (ExperimentFilter, "stage")
    list_select_related = ("experiment",)
    search_fields = ("name",)
    ordering = ("-experiment", "position", "pk")
    fieldsets = (
        (None, {"fields": ("experiment", ("name", "stage", "position"), "title", "components")}),
        ("Repetition and conditions", {"fields": ("repeat", "show_if", "screen_out")}),
        ("Time and checks", {"fields": (("timeout_seconds", "attempts", "on_fail"),)}),
    )

    @display(description="On the page")
    def contents(self, step: Step) -> str:
        """The kinds of its components."""
        return components_line(step)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """While the experiment is not over."""
        return self._is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """While the experiment is not over."""
        return self._is_open(obj) and super().has_delete_permission(request, obj)

    def _is_open(self, obj: Model | None) -> bool:
        return not isinstance(obj, Step) or not obj.experiment_id or obj.experiment.status in EDITABLE

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """A step stays in its experiment."""
        return [*super().get_readonly_fields(request, obj), *(("experiment",) if obj else ())]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """At the end of the timeline."""
        initial = super().get_changeform_initial_data(request)
        last = Step.objects.filter(experiment_id=_number(initial.get("experiment"))).aggregate(last=Max("position"))
        return {"position": 0 if last["last"] is None else last["last"] + 1, **initial}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Only experiments that one may edit."""
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "experiment" and field is not None:
            experiments = Experiment.objects.filter(status__in=EDITABLE)
            allowed = {} if sees_everything(request) else {"study_id__in": studies_with(request, Right.EDIT)}
            field.queryset = experiments.filter(**allowed)
        return field

    def save_model(self, request: HttpRequest, obj: Step, form: Any, change: bool) -> None:
        """The diary has a line for each save."""
        super().save_model(request, obj, form, change)
        note_edit(obj.experiment, what=f"step {obj.name}")

    def delete_model(self, request: HttpRequest, obj: Step) -> None:
        """With its line."""
        note_edit(obj.experiment, what=f"step {obj.name} removed")
        super().delete_model(request, obj)

    def response_post_save_add(self, request: HttpRequest, obj: Step) -> HttpResponse:
        """Back to the timeline."""
        return self.response_post_save_change(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Step) -> HttpResponse:
        """Back to the timeline."""
        return HttpResponseRedirect(reverse("admin:experiments_experiment_change", args=[obj.experiment_id]) + "#steps")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """With the experiment the preview is of, and the kinds of component for the hints."""
        step = options.get("obj")
        initial = request.POST.get("experiment") or request.GET.get("experiment")
        visible = Experiment.objects.visible_to(cast("User", request.user)).select_related("study")
        experiment = visible.filter(pk=step.experiment_id if step else _number(initial)).first()
        if experiment is not None:
            context["preview_experiment"] = experiment.pk
            context["preview_step"] = step.pk if step else ""
            context["preview_arms"] = [arm.name for arm in arms_of(experiment)]
            context["preview_languages"] = experiment.study.languages
            sets = {each.name: each.items for each in experiment.stimulus_sets.all()[:1]}
            context["choosing_starter"] = starter(sets, step.components if step else [])
        context["kinds"] = sorted(KINDS.values(), key=lambda kind: (kind.asks, kind.name))
        return super().render_change_form(request, context, *args, **options)


def _number(text: object) -> int:
    return int(str(text)) if str(text).isdecimal() else 0
