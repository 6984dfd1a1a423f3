"""What a batch's document asks for, put into the queue without the checks and looks of a door."""

from __future__ import annotations

from datetime import datetime

from analysis.runs.models import Batch, Run
from analysis.runs.plans import Request, comparison_of
from analysis.runs.services.planning import planned
from analysis.runs.services.queueing import queue_runs


def queue_missing(batch: Batch, *, now: datetime) -> list[Run]:
    """What the batch does not have yet."""
    comparison = comparison_of(Request.of(batch), batch)
    return queue_runs(batch, [planned(missing) for missing in comparison.missing], now=now)
