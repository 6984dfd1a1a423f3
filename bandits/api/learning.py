"""What an experiment that learns has learnt, with intervals that hold whenever one looks."""

from __future__ import annotations

from dataclasses import asdict
from typing import ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bandits.api.learning_shapes import LearningShown
from bandits.panel_reads import panel_of
from bandits.services.states import require_learning
from experiments.access import Right
from experiments.api.base import ExperimentView
from experiments.api.queries import query_of
from experiments.api.serializers import RowsQuery
from experiments.errors import Unknown


class LearningQuery(RowsQuery):
    """What the panel takes."""

    segment = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=200, help_text="A context key; the first one if empty."
    )


@extend_schema(tags=["decisions"])
class LearningView(ExperimentView):
    """/experiments/<slug>/learning/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="show_learning", parameters=[LearningQuery], responses=LearningShown)
    def get(self, request: Request, slug: str) -> Response:
        """Allocation, what is known of each arm, rewards, regret. From sums that are seconds old: `at` says when.

        409 for an experiment that does not learn, 404 while nothing was ever decided.
        """
        asked = query_of(request, LearningQuery)
        require_learning(self.experiment)
        is_rehearsal, segment = bool(asked["rehearsal"]), cast(str, asked["segment"])
        panel = panel_of(self.experiment, is_rehearsal=is_rehearsal, now=timezone.now(), segment=segment)
        if panel is None:
            raise Unknown("Nothing has been decided yet.", hint="Ask for a decision first: POST …/decisions/.")
        return Response(LearningShown(asdict(panel)).data)
