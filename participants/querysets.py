"""Reads of sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from experiments.models import Experiment
    from participants.models import Session  # noqa: F401 (named in quotes below)


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions."""

    def of(self, experiment: Experiment) -> SessionQuerySet:
        """Those of one experiment."""
        return self.filter(experiment=experiment)

    def real(self) -> SessionQuerySet:
        """Without rehearsal."""
        return self.filter(is_rehearsal=False)

    def under_way(self) -> SessionQuerySet:
        """Those whose pages can be answered."""
        return self.filter(status__in=self.model.UNDER_WAY)

    def silent(self, now: datetime) -> SessionQuerySet:
        """Those under way that gave no sign of life for longer than their experiment's lease."""
        second = models.Value(timedelta(seconds=1), output_field=models.DurationField())
        lease = models.ExpressionWrapper(
            models.F("experiment__lease_seconds") * second, output_field=models.DurationField()
        )
        return self.under_way().annotate(lease=lease).filter(seen_at__lt=models.Value(now) - models.F("lease"))
