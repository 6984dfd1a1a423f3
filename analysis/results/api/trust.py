"""Over the API: whether an experiment's record bears its answers."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.access import Right
from experiments.api.base import ExperimentView
from experiments.api.queries import wants_rehearsal
from experiments.api.serializers import RowsQuery
from experiments.api.shapes import ObjectField, Shown, example
from experiments.types import JsonObject

FINDING: JsonObject = {
    "kind": "ratio",
    "weight": "alarm",
    "title": "Shares of the arms",
    "sentence": "The arms do not hold the shares that were planned (p < 0.0001, valid at every look).",
    "advice": "It sits in browser “old”: look there first.",
    "p_value": 3.1e-9,
    "method": "sample-ratio",
    "columns": ["units", "planned", "found"],
    "rows": [{"name": "browser “old”", "figures": ["200", "", "p < 0.0001"]}],
}


@example("trust", {"gravest": "alarm", "findings": [FINDING]})
class TrustShown(Shown):
    """Everything that was looked at, the gravest first: fine, unknown, note, warn or alarm."""

    gravest = serializers.CharField()
    findings = serializers.ListField(child=ObjectField())


@extend_schema(tags=["results"])
class TrustView(ExperimentView):
    """/experiments/<slug>/trust/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="show_trust", parameters=[RowsQuery], responses=TrustShown)
    def get(self, request: Request, slug: str) -> Response:
        """Shares of the arms, balance, drop-out by arm, odd values and times; each with what to do."""
        from analysis.results.services.trusting import finding_json, gravest, trust_in  # NumPy: only when asked

        found = trust_in(self.experiment, is_rehearsal=wants_rehearsal(request))
        return Response({"gravest": str(gravest(found)), "findings": [finding_json(each) for each in found]})
