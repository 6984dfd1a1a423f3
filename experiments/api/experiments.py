"""Experiments: list, create, look, and move through their life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.access import Right
from experiments.api import examples
from experiments.api.access import find_study, visible_studies
from experiments.api.base import ApiView, ExperimentView
from experiments.api.idempotency import IDEMPOTENCY_KEY, idempotent
from experiments.api.pagination import PageQuery, page_response
from experiments.api.parsers import StrictJsonParser, YamlParser
from experiments.api.queries import query_of
from experiments.api.serializers import ExperimentDetail, ExperimentShown, ExperimentsQuery, NewExperiment
from experiments.api.shapes import page_of
from experiments.models import Experiment
from experiments.services.defining import create_experiment
from experiments.services.lifecycle import (
    archive_experiment,
    complete_experiment,
    pause_experiment,
    rehearse_experiment,
    reopen_draft,
    start_experiment,
)
from experiments.services.versions import publish_version, unpublished_changes
from experiments.types import Json


def _publish(experiment: Experiment) -> Experiment:
    publish_version(experiment)
    return experiment


@dataclass(frozen=True, slots=True)
class Action:
    """A step of an experiment's life. sentence: for the documentation."""

    act: Callable[[Experiment], Experiment]
    sentence: str


ACTIONS = {
    "rehearse": Action(rehearse_experiment, "Open the pages for rehearsal: what is collected is kept out of results."),
    "reopen": Action(reopen_draft, "From rehearsal back to draft."),
    "start": Action(start_experiment, "Freeze the definition and let real participants in; a paused one goes on."),
    "pause": Action(pause_experiment, "Let no newcomer in; people under way may finish."),
    "complete": Action(complete_experiment, "End collection for good; people under way may finish."),
    "archive": Action(archive_experiment, "Put it away: it leaves the lists, its data stay."),
    "publish": Action(_publish, "Give newcomers the definition as it is edited now; people under way stay on theirs."),
}


def detail_of(experiment: Experiment) -> dict[str, object]:
    """The experiment as it stands now, with what is not published yet."""
    fresh = Experiment.objects.select_related("study", "version").get(pk=experiment.pk)
    return {**ExperimentShown.one(fresh), "unpublished_changes": list(unpublished_changes(fresh))}


@extend_schema(tags=["experiments"])
class ExperimentsView(ApiView):
    """/experiments/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.EDIT}
    parser_classes = (StrictJsonParser, YamlParser)

    @extend_schema(
        operation_id="list_experiments",
        parameters=[ExperimentsQuery, PageQuery],
        responses=page_of(ExperimentShown, examples.EXPERIMENT),
    )
    def get(self, request: Request) -> Response:
        """The experiments of your studies; `study` and `status` narrow the list."""
        query = query_of(request, ExperimentsQuery)
        wanted = {"study__slug": query["study"], "status": query["status"]}
        experiments = Experiment.objects.filter(study__in=visible_studies(request))
        experiments = experiments.filter(**{name: value for name, value in wanted.items() if value})
        return page_response(request, experiments.select_related("study", "version"), ExperimentShown.many_of)

    @extend_schema(
        operation_id="create_experiment",
        request={"application/json": NewExperiment, "application/yaml": NewExperiment},
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ExperimentDetail},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a draft from its definition. Everything wrong with it is named at once."""
        sent = NewExperiment.read(request.data)
        study = find_study(request, str(sent["study"]), Right.EDIT)
        experiment = create_experiment(study, cast(Json, sent["definition"]))
        return Response(detail_of(experiment), status=201)


@extend_schema(tags=["experiments"])
class ExperimentDetailView(ExperimentView):
    """/experiments/<slug>/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_experiment", responses=ExperimentDetail)
    def get(self, request: Request, slug: str) -> Response:
        """One experiment, with what was edited since it was published."""
        changes = list(unpublished_changes(self.experiment))
        return Response({**ExperimentShown.one(self.experiment), "unpublished_changes": changes})


class ActionView(ExperimentView):
    """/experiments/<slug>/<action>/"""

    rights: ClassVar = {"POST": Right.RUN}


def action_view(name: str, action: Action) -> type[ActionView]:
    """The view of one action, under its own name in the documentation."""

    @extend_schema(
        tags=["experiments"],
        operation_id=f"{name}_experiment",
        description=f"{action.sentence} Twice is as good as once; a refusal says what could follow instead.",
        request=None,
        responses=ExperimentDetail,
    )
    def post(view: ActionView, request: Request, slug: str) -> Response:
        action.act(view.experiment)
        return Response(detail_of(view.experiment))

    return type(f"{name.title()}View", (ActionView,), {"post": post})
