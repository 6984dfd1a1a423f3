"""Curves of a batch of trials, for programs."""

from __future__ import annotations

import uuid
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.assurance.curves.reads import PROCEDURE, curves_of
from analysis.runs.api.finding import BatchView
from analysis.safety.curves.reading import DECIDED, PROBABILISTIC
from experiments.access import Right
from experiments.api.queries import query_of
from experiments.api.shapes import ObjectField, Shown, example
from experiments.errors import BadValue
from experiments.types import JsonObject

POINT: JsonObject = {"rows": 1000, "value": 0.72, "low": 0.575, "high": 0.838, "trials": 50}
CURVES: JsonObject = {
    "terms": "probabilistic",
    "performance": "accuracy",
    "world": 5226,
    "trials": 50,
    "left": 0,
    "stopped": 0,
    "level": 0.95,
    "constraints": [{"text": "abs((PR | [BLACK]) - (PR | [WHITE])) <= 0.06", "delta": 0.05}],
    "contenders": [
        {
            "contender": "safe",
            "promises": True,
            "performance": [POINT],
            "solution_rate": [POINT],
            "failure_rates": [[POINT]],
        }
    ],
}


class CurvesQuery(serializers.Serializer[object]):
    """On whose terms."""

    terms = serializers.ChoiceField([PROBABILISTIC, DECIDED], required=False, default=PROBABILISTIC)


@example("curves", CURVES, response_only=True)
class CurvesShown(Shown):
    """failure_rates: of each contender one list for each of `constraints`, in their order. level: of all intervals."""

    terms = serializers.CharField()
    performance = serializers.CharField(help_text="What it is: accuracy, or mean squared error.")
    world = serializers.IntegerField(help_text="Rows by which every trial is judged.")
    trials = serializers.IntegerField()
    left = serializers.IntegerField(help_text="Trials to come.")
    stopped = serializers.IntegerField(help_text="Trials that could not be done.")
    level = serializers.FloatField()
    constraints: serializers.ListField = serializers.ListField(child=ObjectField())
    contenders: serializers.ListField = serializers.ListField(child=ObjectField())


@extend_schema(tags=["safety"])
class BatchCurvesView(BatchView):
    """/batches/<id>/curves/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_batch_curves", parameters=[CurvesQuery], responses=CurvesShown)
    def get(self, request: Request, batch: uuid.UUID) -> Response:
        """Performance, solution rate and failure rates over the number of rows, of a batch of `safe_trial`."""
        if self.batch.procedure != PROCEDURE:
            message = f"“{self.batch}” is made of {self.batch.procedure} runs, not of trials."
            raise BadValue(message, hint="See docs/safety-curves.md for how to make trials.")
        seen = curves_of([self.batch], terms=str(query_of(request, CurvesQuery)["terms"]))
        return Response({**seen.curves.as_json(), "left": seen.left, "stopped": seen.failed})
