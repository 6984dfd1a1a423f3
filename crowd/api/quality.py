"""Quality over the API: the registered rule, what was found, and both analyses."""

from __future__ import annotations

import uuid
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crowd.api.campaigns import CampaignView
from crowd.quality.rule import rule_of
from crowd.reads.campaigns import terms_of
from crowd.reads.quality import both_analyses, glance_of
from experiments.access import Right
from experiments.api.shapes import ObjectField, Shown, example
from experiments.types import JsonObject

SUMMARY: JsonObject = {"n": 20, "mean": 61.2, "sd": 14.0}
QUALITY: JsonObject = {
    "rule": {"exclude": ["attention"], "floor_seconds": 1.0},
    "judged": 40,
    "score": 0.91,
    "excluded": 3,
    "signs": [{"sign": "attention", "n": 3, "excluded": 3}],
    "analyses": [{"measure": "trust", "arm": "bars", "everybody": SUMMARY, "kept": SUMMARY}],
}


class FoundShown(Shown):
    """A sign, how often it was found, and how many are left out for it."""

    sign = serializers.CharField()
    n = serializers.IntegerField()
    excluded = serializers.IntegerField()


class SummaryShown(Shown):
    """Of people's means; null where there are too few."""

    n = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    sd = serializers.FloatField(allow_null=True)


class BothWaysShown(Shown):
    """One measure and arm, with everybody and with those who are kept."""

    measure = serializers.CharField()
    arm = serializers.CharField()
    everybody = SummaryShown()
    kept = SummaryShown()


@example("quality", QUALITY, response_only=True)
class QualityShown(Shown):
    """rule: as it was frozen with the plan. excluded: left out of the second analysis by it."""

    rule = ObjectField()
    judged = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True, help_text="The mean, 1 with nothing found.")
    excluded = serializers.IntegerField()
    signs = FoundShown(many=True)
    analyses = BothWaysShown(many=True)


@extend_schema(tags=["crowd"])
class QualityView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/quality/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="show_quality", responses=QualityShown)
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """What was found against people's work, whom the registered rule leaves out, and the figures both ways."""
        glance = glance_of(self.campaign)
        told = {
            "rule": rule_of(terms_of(self.campaign).quality).as_json(),
            "judged": glance.judged,
            "score": glance.score,
            "excluded": glance.excluded,
            "signs": glance.signs,
            "analyses": both_analyses(self.experiment),
        }
        return Response(QualityShown.one(told))
