"""The shapes of switches, and of what decides."""

from __future__ import annotations

from rest_framework import serializers

from experiments.api.shapes import JsonField, ObjectField, Shape, Shown, example
from experiments.types import JsonObject

NUMBERS: JsonObject = {
    "decisions": 4750,
    "first": 251,
    "last": 5000,
    "running": 0.301,
    "candidate": 0.342,
    "difference": 0.041,
    "lower": 0.018,
    "upper": 0.064,
    "asked": 0.95,
    "level": 0.975,
    "looks": 1,
    "effective_sample_size": 2631.5,
    "largest_weight": 1.93,
    "missing": 0.0,
    "needed": None,
    "arms": [{"arm": "soup", "decisions": 2391, "mean": 0.26, "candidate": 0.08}],
}
PLAN: JsonObject = {
    "stages": [{"share": 0.05, "decisions": 1000, "hours": None}, {"share": 0.25, "decisions": 1000, "hours": 24}],
    "guardrails": [{"measure": "", "margin": 0.01, "limit": None}],
    "alpha": 0.05,
}
ASKED: JsonObject = {
    "allocation": {"policy": "thompson_bernoulli", "floor": 0.05},
    "confidence": 0.95,
    "plan": PLAN,
    "start": True,
}
SWITCH: JsonObject = {
    "number": 3,
    "status": "ramping",
    "is_rehearsal": False,
    "version_from": 2,
    "version_to": 3,
    "version_back": None,
    "allocation": {"policy": "thompson_bernoulli", "floor": 0.05},
    "confidence": 0.95,
    "plan": PLAN,
    "numbers": NUMBERS,
    "because": "",
    "stage": 0,
    "ended_for": "",
    "proposed_at": "2026-11-02T09:30:00Z",
    "started_at": "2026-11-02T09:30:01Z",
    "ended_at": None,
}
SERVING: JsonObject = {
    "version": 3,
    "policy": "thompson_bernoulli",
    "allocation": {"policy": "thompson_bernoulli", "floor": 0.05},
    "share": 0.05,
    "old_policy": "uniform",
    "old_version": 2,
    "halted_to": [],
    "switch": 3,
    "state": 412,
    "halted_at": None,
    "because": "",
}


@example("a candidate", ASKED, request_only=True)
class SwitchAsked(Shape):
    """allocation: the candidate; null: the one that stands in the experiment, edited and not published.

    plan: stages (share, and after how many decisions or hours the next one comes), guardrails (measure, "" for the
    reward; margin, or limit) and alpha. because: lets it in without the numbers for it; asks for an owner. start: at
    once, if it passes.
    """

    allocation = ObjectField(required=False, allow_null=True, default=None)
    confidence = serializers.FloatField(required=False, default=0.95, min_value=0.5, max_value=0.999999)
    plan = ObjectField(required=False, default=dict)
    because = serializers.CharField(required=False, default="", allow_blank=True, max_length=500)
    start = serializers.BooleanField(required=False, default=True)


@example("why", {"because": "Support reports complaints."}, request_only=True)
class Reason(Shape):
    """because: kept in the diary."""

    because = serializers.CharField(required=False, default="", allow_blank=True, max_length=400)


@example("to the control", {"to": "", "because": "Support reports complaints."}, request_only=True)
class HaltAsked(Reason):
    """to: an arm; "" for the control (all arms if there is none), "even" for all."""

    to = serializers.CharField(required=False, default="", allow_blank=True, max_length=120)


@example("switch", SWITCH)
class SwitchShown(Shown):
    """status: proposed, refused, ramping, live, rolled back or stopped. numbers: what it was judged by."""

    number = serializers.IntegerField()
    status = serializers.CharField()
    is_rehearsal = serializers.BooleanField()
    version_from = serializers.IntegerField(source="version_from.number")
    version_to = serializers.IntegerField(source="version_to.number", allow_null=True, default=None)
    version_back = serializers.IntegerField(source="version_back.number", allow_null=True, default=None)
    allocation = ObjectField()
    confidence = serializers.FloatField()
    plan = ObjectField()
    numbers = JsonField()
    because = serializers.CharField()
    stage = serializers.IntegerField(help_text="The place in the plan's stages, from 0.")
    ended_for = serializers.CharField(help_text="Why it ended, in a sentence.")
    proposed_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


@example("serving", SERVING)
class ServingShown(Shown):
    """share: how often `policy` decides; `old_policy` decides otherwise. halted_to: what everybody gets meanwhile."""

    version = serializers.IntegerField()
    policy = serializers.CharField()
    allocation = ObjectField()
    share = serializers.FloatField()
    old_policy = serializers.CharField()
    old_version = serializers.IntegerField(allow_null=True)
    halted_to: serializers.ListField = serializers.ListField(child=serializers.CharField())
    switch = serializers.IntegerField(allow_null=True)
    state = serializers.IntegerField(allow_null=True)
    halted_at = serializers.DateTimeField(allow_null=True)
    because = serializers.CharField(help_text="Why it is halted.")
