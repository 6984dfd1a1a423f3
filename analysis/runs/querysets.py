"""Reads, as chainable questions to the tables."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from analysis.runs.models import Batch, Checkpoint, Notice, Run, RunEvent  # noqa: F401 (named in quotes below)


class BatchQuerySet(models.QuerySet["Batch"]):
    """Batches."""

    def visible_to(self, user: User | AnonymousUser) -> BatchQuerySet:
        """Those of the studies the user is a member of; every one for a superuser."""
        if user.is_active and user.is_superuser:
            return self
        return self.filter(experiment__study__memberships__user_id=user.pk) if user.is_active else self.none()


class RunQuerySet(models.QuerySet["Run"]):
    """Runs."""

    def visible_to(self, user: User | AnonymousUser) -> RunQuerySet:
        """Those of the studies the user is a member of; every one for a superuser."""
        if user.is_active and user.is_superuser:
            return self
        return self.filter(batch__experiment__study__memberships__user_id=user.pk) if user.is_active else self.none()

    def claimable(self, now: datetime) -> RunQuerySet:
        """Those that a worker may take up, the most urgent first."""
        due = models.Q(not_before__isnull=True) | models.Q(not_before__lte=now)
        return self.filter(due, status="queued").order_by("-priority", "pk")

    def for_everybody(self) -> RunQuerySet:
        """Without those of batches that only workers sent to them take up."""
        return self.filter(batch__is_reserved=False)

    def by_status(self) -> Counter[str]:
        """How many stand where. One query."""
        rows = self.order_by().values_list("status").annotate(n=models.Count("pk"))
        return Counter(dict(rows))

    def lost(self, now: datetime) -> RunQuerySet:
        """Those whose holder has given no sign for its lease."""
        return self.filter(status="running", leased_until__lt=now)


class CheckpointQuerySet(models.QuerySet["Checkpoint"]):
    """Checkpoints."""


class RunEventQuerySet(models.QuerySet["RunEvent"]):
    """What was said."""


class NoticeQuerySet(models.QuerySet["Notice"]):
    """What hooks are owed."""

    def due(self, now: datetime) -> NoticeQuerySet:
        """Those to be told now, the oldest first."""
        return self.filter(status="owed", due__lte=now).order_by("due", "pk")
