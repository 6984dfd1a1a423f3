"""A batch: one document, expanded to runs."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from analysis.runs.models.status import OVER, Status
from analysis.runs.querysets import BatchQuerySet
from experiments.models import Experiment
from experiments.models.study import SLUG
from experiments.types import Json


class Batch(models.Model):
    """What to compute, and how far it is.

    document: as it was sent, defaults left out. source: its text, where it was a file. search_state: what an adaptive
    search remembers. n_events: events of the batch itself so far (those of its runs are counted there).
    is_reserved: only workers that were sent to this very batch take its runs (the others may not know its function).
    time_limit: seconds of one attempt. memory_limit: MiB of the worker. max_attempts: of one run, counting the first.
    """

    Status = Status

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="batches")
    slug = models.CharField(max_length=100, unique=True, validators=[SLUG])
    title = models.CharField(max_length=200, blank=True)
    procedure = models.CharField(max_length=60)
    document: models.JSONField[Json, Json] = models.JSONField(default=dict)
    source = models.TextField(blank=True)
    seed = models.PositiveBigIntegerField(default=18, validators=[MaxValueValidator(2**63 - 1)])
    epochs = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED, editable=False)
    is_reserved = models.BooleanField(default=False)
    priority = models.SmallIntegerField(default=0, help_text="Higher goes first.")
    time_limit = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    memory_limit = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(64)])
    max_attempts = models.PositiveSmallIntegerField(default=3, validators=[MinValueValidator(1)])
    search_state: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    n_events = models.PositiveBigIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager[Batch]] = BatchQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name_plural = "batches"
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="batch_status_known"),
            models.CheckConstraint(condition=models.Q(epochs__gte=1), name="batch_epochs_at_least_one"),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=False) | ~models.Q(status__in=OVER),
                name="batch_that_is_over_has_an_end",
            ),
        )

    def __str__(self) -> str:
        return self.title or self.slug

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.status in OVER
