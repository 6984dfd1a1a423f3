"""Reads, as chainable questions to the tables."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from experiments.models import Assignment, Event, Experiment, Measurement, Slot, Study  # noqa: F401 (named in quotes below)


Row = TypeVar("Row", bound=models.Model)


def one(rows: models.QuerySet[Row]) -> Row | None:
    """The row that a unique key leads to, or None: what `first` gives, without the sorting it asks for (0.3 ms)."""
    return next(iter(rows.order_by()[:1]), None)


def _sees_everything(user: User | AnonymousUser) -> bool:
    return user.is_active and user.is_superuser


class StudyQuerySet(models.QuerySet["Study"]):
    """Studies."""

    def visible_to(self, user: User | AnonymousUser) -> StudyQuerySet:
        """Those the user is a member of; every one for a superuser."""
        if _sees_everything(user):
            return self
        return self.filter(memberships__user_id=user.pk) if user.is_active else self.none()


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    """Experiments."""

    def visible_to(self, user: User | AnonymousUser) -> ExperimentQuerySet:
        """Those of the studies the user is a member of; every one for a superuser."""
        if _sees_everything(user):
            return self
        return self.filter(study__memberships__user_id=user.pk) if user.is_active else self.none()

    def open_now(self) -> ExperimentQuerySet:
        """Those that let newcomers in."""
        return self.filter(status__in=self.model.OPEN)


class SlotQuerySet(models.QuerySet["Slot"]):
    """Places in randomisation lists."""

    def of(self, experiment: Experiment, *, is_rehearsal: bool) -> SlotQuerySet:
        """Those of one experiment's real or rehearsal list."""
        return self.filter(experiment=experiment, is_rehearsal=is_rehearsal)

    def taken(self) -> SlotQuerySet:
        """Those that somebody holds or has completed."""
        return self.filter(status__in=self.model.TAKEN)

    def lapsed(self, now: datetime) -> SlotQuerySet:
        """Leased ones whose lease has run out."""
        return self.filter(status="leased", leased_until__lt=now)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Assignments."""

    def of(self, experiment: Experiment) -> AssignmentQuerySet:
        """Those of one experiment."""
        return self.filter(experiment=experiment)

    def real(self) -> AssignmentQuerySet:
        """Without rehearsal."""
        return self.filter(unit__is_rehearsal=False)


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    """Measurements."""

    def of(self, experiment: Experiment) -> MeasurementQuerySet:
        """Those of one experiment."""
        return self.filter(experiment=experiment)

    def real(self) -> MeasurementQuerySet:
        """Without rehearsal."""
        return self.filter(unit__is_rehearsal=False)


class EventQuerySet(models.QuerySet["Event"]):
    """The diary."""

    def of(self, experiment: Experiment) -> EventQuerySet:
        """Those of one experiment."""
        return self.filter(experiment=experiment)

    def after(self, cursor: int) -> EventQuerySet:
        """Those with an id above the cursor, oldest first."""
        return self.filter(pk__gt=cursor).order_by("pk")
