"""What was said beforehand, and what was said otherwise later on."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from experiments.models import Experiment, Version
from experiments.types import Json


class AnalysisPlan(models.Model):
    """An experiment's plan. frozen_at: when the experiment first let real units in; the database refuses any change
    from then on, and its deletion while the experiment is there.

    document: as `document.Plan.as_json`. sha256: of its canonical JSON. version: the definition that it was frozen
    under. is_own: somebody wrote it; otherwise it was read off the measures.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    experiment = models.OneToOneField(Experiment, on_delete=models.CASCADE, related_name="analysis_plan")
    document: models.JSONField[Json, Json] = models.JSONField()
    sha256 = models.CharField(max_length=64)
    is_own = models.BooleanField(default=True)
    version = models.ForeignKey(Version, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(frozen_at__isnull=True) | models.Q(version__isnull=False),
                name="frozen_plan_has_a_version",
            ),
        )

    def __str__(self) -> str:
        return f"plan {self.sha256[:8]}"

    @property
    def is_frozen(self) -> bool:
        """Whether nothing changes it any more."""
        return self.frozen_at is not None


class Amendment(models.Model):
    """A plan followed by another one while data came in: never instead of the first, always beside it.

    changes: sentences, against what stood before. reason: in the researcher's words. n: units assigned by then.
    """

    plan = models.ForeignKey(AnalysisPlan, on_delete=models.CASCADE, related_name="amendments")
    number = models.PositiveIntegerField()
    document: models.JSONField[Json, Json] = models.JSONField()
    sha256 = models.CharField(max_length=64)
    changes: models.JSONField[Json, Json] = models.JSONField(default=list)
    reason = models.TextField()
    n = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("plan", "number")
        constraints = (
            models.UniqueConstraint(fields=("plan", "number"), name="amendment_number_unique"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="amendment_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"amendment {self.number} ({self.sha256[:8]})"
