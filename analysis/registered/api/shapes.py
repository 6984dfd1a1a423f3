"""Analysis plans, as the API shows and takes them."""

from __future__ import annotations

from rest_framework import serializers

from analysis.registered.models import Amendment
from analysis.registered.reads import Registered
from experiments.api.shapes import ObjectField, Shape, Shown, example
from experiments.types import JsonObject

PLAN: JsonObject = {
    "questions": [
        {
            "name": "wish: “vivid” against “plain”",
            "measure": "wish",
            "role": "primary",
            "contrast": {"kind": "arm", "arm": "vivid", "control": "plain"},
        }
    ],
    "families": [{"name": "primary", "questions": ["wish: “vivid” against “plain”"], "correction": "holm"}],
    "note": "Vivid words make a walk more tempting.",
}
AMENDMENT: JsonObject = {
    "number": 1,
    "sha256": "c3ab8ff13720e8ad" + "0" * 48,
    "reason": "A referee asked for two sides.",
    "changes": ["question “wish”: aim better → different"],
    "n": 120,
    "by": "amara",
    "at": "2026-11-22T15:20:00Z",
    "document": PLAN,
}
REGISTERED: JsonObject = {
    "sha256": "56af80ad38a6e023" + "0" * 48,
    "is_own": True,
    "is_frozen": True,
    "frozen_at": "2026-11-22T14:20:00Z",
    "version": 1,
    "planned": PLAN,
    "current": PLAN,
    "amendments": [AMENDMENT],
}


@example("amendment", AMENDMENT)
class AmendmentShown(Shown):
    """Another plan beside the frozen one, with its reason and what changed."""

    number = serializers.IntegerField()
    sha256 = serializers.CharField()
    reason = serializers.CharField()
    changes = serializers.ListField(child=serializers.CharField())
    n = serializers.IntegerField(help_text="Units that had an arm by then.")
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    document = ObjectField()

    @classmethod
    def of(cls, row: Amendment) -> JsonObject:
        """One row."""
        names = ("number", "sha256", "reason", "changes", "n", "document")
        found = {name: getattr(row, name) for name in names}
        return {**found, "by": row.by.get_username() if row.by else None, "at": row.at.isoformat()}


@example("plan", REGISTERED)
class RegisteredShown(Shown):
    """An experiment's analysis plan: what is, or would be, frozen, and what stands now."""

    sha256 = serializers.CharField(help_text="Of what was planned.")
    is_own = serializers.BooleanField(help_text="Somebody wrote it; otherwise it is read off the measures.")
    is_frozen = serializers.BooleanField()
    frozen_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(allow_null=True, help_text="Of the experiment, when the plan was frozen.")
    planned = ObjectField(help_text="docs/analysis-plan.schema.json says what it may hold.")
    current = ObjectField(help_text="With the last amendment.")
    amendments = AmendmentShown(many=True)

    @classmethod
    def of(cls, known: Registered) -> JsonObject:
        """All of it."""
        row = known.row
        return {
            "sha256": known.sha256,
            "is_own": known.is_own,
            "is_frozen": known.is_frozen,
            "frozen_at": row.frozen_at.isoformat() if row and row.frozen_at else None,
            "version": row.version.number if row and row.version else None,
            "planned": known.planned.as_json(),
            "current": known.current.as_json(),
            "amendments": [AmendmentShown.of(each) for each in known.amendments],
        }


@example("plan", PLAN)
class PlanSent(Shape):
    """The document; docs/analysis-plan.schema.json says what it may hold, and every problem is answered by its path."""


@example("amend", {"reason": "A referee asked.", "document": PLAN})
class AmendmentSent(Shape):
    """Another plan, and why."""

    reason = serializers.CharField(max_length=2_000)
    document = serializers.JSONField()


@example("checked", {"sha256": REGISTERED["sha256"], "document": PLAN, "problems": []})
class CheckedPlanShown(Shown):
    """What is wrong with a document; without problems, the document with every default filled in."""

    sha256 = serializers.CharField(allow_null=True)
    document = ObjectField(allow_null=True)
    problems = serializers.ListField(child=ObjectField())
