"""The shapes of decisions and rewards."""

from __future__ import annotations

from rest_framework import serializers

from experiments.api import examples
from experiments.api.shapes import JsonField, ObjectField, Shape, Shown, example

MOST = 10_000


@example("a visitor", {"key": "device-18", "context": {"page": "menu"}}, request_only=True)
class DecisionAsked(Shape):
    """key: your own name of the visitor or the request, no person's; the same key gets the same decision.

    context: what is known; a contextual policy looks at `features`, a list of numbers, or one for each arm.
    """

    key = serializers.CharField(max_length=200, required=False, default="")
    context = ObjectField(required=False, default=dict)  # type: ignore[assignment]  # DRF takes fields off the class


@example("two visitors", {"decisions": [{"key": "device-18"}, {"key": "device-19"}]}, request_only=True)
class DecisionsAsked(Shape):
    """Up to 10,000; all are decided, or none."""

    decisions: serializers.ListSerializer[object] = serializers.ListSerializer(
        child=DecisionAsked(), allow_empty=False, max_length=MOST
    )


@example("decision", examples.DECISION)
class DecisionShown(Shown):
    """An arm, with the chance that it had. Send what came of it to /decisions/<id>/reward/ until `due`."""

    id = serializers.UUIDField()
    key = serializers.CharField()
    arm = serializers.CharField()
    levels = ObjectField()
    payload = ObjectField()
    propensity = serializers.FloatField()
    policy_version = serializers.IntegerField(help_text="The number of the state that it was drawn from.")
    among = serializers.IntegerField(help_text="How many were drawn together from it, before any of their rewards.")
    excluded = serializers.CharField(help_text="Why nothing is learnt from it; empty if it counts.")
    context = ObjectField()  # type: ignore[assignment]  # DRF takes fields off the class
    is_rehearsal = serializers.BooleanField()
    decided_at = serializers.DateTimeField()
    due = serializers.DateTimeField()


@example("decisions", {"decisions": [examples.DECISION], "new": 1}, response_only=True)
class DecisionsMade(Shown):
    """In the order in which they were asked for. new: how many keys had none before."""

    decisions = DecisionShown(many=True)
    new = serializers.IntegerField()


@example("a purchase", {"value": 1}, request_only=True)
@example("several measures", {"measures": {"bought": 1, "seconds": 41.5}}, request_only=True)
class RewardSent(Shape):
    """value: of the primary measure. measures: of any, by name; guardrails and costs come with the reward.

    correct: put it in the place of another one that nothing has learnt from yet.
    """

    value = JsonField(required=False)
    measures = ObjectField(required=False, default=dict, help_text="{name: number}")
    correct = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """Something has to come."""
        if "value" not in attrs and not attrs["measures"]:
            raise serializers.ValidationError("Send `value`, of the primary measure, or `measures` by name.")
        return attrs


@example("a purchase", {"decision": examples.DECISION["id"], "value": 1}, request_only=True)
class RewardOfDecision(RewardSent):
    """The same, with the decision that it belongs to."""

    decision = serializers.UUIDField()


@example("a purchase", {"rewards": [{"decision": examples.DECISION["id"], "value": 1}]}, request_only=True)
class RewardsSent(Shape):
    """Up to 10,000; all are taken, or none."""

    rewards: serializers.ListSerializer[object] = serializers.ListSerializer(
        child=RewardOfDecision(), allow_empty=False, max_length=MOST
    )


@example("reward", examples.REWARD)
class RewardShown(Shown):
    """folded_in: the number of the state that learnt it; null: not yet; 0: the policy in force could not."""

    decision = serializers.UUIDField(source="decision.uuid")
    value = serializers.FloatField(help_text="What the policy learns.")
    measures = ObjectField(help_text="As they came, by name; empty for a default.")
    is_default = serializers.BooleanField(help_text="Nobody sent it; the declared default was taken when it was due.")
    folded_in = serializers.IntegerField(allow_null=True)
    is_rehearsal = serializers.BooleanField()
    at = serializers.DateTimeField()


@example("receipt", {"taken": 1, "known": 0})
class RewardReceipt(Shown):
    """taken: how many were new or corrected. known: how many were there already, with the same value."""

    taken = serializers.IntegerField()
    known = serializers.IntegerField()
