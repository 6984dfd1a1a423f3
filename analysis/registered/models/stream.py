"""The tests of a study's life: each experiment's primary questions, in the order in which they began."""

from __future__ import annotations

from django.db import models

from experiments.models import Experiment, Study
from experiments.types import Json


class Stream(models.Model):
    """One row a study: the procedure that holds the false share of all its discoveries, and how far it is.

    procedure: a name of `analysis.statistics.multiplicity.online.PROCEDURES`. level: the false discovery rate held.
    state: as the procedure writes it.
    """

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="stream_of_tests")
    procedure = models.CharField(max_length=40)
    level = models.FloatField()
    state: models.JSONField[Json, Json] = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=models.Q(level__gt=0, level__lte=0.5), name="stream_level_is_one"),
        )

    def __str__(self) -> str:
        return f"{self.procedure} at {self.level:g}"


class StreamTest(models.Model):
    """A question that began: the level it was given then, and what came of it. Given once, decided once."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="tests")
    number = models.PositiveIntegerField()
    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="stream_tests")
    question = models.CharField(max_length=400)
    level = models.FloatField()
    began_at = models.DateTimeField()
    p_value = models.FloatField(null=True, blank=True)
    is_discovery = models.BooleanField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("stream", "number")
        constraints = (
            models.UniqueConstraint(fields=("stream", "number"), name="stream_test_number_unique"),
            models.UniqueConstraint(fields=("experiment", "question"), name="stream_test_once_per_question"),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, p_value__isnull=True, is_discovery__isnull=True)
                | models.Q(decided_at__isnull=False, p_value__isnull=False, is_discovery__isnull=False),
                name="stream_test_decided_whole",
            ),
        )

    def __str__(self) -> str:
        return f"test {self.number}: {self.question}"
