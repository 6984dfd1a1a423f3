"""Exclude decisions from what is learnt, and take that back."""

from __future__ import annotations

import uuid
from typing import ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bandits.api.decision_shapes import MOST
from bandits.services.excluding import exclude_decisions, include_decisions
from experiments.access import Right
from experiments.api import examples
from experiments.api.base import ExperimentView
from experiments.api.idempotency import IDEMPOTENCY_KEY, idempotent
from experiments.api.shapes import Shape, Shown, example

SOME = {"decisions": [examples.DECISION["id"]]}


@example("a bot", {**SOME, "because": "bot"}, request_only=True)
class DecisionsExcluded(Shape):
    """decisions: up to 10,000 ids; all are excluded, or none. because: why, in a few words."""

    decisions = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=MOST)
    because = serializers.CharField(max_length=60)


@example("a person after all", SOME, request_only=True)
class DecisionsIncluded(Shape):
    """decisions: up to 10,000 ids."""

    decisions = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=MOST)


@example("one", {"changed": 1, "recalled": 1})
class ExclusionShown(Shown):
    """changed: how many stand otherwise now. recalled: of those, what a state had learnt: the next fold rebuilds it."""

    changed = serializers.IntegerField()
    recalled = serializers.IntegerField()


@extend_schema(tags=["decisions"])
class ExcludeView(ExperimentView):
    """/experiments/<slug>/decisions/exclude/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(
        operation_id="exclude_decisions",
        request=DecisionsExcluded,
        parameters=[IDEMPOTENCY_KEY],
        responses=ExclusionShown,
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Learn nothing from these, whether their rewards came or not. Twice is as good as once.

        What was learnt from them is unlearnt: within seconds the state is folded again without them.
        """
        sent = DecisionsExcluded.read(request.data)
        ids = cast("list[uuid.UUID]", sent["decisions"])
        found = exclude_decisions(self.experiment, ids, because=str(sent["because"]), now=timezone.now())
        return Response({"changed": found.changed, "recalled": found.recalled})


@extend_schema(tags=["decisions"])
class IncludeView(ExperimentView):
    """/experiments/<slug>/decisions/include/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(
        operation_id="include_decisions",
        request=DecisionsIncluded,
        parameters=[IDEMPOTENCY_KEY],
        responses=ExclusionShown,
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Take an exclusion back: their rewards are learnt with the next fold."""
        sent = DecisionsIncluded.read(request.data)
        found = include_decisions(self.experiment, cast("list[uuid.UUID]", sent["decisions"]), now=timezone.now())
        return Response({"changed": found.changed, "recalled": found.recalled})
