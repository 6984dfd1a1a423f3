"""Tallies: what has been counted of an experiment's record, in blocks of units, and up to where."""

from __future__ import annotations

from django.db import models

from experiments.models import Experiment


class Horizon(models.Model):
    """Up to which id of a table it has been noted which experiments have something new. One row for each table."""

    table = models.CharField(max_length=60, unique=True)
    through = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("table",)

    def __str__(self) -> str:
        return f"{self.table} up to {self.through}"


class Tally(models.Model):
    """How far an experiment's record is counted. measurements, assignments: all ids up to these are in the blocks.

    is_waiting: something may be new. n_units: assigned. digest: of all blocks, so of everything that was counted.
    summed_for: digest of what its sums are of, "" before any; summed_at: when the plan was last read for that.
    """

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="tallies")
    is_rehearsal = models.BooleanField(default=False)
    measurements = models.BigIntegerField(default=0)
    assignments = models.BigIntegerField(default=0)
    n_units = models.PositiveIntegerField(default=0)
    n_values = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    is_waiting = models.BooleanField(default=True)
    at = models.DateTimeField(null=True)
    summed_for = models.CharField(max_length=64, blank=True)
    summed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("experiment", "is_rehearsal")
        verbose_name_plural = "tallies"
        constraints = (models.UniqueConstraint(fields=("experiment", "is_rehearsal"), name="one_tally_per_experiment"),)
        indexes = (models.Index(fields=("experiment",), condition=models.Q(is_waiting=True), name="tally_waiting"),)

    def __str__(self) -> str:
        return f"tally of {self.experiment_id}: {self.n_units:,} units"


class TallyBlock(models.Model):
    """The units with keys from number * SPAN on. content: read by `Columns.from_bytes`. sha256: of the content."""

    SPAN = 512

    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="blocks")
    number = models.BigIntegerField()
    n_units = models.PositiveIntegerField()
    n_values = models.PositiveIntegerField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("tally", "number")
        constraints = (models.UniqueConstraint(fields=("tally", "number"), name="one_block_per_number"),)

    def __str__(self) -> str:
        return f"block {self.number}: {self.n_units} units"


class TallySum(models.Model):
    """Sums of a block (level 0), or of FANOUT neighbours of the level below. content: read by `Kept.from_bytes`.

    A function of the blocks and of what the plan asks: made anew whenever one of them changes.
    """

    FANOUT = 32
    TOP = 3

    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="sums")
    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("tally", "level", "number")
        constraints = (models.UniqueConstraint(fields=("tally", "level", "number"), name="one_sum_per_number"),)

    def __str__(self) -> str:
        return f"sums {self.level}:{self.number}"


class Touched(models.Model):
    """A unit whose record changed otherwise than by growing: written by the database itself, gone once counted anew."""

    experiment_key = models.BigIntegerField(db_index=True)
    unit_key = models.BigIntegerField()

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "touched"

    def __str__(self) -> str:
        return f"unit {self.unit_key}"
