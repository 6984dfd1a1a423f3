"""Rows held back for safety tests, and every candidate that was ever tested on them."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from analysis.runs.models import Run


class SafetySet(models.Model):
    """sha256: of the rows held back, as they read. The same everywhere in this installation: whoever tests on them has
    seen something of them, whatever file they came in.

    data_sha256: of the source, as it is pinned. n: of the rows held back. exact, sketch: by which other sets with some
    of these rows in their data are found (`Resemblance`). n_uses: candidates that were tested on this set or on one of
    those.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)
    data_sha256 = models.CharField(max_length=64, db_index=True)
    title = models.CharField(max_length=200, blank=True)
    split = models.CharField(max_length=40, blank=True)
    n = models.PositiveBigIntegerField()
    n_uses = models.PositiveIntegerField(default=0)
    exact = ArrayField(models.BigIntegerField(), default=list, editable=False)
    sketch = ArrayField(models.BigIntegerField(), default=list, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        constraints = (models.CheckConstraint(condition=models.Q(n__gte=0), name="safety_set_size"),)
        indexes = (
            GinIndex(fields=("exact",), name="safety_set_exact"),
            GinIndex(fields=("sketch",), name="safety_set_sketch"),
        )

    def __str__(self) -> str:
        return f"{self.title or 'rows'} ({self.sha256[:8]})"


class SafetyUse(models.Model):
    """A candidate that met a safety set. The same candidate again learns nothing new and is no second use.

    number: which candidate of that set it was, from 1. candidate: SHA-256 of its parameters and of what was demanded.
    """

    safety_set = models.ForeignKey(SafetySet, on_delete=models.PROTECT, related_name="uses")
    number = models.PositiveIntegerField()
    candidate = models.CharField(max_length=64)
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, blank=True, related_name="safety_uses")
    at = models.DateTimeField()

    class Meta:
        ordering = ("safety_set", "number")
        constraints = (
            models.UniqueConstraint(fields=("safety_set", "candidate"), name="safety_use_once_per_candidate"),
            models.UniqueConstraint(fields=("safety_set", "number"), name="safety_use_number_unique"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="safety_use_number_from_one"),
        )

    def __str__(self) -> str:
        return f"candidate {self.number} of {self.safety_set}"
