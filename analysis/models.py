"""What is kept about downloads that were made ready."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models

from experiments.models import Experiment


class Export(models.Model):
    """A file made ready for download. n_rows, size, sha256: of that file, known when it is ready.

    A worker holds a lock on the row while it writes, so a killed one leaves it waiting, and nothing half-written.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Being made ready"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="exports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    table = models.CharField(max_length=40)
    format = models.CharField(max_length=20)
    with_rehearsal = models.BooleanField(default=False)
    with_bom = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    filename = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    n_rows = models.PositiveBigIntegerField(null=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(n_rows__isnull=False, size__isnull=False, finished_at__isnull=False)
                & ~models.Q(sha256="")
                | ~models.Q(status="ready"),
                name="ready_export_is_described",
            ),
        )
        indexes = (models.Index(fields=("expires_at",), name="export_expires"),)

    def __str__(self) -> str:
        return f"{self.table} as {self.format}"

    @property
    def path(self) -> Path:
        """Where the file lies; its name says nothing."""
        return Path(settings.EXPORTS_ROOT) / f"{self.uuid.hex}"
