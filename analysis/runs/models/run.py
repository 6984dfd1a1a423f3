"""A run: one setting, one fold, one seed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from analysis.runs.models.batch import Batch
from analysis.runs.models.environment import Environment
from analysis.runs.models.status import OVER, Status
from analysis.runs.querysets import RunQuerySet
from experiments.models import Unit
from experiments.types import Json


def judges_a_choice(setting: Json, inner_fold: int | None) -> bool:
    """Whether such a run is of an outer fold of nested ones, and no choice may look at it."""
    match setting:
        case {"validation": {"scheme": "nested"}}:
            return inner_fold is None
    return False


class Run(models.Model):
    """A computation and how it went. The table is the queue.

    number: its place in the batch, from 1. setting: no sweep left in it; setting_digest is the same for all its folds
    and seeds. digest: of procedure, setting, fold, seed, epochs where they matter, and identity. attempt: how often it
    was taken up; (run, attempt) is the fence, nothing of an older attempt counts. wanted: what the holder is to do at
    its next word. failures: attempts that ended badly. epoch: whole epochs behind it. progress: where it is now.
    latest: {split: {measure: value}} after that epoch. primary: the batch's measure at the end. warm_from: the run
    whose last checkpoint it begins with. proposal: what the search noted. is_wanted: its batch's
    document still asks for it, with this code and these data. environment: of the worker.
    """

    Status = Status

    class Wanted(models.TextChoices):
        NOTHING = "", "Go on"
        PAUSE = "pause", "Stop, and go on some day"
        CANCEL = "cancel", "Stop"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="runs")
    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="run")
    number = models.PositiveIntegerField()
    setting: models.JSONField[Json, Json] = models.JSONField(default=dict)
    setting_digest = models.CharField(max_length=64)
    outer_fold = models.PositiveSmallIntegerField(null=True, blank=True)
    inner_fold = models.PositiveSmallIntegerField(null=True, blank=True)
    seed = models.PositiveBigIntegerField()
    epochs = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)
    identity: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    proposal: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    warm_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="warmed")

    is_wanted = models.BooleanField(default=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED, editable=False)
    priority = models.SmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    wanted = models.CharField(max_length=10, choices=Wanted.choices, blank=True, default=Wanted.NOTHING)
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)

    epoch = models.PositiveIntegerField(default=0)
    progress: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    latest: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    primary = models.FloatField(null=True, blank=True)
    result: models.JSONField[Json, Json] = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)
    error_kind = models.CharField(max_length=120, blank=True)
    traceback = models.TextField(blank=True)
    environment = models.ForeignKey(Environment, on_delete=models.SET_NULL, null=True, blank=True, related_name="runs")
    seconds = models.FloatField(default=0)
    cpu_seconds = models.FloatField(default=0)
    peak_memory = models.PositiveIntegerField(null=True, blank=True, help_text="MiB")
    n_events = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Run]] = RunQuerySet.as_manager()

    class Meta:
        ordering = ("batch", "number")
        constraints = (
            models.UniqueConstraint(fields=("batch", "digest"), name="one_run_per_batch_and_digest"),
            models.UniqueConstraint(fields=("batch", "number"), name="run_number_unique_in_batch"),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="run_status_known"),
            models.CheckConstraint(
                condition=models.Q(status="running", leased_until__isnull=False, attempt__gte=1)
                | ~models.Q(status="running") & models.Q(leased_until__isnull=True),
                name="running_means_leased",
            ),
            models.CheckConstraint(
                condition=models.Q(result__isnull=False) | ~models.Q(status="completed"),
                name="completed_run_has_a_result",
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=False) | ~models.Q(status__in=OVER),
                name="run_that_is_over_has_an_end",
            ),
        )
        indexes = (
            models.Index(
                fields=("-priority", "id"),
                condition=models.Q(status="queued"),
                name="run_queued",
            ),
            models.Index(fields=("leased_until",), condition=models.Q(status="running"), name="run_leased_until"),
            models.Index(fields=("batch", "status"), name="run_by_status"),
            models.Index(fields=("batch", "setting_digest"), name="run_by_setting"),
        )

    def __str__(self) -> str:
        return f"Run {self.number}"

    @property
    def is_outer_of_nested(self) -> bool:
        """Whether it judges a choice that inner folds made: no choice may look at it."""
        return judges_a_choice(self.setting, self.inner_fold)

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.status in OVER
