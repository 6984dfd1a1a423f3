"""An experiment and the frozen versions of its definition."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from experiments.blueprint import json_object
from experiments.errors import IllegalTransition
from experiments.models.study import SLUG, Study
from experiments.querysets import ExperimentQuerySet
from experiments.schema_learning import POLICIES
from experiments.types import Json


class UnitKind(models.TextChoices):
    """What is randomised."""

    PARTICIPANT = "participant", "Participant: a person on a page"
    VISITOR = "visitor", "Visitor: a request of an app"
    RUN = "run", "Run: a computation"


class Status(models.TextChoices):
    """Where an experiment stands."""

    DRAFT = "draft", "Draft"
    REHEARSAL = "rehearsal", "Rehearsal"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    COMPLETED = "completed", "Completed"
    ARCHIVED = "archived", "Archived"


TRANSITIONS: dict[str, frozenset[str]] = {
    Status.DRAFT: frozenset({Status.REHEARSAL, Status.RUNNING, Status.ARCHIVED}),
    Status.REHEARSAL: frozenset({Status.DRAFT, Status.RUNNING, Status.ARCHIVED}),
    Status.RUNNING: frozenset({Status.PAUSED, Status.COMPLETED}),
    Status.PAUSED: frozenset({Status.RUNNING, Status.COMPLETED}),
    Status.COMPLETED: frozenset({Status.ARCHIVED}),
    Status.ARCHIVED: frozenset(),
}


class Version(models.Model):
    """The definition that data were collected under. The database refuses to change it.

    definition: the experiment as in the study file, every default filled in. sha256: of its canonical JSON.
    """

    experiment = models.ForeignKey("experiments.Experiment", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition: models.JSONField[Json, Json] = models.JSONField()
    sha256 = models.CharField(max_length=64)
    changes: models.JSONField[Json, Json] = models.JSONField(
        default=list, help_text="Sentences: what differs from the version before."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("experiment", "-number")
        constraints = (
            models.UniqueConstraint(fields=("experiment", "number"), name="version_number_unique_in_experiment"),
        )

    def __str__(self) -> str:
        return f"version {self.number} ({self.sha256[:8]})"


class Experiment(models.Model):
    """Arms handed to units under a design, with what is measured.

    target: completes wanted. lease_seconds: how long a place is kept for somebody who gives no sign.
    allocation: policy and its parameters. exclusions: combinations of between-levels that are not arms.
    """

    Status = Status
    UnitKind = UnitKind
    OPEN = (Status.REHEARSAL, Status.RUNNING)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="experiments")
    slug = models.CharField(max_length=60, unique=True, validators=[SLUG])
    title = models.CharField(max_length=200)
    unit_kind = models.CharField(max_length=20, choices=UnitKind.choices, default=UnitKind.PARTICIPANT)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT, editable=False)
    target = models.PositiveIntegerField(default=100, validators=[MinValueValidator(1), MaxValueValidator(1_000_000)])
    seed = models.PositiveBigIntegerField(default=18, validators=[MaxValueValidator(2**63 - 1)])
    lease_seconds = models.PositiveIntegerField(
        default=600, validators=[MinValueValidator(30), MaxValueValidator(604_800)]
    )
    exclusion_group = models.CharField(
        max_length=60, blank=True, help_text="Nobody takes part in two experiments of the same group."
    )
    allocation: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    exclusions: models.JSONField[Json, Json] = models.JSONField(default=list, blank=True)
    debrief: models.JSONField[Json, Json] = models.JSONField(default=str, blank=True)
    full_message: models.JSONField[Json, Json] = models.JSONField(default=str, blank=True)
    version = models.ForeignKey(
        Version,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="What newcomers get.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager[Experiment]] = ExperimentQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="experiment_status_known"),
            models.CheckConstraint(condition=models.Q(target__gte=1), name="experiment_target_at_least_one"),
            models.CheckConstraint(
                condition=models.Q(version__isnull=False) | models.Q(status__in=(Status.DRAFT, Status.ARCHIVED)),
                name="experiment_under_way_has_a_version",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def standing(self) -> str:
        """Its status as a sentence goes on: is a draft, is in rehearsal, is paused."""
        return {"draft": "a draft", "rehearsal": "in rehearsal"}.get(self.status, self.status)

    @property
    def has_target(self) -> bool:
        """Whether completes are wanted at all: a policy that learns from visitors decides on and on."""
        return self.unit_kind == UnitKind.PARTICIPANT or json_object(self.allocation).get("policy") not in POLICIES

    @property
    def is_open(self) -> bool:
        """Whether newcomers are let in."""
        return self.status in self.OPEN

    @property
    def is_over(self) -> bool:
        """Whether nobody is let in ever again."""
        return self.status in (Status.COMPLETED, Status.ARCHIVED)

    @property
    def is_rehearsal(self) -> bool:
        """Whether what is collected now is rehearsal data."""
        return self.status in (Status.DRAFT, Status.REHEARSAL)

    def can_move_to(self, status: str) -> bool:
        """Whether that step is on the map of statuses."""
        return status in TRANSITIONS[self.status]

    def move_to(self, status: str) -> None:
        """Change the column in memory, or raise IllegalTransition."""
        if not self.can_move_to(status):
            allowed = ", ".join(sorted(TRANSITIONS[self.status])) or "nothing"
            raise IllegalTransition(
                f"“{self.title}” is {self.standing} and cannot become {status}.",
                hint=f"From {self.status} it can become: {allowed}.",
            )
        self.status = status
