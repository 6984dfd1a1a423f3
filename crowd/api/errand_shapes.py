"""The shapes of messages and blocks."""

from __future__ import annotations

from rest_framework import serializers

from crowd.api.campaign_shapes import UUID
from crowd.models import Errand
from crowd.reads.errands import LONGEST, SUBJECT
from crowd.reads.reviews import MOST, SHOWS
from crowd.services.errands import DECISIONS
from experiments.api.shapes import ObjectField, Shape, Shown, example
from experiments.types import JsonObject

SHA = 64 * "0"
ASK: JsonObject = {"kind": "message", "show": "decided", "subject": "Part two", "text": "The second part is open."}
PLAN: JsonObject = {
    "kind": "message",
    "people": 1,
    "subject": "Part two",
    "text": "The second part is open.",
    "sha256": SHA,
    "confirm_with": "message 1",
    "recipients": [{"participant": "5c2d3e4f", "note": ""}],
    "left_out": [{"participant": "77aa01c2", "because": "They are erased: nobody knows any more who they are."}],
}
ERRAND: JsonObject = {
    "id": UUID,
    "participant": UUID,
    "kind": "message",
    "state": "unknown",
    "subject": "Part two",
    "text": "The second part is open.",
    "trouble": "It may have been sent, or not.",
    "by": "ada",
    "at": "2026-11-02T10:30:00Z",
    "done_at": None,
}


class ErrandQuery(serializers.Serializer[object]):
    """state: only those in it."""

    state = serializers.ChoiceField(choices=Errand.State.values, required=False, default="")


@example("everybody who is decided about", ASK, request_only=True)
class ErrandAsked(Shape):
    """submissions: ids; or show: everybody on a list. subject: of a message. text: its text, or why one is blocked."""

    kind = serializers.ChoiceField(choices=Errand.Kind.values)
    submissions: serializers.ListField = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=MOST
    )
    show = serializers.ChoiceField(choices=["", *SHOWS], required=False, default="")
    subject = serializers.CharField(required=False, default="", allow_blank=True, max_length=SUBJECT)
    text = serializers.CharField(max_length=LONGEST)


@example("as the plan asks", {**ASK, "confirm": "message 1", "sha256": SHA}, request_only=True)
class ErrandSent(ErrandAsked):
    """confirm: the plan's `confirm_with`. sha256: the plan's. Anything else sends nothing."""

    confirm = serializers.CharField(max_length=60)
    sha256 = serializers.CharField(max_length=64)


@example("it arrived", {"decision": "done"}, request_only=True)
class ErrandDecision(Shape):
    """decision: `done` (an unknown one arrived), `again` (it did not, or it failed), `off` (not wanted any more)."""

    decision = serializers.ChoiceField(choices=sorted(DECISIONS))


@example("plan", PLAN)
class ErrandPlanShown(Shown):
    """confirm_with: what is sent as `confirm`. left_out: whom it would not reach, and why."""

    kind = serializers.CharField()
    people = serializers.IntegerField()
    subject = serializers.CharField()
    text = serializers.CharField()
    sha256 = serializers.CharField()
    confirm_with = serializers.CharField()
    recipients: serializers.ListField = serializers.ListField(child=ObjectField())
    left_out: serializers.ListField = serializers.ListField(child=ObjectField())


@example("ordered", {"ordered": 1})
class ErrandOrderedShown(Shown):
    """How many are new: what was ordered before, in the same words, is not ordered again."""

    ordered = serializers.IntegerField()


@example("one", ERRAND)
class ErrandShown(Shown):
    """A message to one person, or a block. No id of the platform's of anybody."""

    id = serializers.UUIDField()
    participant = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField(help_text="planned, sending, done, failed, unknown (the answer was lost) or off.")
    subject = serializers.CharField()
    text = serializers.CharField()
    trouble = serializers.CharField(help_text="What the platform said.")
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
