"""What an experiment requires of every model that its arms serve."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from experiments.models import Experiment
from experiments.types import Json

SMALLEST, LARGEST = 1e-12, 0.5


class Requirement(models.Model):
    """A constraint that a model must have passed, with at most that much doubt, before an arm may serve it.

    text: as somebody wrote it. normalised: everything on one side (g <= 0), by which tests are found. meaning: what its
    words stand for (`safety.meaning`): who each of its groups is; label and classes, if they were said. exact: bounds
    that are labelled approximate do not do.
    """

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="requirements")
    position = models.PositiveIntegerField(default=0)
    text = models.CharField(max_length=2_000)
    normalised = models.CharField(max_length=2_000)
    regime = models.CharField(max_length=40, default="binary_classification")
    delta = models.FloatField(default=0.05, validators=[MinValueValidator(SMALLEST), MaxValueValidator(LARGEST)])

    meaning: models.JSONField[Json, Json] = models.JSONField(default=dict)
    exact = models.BooleanField(default=True, db_default=True)

    class Meta:
        ordering = ("experiment", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("experiment", "normalised"), name="requirement_once_per_experiment"),
            models.CheckConstraint(condition=models.Q(delta__gt=0, delta__lte=LARGEST), name="requirement_delta"),
        )

    def __str__(self) -> str:
        return self.text
