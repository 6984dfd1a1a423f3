"""Assignments: ask for an arm, keep its place, complete it, or give it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bandits.api.serializers import AssignmentAsked, AssignmentShown
from bandits.services.asking import Asking, assign_unit, complete_unit, release_unit, renew_unit
from experiments.access import Right
from experiments.api import examples
from experiments.api.base import ExperimentView
from experiments.api.idempotency import IDEMPOTENCY_KEY, idempotent
from experiments.api.pagination import PageQuery, page_response
from experiments.api.queries import wants_rehearsal
from experiments.api.serializers import RowsQuery
from experiments.api.shapes import page_of
from experiments.errors import Unknown
from experiments.models import Assignment, Experiment, Unit
from experiments.types import JsonObject

RELATED = ("arm", "unit", "slot", "version")


def _complete(unit: Unit, now: datetime) -> None:
    complete_unit(unit)


def _release(unit: Unit, now: datetime) -> None:
    release_unit(unit, now=now)


def _renew(unit: Unit, now: datetime) -> None:
    renew_unit(unit, now=now)


@dataclass(frozen=True, slots=True)
class Action:
    """What may become of an assigned unit. sentence: for the documentation."""

    act: Callable[[Unit, datetime], None]
    sentence: str


ACTIONS = {
    "complete": Action(_complete, "The unit has done what it came for: its place is filled for good."),
    "release": Action(_release, "Give the place back; the next unit fills it."),
    "renew": Action(_renew, "A sign of life: the place is kept for another lease."),
}


def find_assignment(experiment: Experiment, unit: uuid.UUID) -> Assignment:
    """The assignment of that unit; Unknown if there is none in this experiment."""
    found = Assignment.objects.of(experiment).select_related(*RELATED).filter(unit__uuid=unit).first()
    if found is None:
        raise Unknown(f"“{experiment.title}” has no assignment of a unit {unit}.")
    return found


@extend_schema(tags=["record"])
class AssignmentsView(ExperimentView):
    """/experiments/<slug>/assignments/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD, "POST": Right.RUN}

    @extend_schema(
        operation_id="list_assignments",
        parameters=[RowsQuery, PageQuery],
        responses=page_of(AssignmentShown, examples.ASSIGNMENT),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Which unit got which arm, in the order in which they came."""
        rows = Assignment.objects.of(self.experiment).filter(unit__is_rehearsal=wants_rehearsal(request))
        return page_response(request, rows.select_related(*RELATED), AssignmentShown.many_of)

    @extend_schema(
        operation_id="assign",
        request=AssignmentAsked,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: AssignmentShown, 201: AssignmentShown},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Give a unit its arm. The same key gets the same arm for ever: 200 instead of 201.

        The place is kept for the experiment's lease. Renew it, complete it, or release it.
        """
        sent = AssignmentAsked.read(request.data)
        asking = Asking(key=str(sent["key"]), attributes=cast(JsonObject, sent["attributes"]))
        assignment, is_new = assign_unit(self.experiment, asking, now=timezone.now())
        return Response(AssignmentShown.one(assignment), status=201 if is_new else 200)


@extend_schema(tags=["record"])
class AssignmentView(ExperimentView):
    """/experiments/<slug>/assignments/<unit>/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="show_assignment", responses=AssignmentShown)
    def get(self, request: Request, slug: str, unit: uuid.UUID) -> Response:
        """One unit's arm and place."""
        return Response(AssignmentShown.one(find_assignment(self.experiment, unit)))


class AssignmentActionView(ExperimentView):
    """/experiments/<slug>/assignments/<unit>/<action>/"""

    rights: ClassVar = {"POST": Right.RUN}


def action_view(name: str, action: Action) -> type[AssignmentActionView]:
    """The view of one action, under its own name in the documentation."""

    @extend_schema(
        tags=["record"],
        operation_id=f"{name}_assignment",
        description=f"{action.sentence} Twice is as good as once.",
        request=None,
        responses=AssignmentShown,
    )
    def post(view: AssignmentActionView, request: Request, slug: str, unit: uuid.UUID) -> Response:
        action.act(find_assignment(view.experiment, unit).unit, timezone.now())
        return Response(AssignmentShown.one(find_assignment(view.experiment, unit)))

    return type(f"{name.title()}View", (AssignmentActionView,), {"post": post})
