"""Columns of everything that is brought from what is observed to what is desired, one call at a time."""

from __future__ import annotations

from django.db import models


class Pursued(models.Model):
    """attempts: calls since it last went well. retry_at: not before. leased_until: somebody is at it.

    tried_at: a call that changes something was sent then, and nothing has told since whether it had its effect.
    told, refused: what was asked when the platform said yes, or no for good; it is not asked the same again.
    trouble: one sentence of what the platform last answered, without ids of people.
    observed_at: since when what was observed is as it is.
    """

    attempts = models.PositiveIntegerField(default=0, editable=False)
    retry_at = models.DateTimeField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    tried_at = models.DateTimeField(null=True, blank=True, editable=False)
    told = models.CharField(max_length=24, blank=True, editable=False)
    refused = models.CharField(max_length=24, blank=True, editable=False)
    trouble = models.CharField(max_length=500, blank=True, editable=False)
    observed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def asked(self) -> str:
        """What we want of it, in a word: what `told` and `refused` are compared with."""
        return ""
