"""What a document or a batch would compute, and why: the same as --dry-run, for programs."""

from __future__ import annotations

import uuid
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.learning.search.telling import told
from analysis.runs.api.documents import DocumentSent
from analysis.runs.api.finding import BatchView
from analysis.runs.plans import Request as Wanted
from analysis.runs.plans import comparison_of
from analysis.runs.services.ordering import Sent, rehearse_batch
from experiments.access import Right
from experiments.api.base import StudyView
from experiments.api.parsers import StrictJsonParser, YamlParser
from experiments.api.shapes import ObjectField, Shown, document_in, example
from experiments.types import JsonObject

PLAN: JsonObject = {
    "sentences": [
        "14 settings x 5 folds = 70 runs: 60 there, 10 to compute.",
        "There: 60 completed.",
        "10 runs are of settings that are new: descent.learning_rate = 0.0001.",
    ],
    "wanted": 70,
    "settings": 14,
    "folds": 5,
    "seeds": 1,
    "is_adaptive": False,
    "there": {"completed": 60},
    "missing": 10,
    "reasons": {"new setting": 10},
    "new_values": {"descent.learning_rate": [0.0001]},
    "changed": {},
    "warm_starts": 0,
    "left": 0,
}


@example("plan", PLAN, response_only=True)
class PlanShown(Shown):
    """What is asked for, what of it is there, what is missing and why. `sentences` says the same for people."""

    sentences: serializers.ListSerializer[object] = serializers.ListSerializer(child=serializers.CharField())
    wanted = serializers.IntegerField(help_text="Runs that are asked for.")
    settings = serializers.IntegerField()
    folds = serializers.IntegerField()
    seeds = serializers.IntegerField()
    is_adaptive = serializers.BooleanField(help_text="Whether results decide what follows.")
    there = ObjectField(help_text="How many of them stand where.")
    missing = serializers.IntegerField(help_text="Runs to be computed.")
    reasons = ObjectField(help_text="How many are missing for which reason.")
    new_values = ObjectField(help_text="By place, the values that no run has yet.")
    changed = ObjectField(help_text="By path of code or data, how many runs are computed again because of it.")
    warm_starts = serializers.IntegerField(help_text="Runs that go on from the checkpoint of a shorter one.")
    left = serializers.IntegerField(help_text="Runs that are there and not asked for.")


@extend_schema(tags=["runs"])
class StudyPlanView(StudyView):
    """/studies/<slug>/batches/plan/"""

    rights: ClassVar = {"POST": Right.RUN}
    parser_classes = (StrictJsonParser, YamlParser)

    @extend_schema(
        operation_id="plan_document",
        request={"application/json": DocumentSent, "application/yaml": DocumentSent},
        responses={200: PlanShown},
    )
    def post(self, request: Request, slug: str) -> Response:
        """What a document would compute if it were sent to be computed, and why. Nothing changes."""
        document, positions = document_in(request.data)
        return Response(told(rehearse_batch(self.study, Sent(document, positions=positions, is_posted=True))))


@extend_schema(tags=["runs"])
class BatchPlanView(BatchView):
    """/batches/<id>/plan/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_batch_plan", responses=PlanShown)
    def get(self, request: Request, batch: uuid.UUID) -> Response:
        """What is missing of a batch, now: new code or data since it was computed are told here."""
        return Response(told(comparison_of(Wanted.of(self.batch), self.batch)))
