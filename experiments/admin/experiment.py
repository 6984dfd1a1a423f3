"""An experiment's page: its state and buttons above, its design in tabs below."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.decorators import display

from experiments import events
from experiments.access import Right
from experiments.admin.buttons import BUTTONS, Button, offered
from experiments.admin.inlines import ArmInline, FactorInline, MeasureInline, StepInline, StimulusInline, VersionInline
from experiments.admin.showing import STATUS_LABELS
from experiments.admin.study import yaml_response
from experiments.console import Scoped, StudyFilter, has_right, studies_with
from experiments.console.refusals import refused
from experiments.console.rights import sees_everything
from experiments.errors import Refusal
from experiments.events import EventKind
from experiments.forms.design import ExperimentForm
from experiments.models import Experiment, Study
from experiments.reads import completes_by_experiment, completes_of, open_points, percent_done
from experiments.services.copying import note_edit
from experiments.services.editing import EDITABLE
from experiments.services.snapshot import definition_of, frozen_definition_of
from experiments.services.versions import unpublished_changes

CHANGE = "admin:experiments_experiment_change"


@admin.register(Experiment)
class ExperimentAdmin(Scoped):
    """Status is never typed: it changes by a button, which calls a service."""

    form = ExperimentForm
    json_fields = ("allocation", "exclusions", "debrief", "full_message")
    list_display = ("title", "study", "state", "completes", "wanted", "unit_kind", "started_at")
    list_filter = (StudyFilter, "status", "unit_kind")
    list_select_related = ("study",)
    search_fields = ("title", "slug")
    ordering = ("-created_at", "-pk")
    actions = ("start_selected", "pause_selected", "complete_selected", "archive_selected")
    inlines: ClassVar[tuple[Any, ...]] = (
        FactorInline,
        ArmInline,
        MeasureInline,
        StimulusInline,
        StepInline,
        VersionInline,
    )
    fieldsets = (
        (None, {"fields": ("study", "title", "slug", "unit_kind", ("target", "seed"))}),
        ("Allocation", {"fields": ("allocation", "exclusions", ("lease_seconds", "exclusion_group"))}),
        ("Texts", {"fields": ("debrief", "full_message")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Experiment]:
        """With the study."""
        return cast("QuerySet[Experiment]", super().get_queryset(request).select_related("study", "version"))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Researchers and owners, while the experiment is not over."""
        if isinstance(obj, Experiment) and obj.pk and obj.status not in EDITABLE:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Owners, while nothing was frozen: with a version, the record stays."""
        if isinstance(obj, Experiment) and obj.version_id is not None:
            return False
        return super().has_delete_permission(request, obj)

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """One that is being made has none yet."""
        return self.inlines if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without a target where it would do nothing."""
        if obj is None or obj.has_target:
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("study", "title", "slug", "unit_kind", "seed")}), *self.fieldsets[1:])

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """The slug follows the title while it is being made."""
        return {} if obj else {"slug": ("title",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What links and data hang on does not change."""
        return [*super().get_readonly_fields(request, obj), *(("study", "slug") if obj else ())]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Only studies that one may edit."""
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "study" and field is not None and not sees_everything(request):
            field.queryset = Study.objects.filter(pk__in=studies_with(request, Right.EDIT))
        return field

    @display(description="Status", ordering="status", label=STATUS_LABELS)
    def state(self, experiment: Experiment) -> str:
        """As a chip."""
        return experiment.get_status_display()

    @display(description="Completed")
    def completes(self, experiment: Experiment) -> str:
        """Read once for the whole list."""
        return f"{getattr(experiment, 'n_completes', 0):,}" if experiment.has_target else "–"  # noqa: RUF001 - a dash

    @display(description="Target", ordering="target")
    def wanted(self, experiment: Experiment) -> str:
        """Of completes."""
        return f"{experiment.target:,}" if experiment.has_target else "–"  # noqa: RUF001 - a dash

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The page's completes, in one query."""
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        counted = completes_by_experiment(rows)
        for row in rows:
            row.n_completes = counted.get(row.pk, 0)
        changelist.result_list = rows
        return changelist

    def save_model(self, request: HttpRequest, obj: Experiment, form: Any, change: bool) -> None:
        """The diary has a line for each save."""
        super().save_model(request, obj, form, change)
        if change:
            note_edit(obj, what="form")
        else:
            events.record(EventKind.EXPERIMENT_CREATED, experiment=obj)

    def response_add(self, request: HttpRequest, obj: Experiment, post_url_continue: str | None = None) -> HttpResponse:
        """On to its page, where the design begins."""
        messages.success(request, f"“{obj.title}” is a draft. Add factors, measures and steps, then rehearse it.")
        return HttpResponseRedirect(reverse(CHANGE, args=[obj.pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """With what the header shows."""
        experiment = self.get_object(request, object_id)
        shown = self._header(request, experiment) if isinstance(experiment, Experiment) else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def _header(self, request: HttpRequest, experiment: Experiment) -> dict[str, object]:
        if request.method != "GET":
            return {}
        changes = unpublished_changes(experiment)
        completes = completes_of(experiment)
        points: list[str] = []
        if experiment.status in ("draft", "rehearsal"):
            definition = frozen_definition_of(experiment)
            points = open_points(definition, languages=experiment.study.languages)
        return {
            "experiment": experiment,
            "changes": changes,
            "completes": completes,
            "percent": percent_done(experiment, completes),
            "public_url": settings.PUBLIC_URL,
            "open_points": points,
            "may_download": has_right(request, Right.DOWNLOAD, experiment.study_id),
            "buttons": [
                button
                for button in offered(experiment, has_changes=bool(changes))
                if has_right(request, button.right, experiment.study_id)
            ],
        }

    def get_urls(self) -> list[URLPattern]:
        """Besides Django's: the buttons, and the experiment as YAML."""
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/do/<slug:name>/", view(self.button_view), name="experiments_experiment_do"),
            path("<int:pk>/file/", view(self.file_view), name="experiments_experiment_file"),
        ]
        return [*own, *super().get_urls()]

    def _visible(self, request: HttpRequest, pk: int) -> Experiment:
        experiment = self.get_queryset(request).filter(pk=pk).first()
        if experiment is None:
            raise Http404("There is no such experiment.")
        return experiment

    def button_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """POST only: one service, one sentence."""
        experiment = self._visible(request, pk)
        if name not in BUTTONS:
            raise Http404("There is no such button.")
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        made = press(request, BUTTONS[name], experiment)
        if name == "duplicate" and isinstance(made, Experiment):
            return HttpResponseRedirect(reverse(CHANGE, args=[made.pk]))
        return HttpResponseRedirect(_back(request) or reverse(CHANGE, args=[pk]))

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """This experiment's part of a study file."""
        experiment = self._visible(request, pk)
        return yaml_response({"experiments": [definition_of(experiment)]}, experiment.slug)

    @admin.action(description="Start")
    def start_selected(self, request: HttpRequest, queryset: QuerySet[Experiment]) -> None:
        """Says of each what happened."""
        press_all(request, BUTTONS["start"], queryset)

    @admin.action(description="Pause")
    def pause_selected(self, request: HttpRequest, queryset: QuerySet[Experiment]) -> None:
        """Says of each what happened."""
        press_all(request, BUTTONS["pause"], queryset)

    @admin.action(description="Complete")
    def complete_selected(self, request: HttpRequest, queryset: QuerySet[Experiment]) -> None:
        """Says of each what happened."""
        press_all(request, BUTTONS["complete"], queryset)

    @admin.action(description="Archive")
    def archive_selected(self, request: HttpRequest, queryset: QuerySet[Experiment]) -> None:
        """Says of each what happened."""
        press_all(request, BUTTONS["archive"], queryset)


def press(request: HttpRequest, button: Button, experiment: Experiment) -> object:
    """What the service gave, or None after saying why not."""
    if not has_right(request, button.right, experiment.study_id):
        messages.error(request, f"“{experiment.title}”: your role does not include “{button.label}”. Ask an owner.")
        return None
    try:
        made = button.service(experiment)
    except Refusal as refusal:
        refused(request, refusal, about=f"“{experiment.title}”")
        return None
    messages.success(request, f"“{experiment.title}” {button.said}")
    return made


def press_all(request: HttpRequest, button: Button, experiments: QuerySet[Experiment]) -> None:
    """One by one, each with its own sentence."""
    for experiment in experiments:
        press(request, button, experiment)


def _back(request: HttpRequest) -> str:
    url = request.POST.get("next", "")
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}) else ""
