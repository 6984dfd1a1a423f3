"""Stimuli that blocks chose, trial by trial."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.access import Right
from experiments.api.base import ExperimentView
from experiments.api.pagination import PageQuery, page_response
from experiments.api.queries import query_of, wants_rehearsal
from experiments.api.serializers import RowsQuery
from experiments.api.shapes import ObjectField, Shown, example, page_of
from experiments.types import JsonObject
from participants.choosing_reads import choices_of

CHOICE: JsonObject = {
    "session": "6f0d3a52-6c38-4d1a-9f9e-0c3d1c7a52b1",
    "block": "look",
    "round": 0,
    "number": 3,
    "case": "left-6",
    "rule": "information",
    "chance": 0.4775,
    "information": 0.0871,
    "outcome": 1.0,
    "entropy": 4.62,
    "estimates": {"threshold": [-1.48, 0.21], "slope": [5.4, 2.2]},
    "chosen_at": "2026-01-05T12:00:00Z",
    "answered_at": "2026-01-05T12:00:04Z",
}


class ChoicesQuery(RowsQuery):
    """What the list of choices takes."""

    session = serializers.UUIDField(required=False, default=None, help_text="Of one session only.")
    block = serializers.CharField(required=False, default="", max_length=60, help_text="Of one block only.")


@example("choice", CHOICE)
class StimulusChoiceShown(Shown):
    """One trial of a block that chooses its stimuli."""

    session = serializers.UUIDField(source="session.uuid")
    block = serializers.CharField(help_text="Name of its first step.")
    round = serializers.IntegerField()
    number = serializers.IntegerField(help_text="Of the trial, from 0.")
    case = serializers.CharField(help_text="Id of the stimulus.")
    rule = serializers.CharField()
    chance = serializers.FloatField(help_text="Exact, that it was this one.")
    information = serializers.FloatField(allow_null=True, help_text="Expected of a look at it, in nats.")
    outcome = serializers.FloatField(allow_null=True, help_text="1 right or a yes, 0 not, or a number; null: none.")
    entropy = serializers.FloatField(allow_null=True, help_text="Of the belief after it, in nats.")
    estimates = ObjectField(help_text="{parameter: [posterior mean, posterior sd]} after it.")
    chosen_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


@extend_schema(tags=["sessions"])
class ChoicesView(ExperimentView):
    """/experiments/<slug>/choices/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(
        operation_id="list_choices",
        parameters=[ChoicesQuery, PageQuery],
        responses=page_of(StimulusChoiceShown, CHOICE),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Each stimulus that a block chose, with its chance and what was believed after its answer, as they came."""
        query = query_of(request, ChoicesQuery)
        rows = choices_of(self.experiment, rehearsal=wants_rehearsal(request)).select_related("session")
        rows = rows.filter(session__uuid=str(query["session"])) if query["session"] else rows
        rows = rows.filter(block=str(query["block"])) if query["block"] else rows
        return page_response(request, rows, StimulusChoiceShown.many_of)
