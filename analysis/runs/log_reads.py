"""The log behind a cursor: each event once, in one order, also for whoever comes late or comes back.

up_to: an id that is settled, from `experiments.settled`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from analysis.runs.models import Batch, Run, RunEvent
from analysis.runs.querysets import RunEventQuerySet
from experiments.types import Json, JsonObject

COLUMNS: Final = ("pk", "sequence", "attempt", "kind", "payload", "at", "run__uuid", "run__number")


@dataclass(frozen=True, slots=True)
class LogLine:
    """An event as it is told to others. id: the cursor. run and number: None for an event of the batch as a whole."""

    id: int
    sequence: int
    attempt: int
    kind: str
    payload: Json
    at: datetime
    run: uuid.UUID | None
    number: int | None

    def as_json(self) -> JsonObject:
        """Plain."""
        return {
            "id": self.id,
            "run": str(self.run) if self.run else None,
            "number": self.number,
            "sequence": self.sequence,
            "attempt": self.attempt,
            "kind": self.kind,
            "at": self.at.isoformat(),
            "payload": self.payload,
        }


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines behind a cursor, oldest first. next: the cursor to go on from. is_last: whether there is no more so far."""

    lines: tuple[LogLine, ...]
    next: int
    is_last: bool


def page_of_batch(batch: Batch, after: int, *, up_to: int, at_most: int, kinds: Sequence[str] = ()) -> LogPage:
    """Of all its runs and of itself. One query, by the cursor's index."""
    rows = RunEvent.objects.all().filter(batch=batch, pk__gt=after, pk__lte=up_to)
    return _page(rows.filter(kind__in=kinds) if kinds else rows, after, up_to=up_to, at_most=at_most)


def page_of_run(run: Run, after: int, *, up_to: int, at_most: int, kinds: Sequence[str] = ()) -> LogPage:
    """Of one run. One query."""
    rows = RunEvent.objects.filter(run=run, pk__gt=after, pk__lte=up_to)
    return _page(rows.filter(kind__in=kinds) if kinds else rows, after, up_to=up_to, at_most=at_most)


def _page(rows: RunEventQuerySet, after: int, *, up_to: int, at_most: int) -> LogPage:
    found = [LogLine(*row) for row in rows.order_by("pk").values_list(*COLUMNS)[: at_most + 1]]
    lines, is_last = tuple(found[:at_most]), len(found) <= at_most
    return LogPage(lines, max(after, up_to) if is_last else lines[-1].id, is_last)
