"""What runs keep: checkpoints to go on from, and files."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.db import models

from analysis.runs.models.run import Run
from analysis.runs.querysets import CheckpointQuerySet
from experiments.types import Json

NAME_LENGTH: Final = 200
KIND_LENGTH: Final = 100


class Checkpoint(models.Model):
    """A state, whole and named by its content. The row is written after the file, and gone before it.

    path: within the storage `runs`. values: measures after that epoch. is_final: the run ended with it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="checkpoints")
    attempt = models.PositiveIntegerField()
    epoch = models.PositiveIntegerField()
    values: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    path = models.CharField(max_length=300, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Checkpoint]] = CheckpointQuerySet.as_manager()

    class Meta:
        ordering = ("run", "-epoch")
        constraints = (models.UniqueConstraint(fields=("run", "epoch"), name="one_checkpoint_per_run_and_epoch"),)

    def __str__(self) -> str:
        return f"epoch {self.epoch}"


class Artifact(models.Model):
    """A file beside a run: a picture, a table, an exported model. kind: its media type or what it is for."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="artifacts")
    attempt = models.PositiveIntegerField()
    name = models.CharField(max_length=NAME_LENGTH)
    kind = models.CharField(max_length=KIND_LENGTH)
    path = models.CharField(max_length=300, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("run", "name")
        constraints = (models.UniqueConstraint(fields=("run", "name"), name="artifact_name_unique_in_run"),)

    def __str__(self) -> str:
        return self.name
