"""Columns of everything that is brought from what is observed to what is desired, one call at a time."""

from __future__ import annotations

from django.db import models


class Pursued(models.Model):
    """attempts: calls since it last went well. retry_at: not before. leased_until: somebody is at it.

    trouble: one sentence of what the platform last answered, without ids of people.
    """

    attempts = models.PositiveIntegerField(default=0, editable=False)
    retry_at = models.DateTimeField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    trouble = models.CharField(max_length=500, blank=True, editable=False)
    observed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
