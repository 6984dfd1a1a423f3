"""The record of what happened: units, places, assignments, measurements, events. No row here names a person."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from experiments.models.design import Arm, Measure
from experiments.models.experiment import Experiment, UnitKind, Version
from experiments.querysets import AssignmentQuerySet, EventQuerySet, MeasurementQuerySet, SlotQuerySet
from experiments.types import Json


class Unit(models.Model):
    """What is randomised: anonymous. attributes: what strata and conditions may use, {name: text or number}.

    has_part: whether its part has an end that somebody will tell (`services.parts`). part_end: when that was, as a
    place among the ids of measurements: what has a lower one was measured before. None while the part is not over.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="units")
    kind = models.CharField(max_length=20, choices=UnitKind.choices)
    key = models.CharField(
        max_length=200, blank=True, help_text="The caller's own name for it; must not identify a person."
    )
    attributes: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    is_rehearsal = models.BooleanField(default=False)
    has_part = models.BooleanField(default=False, db_default=False, editable=False)
    part_end = models.BigIntegerField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("experiment", "key", "is_rehearsal"),
                condition=~models.Q(key=""),
                name="unit_key_unique_in_experiment",
            ),
            models.CheckConstraint(
                condition=models.Q(part_end__isnull=True) | models.Q(has_part=True), name="only_a_part_has_an_end"
            ),
        )
        indexes = (
            models.Index(fields=("part_end",), condition=models.Q(part_end__isnull=False), name="unit_part_end"),
        )

    def __str__(self) -> str:
        return str(self.uuid)


class Slot(models.Model):
    """A place in a stratum's randomisation list. A place whose unit left opens again and is filled first."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        LEASED = "leased", "Leased"
        COMPLETED = "completed", "Completed"
        VOID = "void", "Void: given up by a unit whose policy keeps no list"

    TAKEN = (Status.LEASED, Status.COMPLETED)

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="slots")
    stratum = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField()
    block = models.PositiveIntegerField(default=0, help_text="Number of the block of the list it came with.")
    arm = models.ForeignKey(Arm, on_delete=models.PROTECT, related_name="+")
    propensity = models.FloatField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    unit = models.OneToOneField(Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="slot")
    leased_until = models.DateTimeField(null=True, blank=True)
    is_rehearsal = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Slot]] = SlotQuerySet.as_manager()

    class Meta:
        ordering = ("experiment", "stratum", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("experiment", "is_rehearsal", "stratum", "position"), name="one_slot_per_place"
            ),
            models.CheckConstraint(
                condition=models.Q(status="leased", leased_until__isnull=False) | ~models.Q(status="leased"),
                name="leased_slot_has_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(status="open", unit__isnull=True) | ~models.Q(status="open"),
                name="open_slot_has_no_unit",
            ),
        )
        indexes = (
            models.Index(
                fields=("experiment", "is_rehearsal", "stratum", "position"),
                condition=models.Q(status="open"),
                name="slot_open",
            ),
            models.Index(fields=("leased_until",), condition=models.Q(status="leased"), name="slot_leased_until"),
        )

    def __str__(self) -> str:
        return f"{self.stratum or 'all'} #{self.position}: {self.status}"


class Assignment(models.Model):
    """Which arm a unit got, and with what probability. At most one per experiment and unit; never changed.

    propensity: marginal probability of this arm under the policy, in (0, 1].
    """

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="assignments")
    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="assignment")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    arm = models.ForeignKey(Arm, on_delete=models.PROTECT, related_name="assignments")
    propensity = models.FloatField()
    policy = models.CharField(max_length=40)
    policy_version = models.CharField(max_length=40, blank=True)
    slot = models.ForeignKey(Slot, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    stratum = models.CharField(max_length=200, blank=True)
    row = models.PositiveIntegerField(
        default=0, help_text="Row of the Latin square: how many places of this arm come before in the list."
    )
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[Assignment]] = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("experiment", "unit"), name="one_assignment_per_experiment_and_unit"),
            models.CheckConstraint(
                condition=models.Q(propensity__gt=0, propensity__lte=1), name="propensity_is_a_probability"
            ),
        )
        indexes = (models.Index(fields=("experiment", "arm"), name="assignment_by_arm"),)

    def __str__(self) -> str:
        return f"{self.unit} → {self.arm}"


class Measurement(models.Model):
    """One value of one measure. key: unique in the experiment, so that sending it twice records it once.

    number: the value again where it is one, for arithmetic in SQL. context: which step, case and within-levels.
    """

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="measurements")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="measurements")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="measurements")
    value: models.JSONField[Json, Json] = models.JSONField()
    number = models.FloatField(null=True, blank=True)
    context: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()
    key = models.CharField(max_length=200)

    objects: ClassVar[models.Manager[Measurement]] = MeasurementQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("experiment", "key"), name="measurement_key_unique_in_experiment"),
        )
        indexes = (models.Index(fields=("experiment", "measure"), name="measurement_by_measure"),)

    def __str__(self) -> str:
        return f"{self.measure_id} = {self.value}"


class Event(models.Model):
    """A line of the diary. The database refuses to change or delete it.

    subject: what it is about, as "session:<uuid>" or "arm:<name>". The experiment may be gone; the line stays.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    experiment = models.ForeignKey(
        Experiment, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="events"
    )
    subject = models.CharField(max_length=120, blank=True)
    payload: models.JSONField[Json, Json] = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[Event]] = EventQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        indexes = (
            models.Index(fields=("experiment", "id"), name="event_cursor"),
            models.Index(  # counted by the monitor; rare, so that the hot kinds pay nothing for it
                fields=("experiment",), condition=models.Q(kind="session.turned_away"), name="event_turned_away"
            ),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.kind} {self.subject}"
