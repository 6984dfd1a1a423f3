"""The shapes of reviews."""

from __future__ import annotations

from rest_framework import serializers

from crowd.api.campaign_shapes import UUID
from crowd.reads.reviews import MOST, SHOWS
from crowd.reviewing.words import Decision
from experiments.api.shapes import ObjectField, Shape, Shown, example
from experiments.types import JsonObject

SHA = 64 * "0"
ASK: JsonObject = {"decision": "approve", "show": "passed", "message": "Thank you."}
LINE: JsonObject = {
    "submission": UUID,
    "participant": "5c2d3e4f",
    "amount": "1.44",
    "not_paid": "0.00",
    "notes": [],
    "until": None,
}
PLAN: JsonObject = {
    "decision": "approve",
    "people": 1,
    "total": "1.44",
    "not_paid": "0.00",
    "category": "",
    "currency": "USD",
    "sha256": SHA,
    "confirm_with": "1.44",
    "needs_second": False,
    "until": None,
    "lines": [LINE],
    "left_out": [{"submission": UUID, "because": "It is not handed in: the platform shows it as active."}],
}
REVIEW: JsonObject = {
    "id": UUID,
    "decision": "approve",
    "status": "done",
    "reason": "",
    "message": "Thank you.",
    "category": "",
    "total": "1.44",
    "rule": "",
    "by": "ada",
    "at": "2026-11-02T10:30:00Z",
    "second_by": None,
    "submissions": [UUID],
}
WORK: JsonObject = {
    "id": UUID,
    "participant": UUID,
    "outcome": "completed",
    "observed": "submitted",
    "desired": "undecided",
    "is_used": True,
    "minutes": 6.4,
    "quality": 0.5,
    "is_excluded": False,
    "notes": ["Missed 1 of the checks."],
    "decisions": ["approve", "soft-reject", "reject"],
    "done_at": "2026-11-02T10:28:00Z",
    "submitted_at": "2026-11-02T10:29:00Z",
    "decided_at": None,
    "decide_before": "2026-11-05T10:29:00Z",
}


class WorkQuery(Shape):
    """show: which list. page: from 1 on, fifty on each."""

    show = serializers.ChoiceField(choices=list(SHOWS), required=False, default="waiting")
    page = serializers.IntegerField(required=False, default=1, min_value=1, max_value=100_000)


@example("everybody who passed", ASK, request_only=True)
class ReviewAsked(Shape):
    """submissions: ids; or show: everybody on a list. reason: needed by every decision but `approve`."""

    decision = serializers.ChoiceField(choices=[each.value for each in Decision])
    submissions: serializers.ListField = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=MOST
    )
    show = serializers.ChoiceField(choices=["", *SHOWS], required=False, default="")
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    message = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    category = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=40,
        help_text="Of a rejection where the platform has kinds of them, as Prolific: LOW_EFFORT, NO_DATA, …",
    )


@example("as the plan asks", {**ASK, "confirm": "1.44", "sha256": SHA}, request_only=True)
class ReviewSent(ReviewAsked):
    """confirm: the plan's `confirm_with`. sha256: the plan's. Anything else decides nothing."""

    confirm = serializers.CharField(max_length=60)
    sha256 = serializers.CharField(max_length=64)


@example("on", {"is_on": True}, request_only=True)
class RuleSent(Shape):
    """is_on: approve by rule from now on."""

    is_on = serializers.BooleanField()


@example("plan", PLAN)
class ReviewPlanShown(Shown):
    """confirm_with: what is sent as `confirm`. left_out: whom it cannot be decided about, and why."""

    decision = serializers.CharField()
    people = serializers.IntegerField()
    total = serializers.CharField(help_text="With fees.")
    not_paid = serializers.CharField(help_text="What people who are rejected are not paid.")
    category = serializers.CharField(help_text="The platform's kind of rejection.")
    currency = serializers.CharField()
    sha256 = serializers.CharField()
    confirm_with = serializers.CharField()
    needs_second = serializers.BooleanField(help_text="Another person has to agree.")
    until = serializers.DateTimeField(allow_null=True, help_text="A rejection can be taken back till then.")
    lines: serializers.ListField = serializers.ListField(child=ObjectField())
    left_out: serializers.ListField = serializers.ListField(child=ObjectField())


@example("review", REVIEW)
class ReviewShown(Shown):
    """What was decided; never changed afterwards."""

    id = serializers.UUIDField()
    decision = serializers.CharField()
    status = serializers.CharField(help_text="done, proposed (waits for a second person) or withdrawn.")
    reason = serializers.CharField()
    message = serializers.CharField()
    category = serializers.CharField()
    total = serializers.CharField()
    rule = serializers.CharField(help_text="Which rule decided; empty for a person.")
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    second_by = serializers.CharField(allow_null=True)
    submissions: serializers.ListField = serializers.ListField(child=serializers.UUIDField())


@example("rule", {"is_on": True})
class RuleShown(Shown):
    """Whether it is on."""

    is_on = serializers.BooleanField()


@example("work", {"lists": {"waiting": 1, "all": 12}, "page": 1, "pages": 1, "results": [WORK]}, response_only=True)
class WorkShown(Shown):
    """lists: how many are on each. results: those of the page."""

    lists = ObjectField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    results: serializers.ListField = serializers.ListField(child=ObjectField())


@example("reviews", {"reviews": [REVIEW]}, response_only=True)
class ReviewsShown(Shown):
    """The newest first, two hundred at most."""

    reviews = ReviewShown(many=True)
