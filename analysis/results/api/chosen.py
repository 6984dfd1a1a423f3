"""Over the API: how many of any chosen answers are real."""

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
from experiments.api.shapes import Shown, example
from experiments.types import JsonObject

CHOSEN: JsonObject = {
    "questions": ["wish: “vivid” against “plain”"],
    "at_least": 1,
    "false_share_at_most": 0.0,
    "family": 4,
    "level": 0.05,
    "sentence": "The one chosen is real.",
}


class ChosenQuery(RowsQuery):
    """Which questions; the parameter may stand several times."""

    question = serializers.CharField(required=False, default="", allow_blank=True, max_length=400)


@example("chosen", CHOSEN)
class ChosenShown(Shown):
    """So many of the chosen are real at least; right, with chance 1 - level, of every set that could be chosen."""

    questions = serializers.ListField(child=serializers.CharField())
    at_least = serializers.IntegerField()
    false_share_at_most = serializers.FloatField()
    family = serializers.IntegerField(help_text="Primary and secondary questions in all.")
    level = serializers.FloatField()
    sentence = serializers.CharField()


@extend_schema(tags=["results"])
class ChosenView(ExperimentView):
    """/experiments/<slug>/results/chosen/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="count_chosen_discoveries", parameters=[ChosenQuery], responses=ChosenShown)
    def get(self, request: Request, slug: str) -> Response:
        """Of the questions named (`question`, several times), how many hold a real effect at least (closed testing)."""
        from analysis.results.asking.chosen import chosen_of  # NumPy: only when somebody asks
        from analysis.results.services.analysing import analyse

        names = [name for name in request.query_params.getlist("question") if name]
        found = chosen_of(analyse(self.experiment, is_rehearsal=wants_rehearsal(request)), names)
        return Response(
            {
                "questions": list(found.questions),
                "at_least": found.at_least,
                "false_share_at_most": found.false_share,
                "family": found.family,
                "level": found.level,
                "sentence": found.sentence,
            }
        )
