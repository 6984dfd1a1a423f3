"""What batches tell the diary of their experiment. Runs tell their own log: there are too many of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from analysis.runs.models import Batch
from experiments import events
from experiments.types import JsonObject


class BatchEvent(StrEnum):
    """Lines of the diary."""

    CREATED = "batch.created"
    GROWN = "batch.grown"
    PAUSED = "batch.paused"
    RESUMED = "batch.resumed"
    CANCELLED = "batch.cancelled"
    RETRIED = "batch.retried"
    WARM_STARTED = "batch.warm_started"
    CHANGED = "batch.changed"
    FINISHED = "batch.finished"


def note(kind: BatchEvent, batch: Batch, *, now: datetime, payload: JsonObject | None = None) -> None:
    """One line, in the transaction of what it tells."""
    events.record(
        kind,
        experiment=batch.experiment,
        subject=f"batch:{batch.slug}",
        payload={"batch": batch.slug, **(payload or {})},
        at=now,
    )
