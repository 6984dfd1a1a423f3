"""What batches and runs said, in order."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from analysis.runs.models.batch import Batch
from analysis.runs.models.run import Run
from analysis.runs.querysets import RunEventQuerySet
from experiments.types import Json


class RunEvent(models.Model):
    """One event of a run, or of its batch where run is empty.

    sequence: from 1 without a gap, within the run or (run empty) the batch. attempt: who said it. key: the publisher's
    own name of it, so that sending it twice keeps it once.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="events")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, blank=True, related_name="events")
    sequence = models.PositiveBigIntegerField()
    attempt = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=40)
    payload: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    key = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[RunEvent]] = RunEventQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("run", "sequence"), condition=models.Q(run__isnull=False), name="run_event_sequence"
            ),
            models.UniqueConstraint(
                fields=("batch", "sequence"), condition=models.Q(run__isnull=True), name="batch_event_sequence"
            ),
            models.UniqueConstraint(
                fields=("batch", "run", "key"), condition=~models.Q(key=""), name="run_event_key", nulls_distinct=False
            ),
        )
        indexes = (
            models.Index(fields=("batch", "id"), name="run_event_cursor"),
            # one event in fifteen: charts need not read the progress between
            models.Index(
                fields=("run", "sequence"), condition=models.Q(kind="run.measured"), name="run_event_measured"
            ),
        )

    def __str__(self) -> str:
        return f"#{self.sequence} {self.kind}"
