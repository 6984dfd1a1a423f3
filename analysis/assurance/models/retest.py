"""New data that came in since a test, and what each look at them said."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from analysis.assurance.models.safety_test import SafetyTest
from experiments.types import Json


class Delivery(models.Model):
    """Rows that came in after the training. content: one JSON object a line, compressed with gzip.

    sha256: of the lines; the same rows count once for a test. n: how many.
    """

    test = models.ForeignKey(SafetyTest, on_delete=models.CASCADE, related_name="deliveries")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    n = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("test", "number")
        verbose_name_plural = "deliveries"
        constraints = (
            models.UniqueConstraint(fields=("test", "number"), name="delivery_number_unique"),
            models.UniqueConstraint(fields=("test", "sha256"), name="delivery_once"),
        )

    def __str__(self) -> str:
        return f"delivery {self.number} ({self.n} rows)"


class Retest(models.Model):
    """One look at all new rows so far. Valid however often one looks.

    n: rows so far. has_drifted: some constraint is proven broken. constraints: of each {text, n, lower, upper, ...}.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    test = models.ForeignKey(SafetyTest, on_delete=models.CASCADE, related_name="retests")
    number = models.PositiveIntegerField()
    n = models.PositiveBigIntegerField()
    delta = models.FloatField()
    has_drifted = models.BooleanField()
    constraints: models.JSONField[Json, Json] = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("test", "number")
        constraints = (models.UniqueConstraint(fields=("test", "number"), name="retest_number_unique"),)

    def __str__(self) -> str:
        return f"look {self.number} at {self.n} new rows"
