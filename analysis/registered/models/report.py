"""What was reported, as it was reported."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from experiments.models import Experiment
from experiments.types import Json


class Report(models.Model):
    """An analysis kept for good: the database refuses any change.

    document: the analysis as it was computed. sha256: of its canonical JSON. plan: the document of the plan analysed;
    plan_sha256 of it. deviations: sentences, against the frozen plan. fingerprint: what the data were: the settled id
    they were read up to, counts and sums (`fingerprint_sha256`). code_version: of this program. seed: of all chance.
    seen: what stood beside it: the experiment's status, how far units had got, whether the record bore the answers;
    sessions go on, so it is kept and not computed again.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="reports")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    document: models.JSONField[Json, Json] = models.JSONField()
    seen: models.JSONField[Json, Json] = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    sha256 = models.CharField(max_length=64)
    plan: models.JSONField[Json, Json] = models.JSONField()
    plan_sha256 = models.CharField(max_length=64)
    deviations: models.JSONField[Json, Json] = models.JSONField(default=list)
    fingerprint: models.JSONField[Json, Json] = models.JSONField()
    fingerprint_sha256 = models.CharField(max_length=64)
    code_version = models.CharField(max_length=80)
    seed = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("experiment", "-number")
        constraints = (
            models.UniqueConstraint(fields=("experiment", "number"), name="report_number_unique_in_experiment"),
        )

    def __str__(self) -> str:
        return f"report {self.number} ({self.sha256[:8]})"
