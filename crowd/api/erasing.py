"""Erasure over the API: whose time is coming, what there is of somebody, and erase them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crowd.reads.erasure import clock_of, traces_of
from crowd.services.erasing import erase_confirmed
from experiments.access import Right
from experiments.api.base import StudyView
from experiments.api.shapes import Shape, Shown, example
from experiments.errors import Unknown
from experiments.types import JsonObject
from participants.models import Participant

CLOCK: JsonObject = {
    "retention_days": 3650,
    "people": 412,
    "due": 3,
    "held_back": 1,
    "within_30_days": 12,
    "next_on": "2027-01-05",
}
TRACES: JsonObject = {
    "participant": "5c2d3e4f-7a1e-4f4f-9a0b-5c2d3e4f5a6b",
    "erased_at": None,
    "has_id": True,
    "sessions": 1,
    "pages": 12,
    "interactions": 240,
    "payments": 2,
    "obstacle": "",
    "confirm_with": "erase 5c2d3e4f",
}


@example("retention", CLOCK)
class RetentionShown(Shown):
    """due: whose time is over. held_back: of those, who is still owed money or waits for a decision."""

    retention_days = serializers.IntegerField(source="study.retention_days")
    people = serializers.IntegerField(help_text="Not erased.")
    due = serializers.IntegerField()
    held_back = serializers.IntegerField(source="held")
    within_30_days = serializers.IntegerField(source="soon")
    next_on = serializers.DateField(allow_null=True)


@example("traces", TRACES)
class TracesShown(Shown):
    """obstacle: why they cannot be erased now; empty if they can. confirm_with: what is sent as `confirm`."""

    participant = serializers.UUIDField(source="participant.uuid")
    erased_at = serializers.DateTimeField(source="participant.erased_at", allow_null=True)
    has_id = serializers.BooleanField(help_text="Whether the vault knows their id at a platform.")
    sessions = serializers.IntegerField()
    pages = serializers.IntegerField()
    interactions = serializers.IntegerField()
    payments = serializers.IntegerField(help_text="They stay, under the pseudonym.")
    obstacle = serializers.CharField()
    confirm_with = serializers.CharField(source="phrase")


@example("meant", {"confirm": "erase 5c2d3e4f"}, request_only=True)
class EraseSent(Shape):
    """confirm: as GET says. with_answers: also numbers and choices."""

    confirm = serializers.CharField(max_length=60)
    with_answers = serializers.BooleanField(required=False, default=False)


@extend_schema(tags=["crowd"])
class RetentionView(StudyView):
    """/studies/<slug>/crowd/retention/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_retention", responses=RetentionShown)
    def get(self, request: Request, slug: str) -> Response:
        """How long the study keeps personal data, and for how many people that is over or soon will be."""
        return Response(RetentionShown.one(clock_of(self.study, timezone.now())))


@extend_schema(tags=["crowd"])
class ErasureView(StudyView):
    """/studies/<slug>/crowd/participants/<participant>/erasure/"""

    rights: ClassVar = {"GET": Right.MANAGE, "POST": Right.MANAGE}

    @extend_schema(operation_id="plan_erasure", responses=TracesShown)
    def get(self, request: Request, slug: str, participant: uuid.UUID) -> Response:
        """What there is of a person, and whether they can be erased. Nothing is changed."""
        return Response(TracesShown.one(traces_of(self._person(participant))))

    @extend_schema(operation_id="erase_participant", request=EraseSent, responses=TracesShown)
    def post(self, request: Request, slug: str, participant: uuid.UUID) -> Response:
        """Erase their id, their words, and what their browser noticed. Twice is as good as once; nothing undoes it.

        409 `still-needed` while they are owed money or their work is not decided.
        """
        sent, person = EraseSent.read(request.data), self._person(participant)
        erase_confirmed(person, str(sent["confirm"]), with_answers=bool(sent["with_answers"]), now=timezone.now())
        person.refresh_from_db()
        return Response(TracesShown.one(traces_of(person)))

    def _person(self, participant: uuid.UUID) -> Participant:
        found = Participant.objects.filter(study=self.study, uuid=participant).first()
        if found is None:
            raise Unknown("There is no such person in this study.")
        return found
