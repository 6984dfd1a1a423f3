"""What workers run on."""

from __future__ import annotations

from django.db import models

from experiments.types import Json


class Environment(models.Model):
    """System, packages, devices and code of a worker, as it described itself. One row for all that are alike."""

    sha256 = models.CharField(max_length=64, unique=True)
    description: models.JSONField[Json, Json] = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256[:8]
