"""Off-policy evaluation over the API: what would another policy have earned?"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bandits.evaluation.question import MOST_WHILE_WAITING, SUITED, WAYS, Question
from experiments.access import Right
from experiments.api.base import ExperimentView
from experiments.api.shapes import ObjectField, Shape, Shown, example
from experiments.types import JsonObject

ASKED: JsonObject = {"policy": {"policy": "ucb1"}, "learning": "replay", "since": "2026-10-01T00:00:00Z", "by": "page"}
ESTIMATE: JsonObject = {"estimate": 0.412, "lower": 0.381, "upper": 0.443, "interval": "finite_sample"}
FIGURES: JsonObject = {
    "logged": {"estimate": 0.36, "lower": 0.341, "upper": 0.379, "interval": "finite_sample"},
    "value": ESTIMATE,
    "gain": {"estimate": 0.052, "lower": 0.021, "upper": 0.083, "interval": "finite_sample"},
    "effective_sample_size": 5210.4,
    "largest_weight": 9.1,
    "mean_weight": 0.998,
    "clip": 10.0,
    "share_clipped": 0.0,
    "unsupported": 0.0,
}
FOUND: JsonObject = {
    "policy": {"policy": "ucb1"},
    "title": "ucb1",
    "learning": "replay",
    "reward": "bought",
    "low": 0.0,
    "high": 1.0,
    "since": "2026-10-01T00:00:00Z",
    "until": "2026-10-31T21:14:03Z",
    "is_rehearsal": False,
    "decisions": 10412,
    "left_out": {"open": 212, "excluded": 18, "halted": 0, "unrewarded": 0, "foreign": 0},
    "confidence": 0.95,
    **FIGURES,
    "estimates": {"doubly_robust": ESTIMATE, "ips": {**ESTIMATE, "estimate": 0.415}},
    "replayed": 5120,
    "arms": [{"arm": "soup", "decisions": 7210, "mean_reward": 0.41, "target_share": 0.8, "unsupported": 0.0}],
    "by": "page",
    "segments": [{"segment": "menu", "decisions": 6001, "refused": "", **FIGURES}],
    "warnings": [],
    "seconds": 0.412,
}


@example("UCB on last month's traffic", ASKED, request_only=True)
class EvaluationAsked(Shape):
    """policy: an allocation ({"policy": "ucb1"}), {"policy": "always", "arm": …}, {"policy": "shares", "shares": …},
    {"version": n} or {"state": n}."""

    policy = ObjectField()
    learning = serializers.ChoiceField(
        choices=[(name, text) for name, text in WAYS.items()], required=False, default=SUITED
    )
    since = serializers.DateTimeField(required=False, allow_null=True, default=None)
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)
    by = serializers.CharField(
        max_length=100, required=False, allow_blank=True, default="", help_text="A key of the context: one answer each."
    )
    confidence = serializers.FloatField(required=False, default=0.95)
    clip = serializers.FloatField(required=False, default=10.0, help_text="Weights count at most this in clipped IPS.")
    missing = serializers.FloatField(
        required=False, allow_null=True, default=None, help_text="What a decision counts whose reward never came."
    )
    early = serializers.BooleanField(
        required=False, default=False, help_text="Count open decisions too, if their reward has come."
    )
    unsupported = serializers.FloatField(
        required=False,
        default=0.0,
        help_text="The share of the policy's plays that the log need not have been able to make.",
    )
    rehearsal = serializers.BooleanField(required=False, default=False)


class EstimateShown(Shown):
    """interval: finite_sample (it holds at any number of decisions), asymptotic, or none."""

    estimate = serializers.FloatField()
    lower = serializers.FloatField(allow_null=True)
    upper = serializers.FloatField(allow_null=True)
    interval = serializers.CharField()


class ArmEvaluated(Shown):
    """One arm: what the log knows of it, and how often the policy would have played it."""

    arm = serializers.CharField()
    decisions = serializers.IntegerField()
    mean_reward = serializers.FloatField(allow_null=True)
    target_share = serializers.FloatField()
    unsupported = serializers.FloatField()


class Figures(Shown):
    """logged: what was earned for each decision. value: what the policy would have. gain: the difference."""

    logged = EstimateShown()
    value = EstimateShown()
    gain = EstimateShown()
    effective_sample_size = serializers.FloatField(help_text="How many decisions of the policy the log is worth.")
    largest_weight = serializers.FloatField()
    mean_weight = serializers.FloatField(help_text="1, but for chance, if the log can speak of the policy.")
    clip = serializers.FloatField()
    share_clipped = serializers.FloatField()
    unsupported = serializers.FloatField()


class SegmentEvaluated(Figures):
    """The decisions with one value of a key of the context; no figures where `refused` says why."""

    segment = serializers.CharField()
    decisions = serializers.IntegerField()
    refused = serializers.CharField()


@example("answer", FOUND, response_only=True)
class EvaluationShown(Figures):
    """What the policy would have earned, by every estimator, with intervals; see docs/off-policy.md."""

    policy = ObjectField()
    title = serializers.CharField()
    learning = serializers.CharField()
    reward = serializers.CharField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    is_rehearsal = serializers.BooleanField()
    decisions = serializers.IntegerField()
    left_out = ObjectField(help_text="Decisions that do not count, by reason.")
    confidence = serializers.FloatField()
    estimates = serializers.DictField(child=EstimateShown())
    replayed = serializers.IntegerField(help_text="Decisions that the policy would have made itself.")
    arms = ArmEvaluated(many=True)
    by = serializers.CharField()
    segments = SegmentEvaluated(many=True)
    warnings = serializers.ListField(child=serializers.CharField())
    seconds = serializers.FloatField()


@extend_schema(tags=["decisions"])
class EvaluationsView(ExperimentView):
    """/experiments/<slug>/evaluations/"""

    rights: ClassVar = {"POST": Right.DOWNLOAD}

    @extend_schema(operation_id="evaluate_policy", request=EvaluationAsked, responses={200: EvaluationShown})
    def post(self, request: Request, slug: str) -> Response:
        """What would this policy have earned on the experiment's traffic? Nothing is stored."""
        from bandits.evaluation.answering import answer  # numpy: only when somebody asks

        asked = _question(EvaluationAsked.read(request.data))
        found = answer(self.experiment, asked, now=timezone.now(), most=MOST_WHILE_WAITING)
        return Response(found.to_json())


def _question(sent: dict[str, object]) -> Question:
    return Question(
        policy=cast(JsonObject, sent["policy"]),
        learning=str(sent["learning"]),
        since=cast("datetime | None", sent["since"]),
        until=cast("datetime | None", sent["until"]),
        by=str(sent["by"]),
        confidence=cast(float, sent["confidence"]),
        clip=cast(float, sent["clip"]),
        missing=cast("float | None", sent["missing"]),
        early=bool(sent["early"]),
        unsupported=cast(float, sent["unsupported"]),
        is_rehearsal=bool(sent["rehearsal"]),
    )
