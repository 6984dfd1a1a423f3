"""The outcome of a training under constraints, and what was found of each constraint."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from analysis.assurance.models.safety_set import SafetySet, SafetyUse
from analysis.assurance.querysets import SafetyTestQuerySet
from analysis.runs.models import Run
from experiments.types import Json


class SafetyTest(models.Model):
    """A run's word on its model, once it is completed. Nothing of it changes but whether it still stands.

    passed: every constraint held; otherwise No Solution Found, for that reason. model_sha256: of the kept file; empty
    unless it passed. uses: how many candidates the safety set had seen then. report: as the run wrote it.
    withdrawn_for: why it no longer stands: its data drifted, or somebody said so.
    """

    class Standing(models.TextChoices):
        STANDS = "stands", "Stands"
        DRIFTED = "drifted", "Drifted"
        WITHDRAWN = "withdrawn", "Withdrawn"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="safety_tests")
    attempt = models.PositiveIntegerField()
    safety_set = models.ForeignKey(SafetySet, on_delete=models.PROTECT, null=True, blank=True, related_name="tests")
    use = models.ForeignKey(SafetyUse, on_delete=models.PROTECT, null=True, blank=True, related_name="tests")
    passed = models.BooleanField()
    reason = models.TextField(blank=True)
    regime = models.CharField(max_length=40)
    mode = models.CharField(max_length=40)
    data_sha256 = models.CharField(max_length=64, blank=True)
    model_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    uses = models.PositiveIntegerField(default=0)
    overall_delta = models.FloatField(null=True, blank=True)
    report: models.JSONField[Json, Json] = models.JSONField(default=dict)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.STANDS, editable=False)
    withdrawn_for = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager[SafetyTest]] = SafetyTestQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("run", "attempt"), name="safety_test_once_per_attempt"),
            models.CheckConstraint(
                condition=models.Q(passed=False)
                | ~models.Q(model_sha256="") & models.Q(safety_set__isnull=False, use__isnull=False),
                name="passed_test_has_a_model_and_a_safety_set",
            ),
            models.CheckConstraint(
                condition=models.Q(standing="stands", withdrawn_at__isnull=True)
                | ~models.Q(standing="stands") & models.Q(withdrawn_at__isnull=False),
                name="withdrawn_test_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"Safety test of {self.run}"

    @property
    def vouches(self) -> bool:
        """Whether a model may go live on its word."""
        return self.passed and self.standing == self.Standing.STANDS

    @property
    def verdict(self) -> str:
        """In the field's words."""
        return "Passed" if self.passed else "No Solution Found"


class SafetyResult(models.Model):
    """What the test found of one constraint. The database itself refuses a pass without a bound of at most 0.

    g <= 0 was wanted with probability 1 - delta. upper: of g, NaN and infinity as such. n: of the smallest quantity.
    methods: names of the bounds. is_exact: every one is a theorem for values of the declared range.
    readings: what was seen of each quantity, as in the report.
    """

    test = models.ForeignKey(SafetyTest, on_delete=models.CASCADE, related_name="results")
    position = models.PositiveIntegerField()
    text = models.CharField(max_length=2_000)
    normalised = models.CharField(max_length=2_000)
    delta = models.FloatField()
    estimate = models.FloatField()
    upper = models.FloatField()
    n = models.PositiveBigIntegerField()
    methods = models.CharField(max_length=200, blank=True)
    is_exact = models.BooleanField()
    passed = models.BooleanField()
    reason = models.TextField(blank=True)
    readings: models.JSONField[Json, Json] = models.JSONField(default=list)

    class Meta:
        ordering = ("test", "position")
        constraints = (
            models.UniqueConstraint(fields=("test", "position"), name="safety_result_position_unique"),
            # to PostgreSQL not a number is above every number: it fails here, too
            models.CheckConstraint(
                condition=models.Q(passed=False) | models.Q(upper__lte=0), name="passed_only_with_a_bound_of_at_most_0"
            ),
            models.CheckConstraint(
                condition=models.Q(delta__gt=0, delta__lt=1), name="safety_result_delta_between_0_and_1"
            ),
        )

    def __str__(self) -> str:
        return self.text
