"""What a holder says while it computes: progress and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from analysis.runs.events import RunEventKind, Said, append_to_run
from analysis.runs.services.claiming import Hold, held_run
from experiments.types import Json, JsonObject


@transaction.atomic
def say(hold: Hold, said: Sequence[Said]) -> int:
    """Append, and bring the run's present state up to date. How many were new. NotHeld: nothing is written.

    The same keys again are passed over: a holder that does not know whether its last words were heard says them again.
    """
    held_run(hold)
    return len(append_to_run(hold.run, said))


def progress_said(hold: Hold, where: JsonObject, *, at: datetime, key: str) -> Said:
    """Where it is."""
    return Said(RunEventKind.RUN_PROGRESS, where, at, key, hold.attempt)


def measured_said(hold: Hold, figures: Mapping[str, Json], *, at: datetime, key: str) -> Said:
    """figures: {epoch, split, values}."""
    return Said(RunEventKind.RUN_MEASURED, figures, at, key, hold.attempt)
