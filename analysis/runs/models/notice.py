"""What hooks are owed: a line for each, until it is told or given up."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from analysis.runs.models.batch import Batch
from analysis.runs.models.run import Run
from analysis.runs.querysets import NoticeQuerySet


class Notice(models.Model):
    """One hook told of one occasion. about: the occasion and the attempt or end it is about, so that it is owed once.

    kind, target: as in the document. tries: how often it was told without success. due: not before then.
    """

    class Status(models.TextChoices):
        OWED = "owed", "Owed"
        TOLD = "told", "Told"
        FAILED = "failed", "Given up"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="notices")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    occasion = models.CharField(max_length=20)
    about = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    target = models.CharField(max_length=2_000)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OWED)
    tries = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField()
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Notice]] = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = "hook told"
        verbose_name_plural = "hooks"
        constraints = (
            models.UniqueConstraint(
                fields=("batch", "run", "about", "kind", "target"), name="notice_owed_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(told_at__isnull=False) | ~models.Q(status="told"), name="told_notice_has_a_time"
            ),
        )
        indexes = (models.Index(fields=("due",), condition=models.Q(status="owed"), name="notice_due"),)

    def __str__(self) -> str:
        return f"{self.occasion.replace('_', ' ')} to {self.target[:60]}"
