"""What an experiment is made of while it is being edited: factors, arms, measures, stimuli, steps."""

from __future__ import annotations

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

from experiments.models.experiment import Experiment
from experiments.types import Json

NAME = RegexValidator(r"\A[A-Za-z][A-Za-z0-9_-]*\Z", "Start with a letter; use letters, digits, _ and -.")


class Factor(models.Model):
    """Something that is varied, between units or within each of them."""

    class Scope(models.TextChoices):
        BETWEEN = "between", "Between: each unit meets one level"
        WITHIN = "within", "Within: each unit meets every level"

    class Order(models.TextChoices):
        LATIN_SQUARE = "latin_square", "Latin square (Williams)"
        SHUFFLE = "shuffle", "Shuffle (seeded)"
        FIXED = "fixed", "Fixed"

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="factors")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=60, validators=[NAME])
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.BETWEEN)
    levels: models.JSONField[Json, Json] = models.JSONField(default=list)
    order = models.CharField(max_length=20, choices=Order.choices, default=Order.LATIN_SQUARE)

    class Meta:
        ordering = ("experiment", "position", "pk")
        constraints = (models.UniqueConstraint(fields=("experiment", "name"), name="factor_name_unique_in_experiment"),)

    def __str__(self) -> str:
        return self.name


class Arm(models.Model):
    """A combination of between-levels, with a payload for whoever serves it. weight: relative share of the units."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="arms")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=120)
    levels: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    payload: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    weight = models.FloatField(default=1)
    quota = models.PositiveIntegerField(
        null=True, blank=True, help_text="Most completes in this arm; empty: no limit of its own."
    )
    is_control = models.BooleanField(default=False)
    is_enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ("experiment", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("experiment", "name"), name="arm_name_unique_in_experiment"),
            models.CheckConstraint(condition=models.Q(weight__gt=0), name="arm_weight_positive"),
        )

    def __str__(self) -> str:
        return self.name


class Measure(models.Model):
    """What is measured. low, high: the declared range of a number; outside it a value is refused."""

    class Kind(models.TextChoices):
        NUMBER = "number", "Number"
        CHOICE = "choice", "Choice"
        BOOLEAN = "boolean", "Yes or no"
        TEXT = "text", "Text"
        JSON = "json", "JSON"

    class Role(models.TextChoices):
        PRIMARY = "primary", "Primary"
        SECONDARY = "secondary", "Secondary"
        GUARDRAIL = "guardrail", "Guardrail"
        ATTENTION = "attention", "Attention"

    class Direction(models.TextChoices):
        UP = "up", "Higher is better"
        DOWN = "down", "Lower is better"
        NONE = "none", "Neither"

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="measures")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=60, validators=[NAME])
    title = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.NUMBER)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.SECONDARY)
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.NONE)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ("experiment", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("experiment", "name"), name="measure_name_unique_in_experiment"),
            models.CheckConstraint(
                condition=models.Q(low__isnull=True) | models.Q(high__isnull=True) | models.Q(low__lt=models.F("high")),
                name="measure_low_below_high",
            ),
        )

    def __str__(self) -> str:
        return self.name


class StimulusSet(models.Model):
    """A named list of cases that steps are repeated over. items: JSON objects, each with a unique `id`."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="stimulus_sets")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=60, validators=[NAME])
    items: models.JSONField[Json, Json] = models.JSONField(default=list)

    class Meta:
        ordering = ("experiment", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("experiment", "name"), name="stimulus_set_name_unique_in_experiment"),
        )

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """One page of the timeline, or one page per repetition.

    components: displays and questions, as in the study file. repeat: over which stimuli; neighbours with the same
    repeat are repeated together. show_if: a condition. screen_out: {when, message}.
    """

    class Stage(models.TextChoices):
        SCREENING = "screening", "Screening: before an arm is assigned"
        MAIN = "main", "Main"

    class OnFail(models.TextChoices):
        CONTINUE = "continue", "Go on"
        SCREEN_OUT = "screen_out", "Screen out"
        REPEAT = "repeat", "Start this stage again"

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=60, validators=[NAME])
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.MAIN)
    title: models.JSONField[Json, Json] = models.JSONField(default=str, blank=True)
    components: models.JSONField[Json, Json] = models.JSONField(default=list, blank=True)
    repeat: models.JSONField[Json, Json] = models.JSONField(null=True, blank=True)
    show_if: models.JSONField[Json, Json] = models.JSONField(null=True, blank=True)
    screen_out: models.JSONField[Json, Json] = models.JSONField(null=True, blank=True)
    timeout_seconds = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    attempts = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    on_fail = models.CharField(max_length=10, choices=OnFail.choices, default=OnFail.CONTINUE)

    class Meta:
        ordering = ("experiment", "position", "pk")
        constraints = (models.UniqueConstraint(fields=("experiment", "name"), name="step_name_unique_in_experiment"),)

    def __str__(self) -> str:
        return self.name
