"""The shapes of assignments."""

from __future__ import annotations

from datetime import datetime

from rest_framework import serializers

from experiments.api import examples
from experiments.api.shapes import ObjectField, Shape, Shown, example
from experiments.models import Assignment


@example("a visitor", {"key": "device-18", "attributes": {"country": "PT"}}, request_only=True)
class AssignmentAsked(Shape):
    """key: your own name of the unit, which must not identify a person. attributes: what strata may use."""

    key = serializers.CharField(max_length=200)
    attributes = ObjectField(
        required=False, default=dict, child=serializers.JSONField(), help_text="{name: text, number, true or false}"
    )

    def validate_attributes(self, attributes: dict[str, object]) -> dict[str, object]:
        """Plain values only, each under a short name."""
        for name, value in attributes.items():
            if not isinstance(value, str | int | float | bool) or len(name) > 60 or len(str(value)) > 200:
                raise serializers.ValidationError(f"“{name[:60]}” must be a short text, a number, true or false.")
        return attributes


@example("assignment", examples.ASSIGNMENT)
class AssignmentShown(Shown):
    """Which arm a unit got, with what probability. place: leased, completed or, once given back, none."""

    unit = serializers.UUIDField(source="unit.uuid")
    key = serializers.CharField(source="unit.key")
    arm = serializers.CharField(source="arm.name")
    levels = ObjectField(source="arm.levels")
    payload = ObjectField(source="arm.payload")
    propensity = serializers.FloatField()
    policy = serializers.CharField()
    policy_version = serializers.CharField(
        help_text="The number of the state that it was drawn from; empty under a policy that does not learn."
    )
    version = serializers.IntegerField(source="version.number")
    stratum = serializers.CharField()
    place = serializers.SerializerMethodField()
    leased_until = serializers.SerializerMethodField()
    is_rehearsal = serializers.BooleanField(source="unit.is_rehearsal")
    at = serializers.DateTimeField()

    def get_place(self, assignment: Assignment) -> str:
        """Of the slot, as long as this unit holds it."""
        slot = assignment.slot
        return str(slot.status) if slot and slot.unit_id == assignment.unit_id else "none"

    def get_leased_until(self, assignment: Assignment) -> datetime | None:
        """Until when the place is kept without a sign."""
        slot = assignment.slot
        is_mine = slot is not None and slot.unit_id == assignment.unit_id
        return slot.leased_until if slot is not None and is_mine else None
