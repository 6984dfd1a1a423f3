"""The shapes of sessions. No answer and no external id is shown here."""

from __future__ import annotations

from rest_framework import serializers

from experiments.api import examples
from experiments.api.serializers import RowsQuery
from experiments.api.shapes import Shape, Shown, example
from participants.models import Session
from participants.services.leaving import DataChoice


@example("session", examples.SESSION)
class SessionShown(Shown):
    """One participant's passage through one experiment."""

    id = serializers.UUIDField(source="uuid")
    participant = serializers.UUIDField(source="participant.uuid")
    unit = serializers.UUIDField(source="unit.uuid")
    platform = serializers.CharField(source="participant.platform")
    status = serializers.ChoiceField(Session.Status.choices)
    version = serializers.IntegerField(source="version.number")
    arm = serializers.CharField(source="assignment.arm.name", default=None, allow_null=True)
    language = serializers.CharField()
    stage = serializers.CharField()
    position = serializers.IntegerField()
    checks_failed = serializers.IntegerField()
    ended_because = serializers.CharField()
    is_rehearsal = serializers.BooleanField()
    entered_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class SessionsQuery(RowsQuery):
    """What the list of sessions takes."""

    status = serializers.ChoiceField(Session.Status.choices, required=False, default="")


@example("a person", {"external_id": "panel-4711", "platform": "api"}, request_only=True)
class InvitationAsked(Shape):
    """external_id: your name of the person; kept as a keyed digest and encrypted in the vault, shown nowhere."""

    external_id = serializers.CharField(max_length=200)
    platform = serializers.RegexField(r"\A[a-z][a-z0-9_]{0,29}\Z", required=False, default="api")


@example(
    "invitation",
    {
        "participant": examples.SESSION["participant"],
        "link": "https://machina.example.org/s/lunch-2026/?participant=inv-ZGVtbw",
        "session": None,
    },
    response_only=True,
)
class InvitationShown(Shown):
    """link: for this person alone; whoever opens it takes part as them. session: null until they have agreed."""

    participant = serializers.UUIDField()
    link = serializers.URLField()
    session = SessionShown(allow_null=True)


@example("deletion", {"data": "delete"}, request_only=True)
class WithdrawalAsked(Shape):
    """What becomes of the answers: keep, or delete at once and for good."""

    data = serializers.ChoiceField(  # type: ignore[assignment]  # DRF takes fields off the class
        [choice.value for choice in DataChoice]
    )
