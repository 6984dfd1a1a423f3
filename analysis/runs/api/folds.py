"""What the folds of a batch say."""

from __future__ import annotations

import uuid
from typing import ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.runs.api.finding import BatchView
from analysis.runs.fold_reads import fold_reports
from experiments.access import Right
from experiments.api.queries import query_of
from experiments.api.shapes import ObjectField, Shown, example
from experiments.types import JsonObject

SUMMARY: JsonObject = {"n": 5, "mean": 0.951, "sd": 0.012, "low": 0.929, "high": 0.973}
SETTING = "5f0c" * 16
REPORT: JsonObject = {
    "measure": {"name": "f1_macro", "split": "validation", "direction": "maximise"},
    "validation": {"scheme": "nested", "outer": 5, "inner": 2, "seed": 1484671418187044},
    "confidence": 0.95,
    "is_complete": True,
    "runs": {"completed": 180},
    "n_silent": 0,
    "n_settings": 12,
    "settings": [
        {
            "setting": SETTING,
            "choices": {"net.hidden": 64, "optimiser.lr": 0.1},
            **SUMMARY,
            "behind": None,
            "values": [{"outer": 0, "inner": 0, "value": 0.948}],
            "missing": [],
        }
    ],
    "nested": {
        **SUMMARY,
        "chosen": [
            {
                "outer": 0,
                "setting": SETTING,
                "choices": {"net.hidden": 64, "optimiser.lr": 0.1},
                "inner_mean": 0.947,
                "value": 0.952,
            }
        ],
        "missing": [],
        "votes": [{"setting": SETTING, "n": 5}],
        "best": SETTING,
    },
}


class FoldsQuery(serializers.Serializer[object]):
    """Which measure, and how many settings."""

    name = serializers.CharField(required=False, default="", max_length=200, help_text="The batch's own, if empty.")
    split = serializers.CharField(required=False, default="", max_length=100, help_text="The measure's own, if empty.")
    limit = serializers.IntegerField(
        required=False, default=100, min_value=1, max_value=1_000, help_text="Settings, the best of them."
    )


class FoldSummaryShown(Shown):
    """Over folds. low, high: 95 % interval of the mean that knows that training parts overlap; null: none."""

    n = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    sd = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class FoldValueShown(Shown):
    """The figure on one fold, seeds averaged."""

    outer = serializers.IntegerField(allow_null=True)
    inner = serializers.IntegerField(allow_null=True)
    value = serializers.FloatField()


class FoldNamedShown(Shown):
    """A fold."""

    outer = serializers.IntegerField(allow_null=True)
    inner = serializers.IntegerField(allow_null=True)


class FoldSettingShown(FoldSummaryShown):
    """A setting. behind: the best one's lead, fold by fold; null for the best and where folds are missing."""

    setting = serializers.CharField(help_text="Its digest.")
    choices = ObjectField(help_text="What was chosen for it.")
    behind = FoldSummaryShown(allow_null=True)
    values = FoldValueShown(many=True)
    missing = FoldNamedShown(many=True)


class FoldChosenShown(Shown):
    """What the inner folds of an outer fold chose, and how it did there."""

    outer = serializers.IntegerField()
    setting = serializers.CharField()
    choices = ObjectField()
    inner_mean = serializers.FloatField()
    value = serializers.FloatField(allow_null=True)


class FoldVotesShown(Shown):
    """How many outer folds chose a setting."""

    setting = serializers.CharField()
    n = serializers.IntegerField()


class NestedShown(FoldSummaryShown):
    """How good it is to search like this: over outer folds, each with the setting that its inner folds chose."""

    chosen = FoldChosenShown(many=True)
    missing: serializers.ListSerializer[object] = serializers.ListSerializer(child=serializers.IntegerField())
    votes = FoldVotesShown(many=True)
    best = serializers.CharField(allow_null=True, help_text="The setting with the best mean over all inner folds.")


class FoldReportShown(Shown):
    """Settings ranked over their folds, those with missing folds last."""

    measure = ObjectField()
    validation = ObjectField()
    confidence = serializers.FloatField()
    is_complete = serializers.BooleanField()
    runs = ObjectField(help_text="How many stand where.")
    n_silent = serializers.IntegerField(help_text="Completed runs without this figure: not measured, or no number.")
    n_settings = serializers.IntegerField()
    settings = FoldSettingShown(many=True)
    nested = NestedShown(allow_null=True)


@example("folds", {"results": [REPORT]}, response_only=True)
class FoldReportsShown(Shown):
    """One report for each way in which the batch divides samples; mostly one."""

    results = FoldReportShown(many=True)


@extend_schema(tags=["runs"])
class BatchFoldsView(BatchView):
    """/batches/<id>/folds/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_batch_folds", parameters=[FoldsQuery], responses=FoldReportsShown)
    def get(self, request: Request, batch: uuid.UUID) -> Response:
        """Which setting is best over the folds, by how much; if nested, how good the choice is."""
        query = query_of(request, FoldsQuery)
        reports = fold_reports(self.batch, name=str(query["name"]), split=str(query["split"]))
        return Response({"results": [report.as_json(at_most=cast(int, query["limit"])) for report in reports]})
