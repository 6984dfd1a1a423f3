"""How much somebody's work can be trusted, and why: kept with the rule it was judged by."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from experiments.types import Json
from participants.models import Session


class QualityMark(models.Model):
    """score: in [0, 1]. findings: [{"sign", "reason"}]. because: signs for which the rule leaves the session out."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="quality")
    score = models.FloatField()
    findings: models.JSONField[Json, Json] = models.JSONField(default=list)
    is_excluded = models.BooleanField(default=False)
    because = models.CharField(max_length=200, blank=True)
    rule_sha256 = models.CharField(max_length=64)
    judged_at = models.DateTimeField()

    objects: ClassVar[models.Manager[QualityMark]] = models.Manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=models.Q(score__gte=0, score__lte=1), name="quality_score_is_a_share"),
        )

    def __str__(self) -> str:
        return f"{self.session}: {self.score}"

    @property
    def reasons(self) -> tuple[str, ...]:
        """The sentences."""
        found = self.findings if isinstance(self.findings, list) else []
        return tuple(str(each.get("reason", "")) for each in found if isinstance(each, dict))
