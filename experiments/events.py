"""The diary: every service that changes something writes one line, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.utils import timezone

from experiments.models import Event, Experiment
from experiments.types import JsonObject


class EventKind(StrEnum):
    """What experiments themselves have to tell; rooms above name their own kinds."""

    EXPERIMENT_CREATED = "experiment.created"
    EXPERIMENT_EDITED = "experiment.edited"
    EXPERIMENT_REHEARSED = "experiment.rehearsed"
    EXPERIMENT_STARTED = "experiment.started"
    EXPERIMENT_PAUSED = "experiment.paused"
    EXPERIMENT_RESUMED = "experiment.resumed"
    EXPERIMENT_COMPLETED = "experiment.completed"
    EXPERIMENT_ARCHIVED = "experiment.archived"
    EXPERIMENT_REOPENED = "experiment.reopened"
    VERSION_PUBLISHED = "version.published"
    UNIT_ASSIGNED = "unit.assigned"
    SLOT_REOPENED = "slot.reopened"
    MEASUREMENT_RECORDED = "measurement.recorded"
    DATA_EXPORTED = "data.exported"
    STUDY_IMPORTED = "study.imported"
    MEMBER_CHANGED = "member.changed"
    TOKEN_CREATED = "token.created"  # noqa: S105 (the name of an event, no secret)
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 (the name of an event, no secret)


def record(
    kind: str,
    *,
    experiment: Experiment | None = None,
    subject: str = "",
    payload: JsonObject | None = None,
    at: datetime | None = None,
) -> Event:
    """Write one line. One INSERT; call it inside the transaction of what it tells."""
    return Event.objects.create(
        kind=kind, experiment=experiment, subject=subject, payload=payload or {}, at=at or timezone.now()
    )
