"""The log of batches and runs: appended in constant time, numbered without a gap, sent twice and kept once.

What a run says also moves its columns (epoch, progress, latest), so that a list of runs needs no event. Decision 91.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet

from analysis.runs.models import Batch, Run, RunEvent
from experiments.types import JsonObject


class RunEventKind(StrEnum):
    """What there is to say. A procedure's own kinds may come beside these."""

    BATCH_CREATED = "batch.created"
    BATCH_STATUS = "batch.status"
    BATCH_PROGRESS = "batch.progress"
    RUN_CONFIGURED = "run.configured"
    RUN_STATUS = "run.status"
    RUN_PROGRESS = "run.progress"
    RUN_MEASURED = "run.measured"
    RUN_LOGGED = "run.logged"
    CHECKPOINT_SAVED = "checkpoint.saved"
    CHECKPOINT_DROPPED = "checkpoint.dropped"
    ARTIFACT_KEPT = "artifact.kept"


@dataclass(frozen=True, slots=True)
class Said:
    """Something to append. key: the publisher's name of it; what has that name already is not kept again.

    attempt: who says it; 0: somebody outside the worker.
    """

    kind: str
    payload: JsonObject
    at: datetime
    key: str = ""
    attempt: int = 0


def append_to_run(run_id: int, said: Sequence[Said]) -> list[RunEvent]:
    """Those that were new, in order. Four statements, however many are stored: the run's row holds the count.

    Run.DoesNotExist. What an attempt says that is not the run's latest is kept, but moves no column.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update(no_key=True).only(*_MOVED, "batch_id", "attempt").get(pk=run_id)
        new = _unknown(said, RunEvent.objects.filter(batch_id=run.batch_id, run_id=run_id))
        rows = _rows(new, batch_id=run.batch_id, run_id=run_id, behind=run.n_events)
        RunEvent.objects.bulk_create(rows)
        run.n_events += len(rows)
        move(run, [one for one in new if one.attempt in (0, run.attempt)])
        if rows:
            run.save(update_fields=_MOVED)
    return rows


def append_to_batch(batch_id: int, said: Sequence[Said]) -> list[RunEvent]:
    """The same for what concerns the batch as a whole. Batch.DoesNotExist."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update(no_key=True).only("n_events").get(pk=batch_id)
        new = _unknown(said, RunEvent.objects.filter(batch_id=batch_id, run=None))
        rows = _rows(new, batch_id=batch_id, run_id=None, behind=batch.n_events)
        RunEvent.objects.bulk_create(rows)
        batch.n_events += len(rows)
        if rows:
            batch.save(update_fields=["n_events"])
    return rows


def lines(run: Run, said: Sequence[Said]) -> list[RunEvent]:
    """The rows to insert for a run whose row the caller has locked, who also saves `n_events`. By the run's attempt."""
    rows = _rows(said, batch_id=run.batch_id, run_id=run.pk, behind=run.n_events)
    for row in rows:
        row.attempt = run.attempt
    run.n_events += len(rows)
    return rows


def batch_lines(batch: Batch, said: Sequence[Said]) -> list[RunEvent]:
    """The same for a batch."""
    rows = _rows(said, batch_id=batch.pk, run_id=None, behind=batch.n_events)
    batch.n_events += len(rows)
    return rows


def run_is(status: str, at: datetime, **more: str | int | float | None) -> Said:
    """A run stands elsewhere now."""
    return Said(RunEventKind.RUN_STATUS, {"status": status, **more}, at)


def batch_is(status: str, at: datetime, **more: str | int | float | None) -> Said:
    """A batch stands elsewhere now."""
    return Said(RunEventKind.BATCH_STATUS, {"status": status, **more}, at)


_MOVED = ("n_events", "epoch", "progress", "latest")


def _unknown(said: Iterable[Said], kept: QuerySet[RunEvent]) -> list[Said]:
    """Each key once, and not those that are kept."""
    said = list(said)
    keys = {one.key for one in said if one.key}
    known = set(kept.order_by().filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    new = []
    for one in said:
        if not one.key or one.key not in known:
            new.append(one)
            known.add(one.key)
    return new


def _rows(said: Iterable[Said], *, batch_id: int, run_id: int | None, behind: int) -> list[RunEvent]:
    return [
        RunEvent(
            batch_id=batch_id,
            run_id=run_id,
            sequence=number,
            attempt=one.attempt,
            kind=one.kind,
            payload=one.payload,
            key=one.key,
            at=one.at,
        )
        for number, one in enumerate(said, start=behind + 1)
    ]


def move(run: Run, said: Iterable[Said]) -> None:
    """Where it is and what it measured last, as its columns have it."""
    for one in said:
        if one.kind == RunEventKind.RUN_PROGRESS:
            run.progress = dict(one.payload)
        elif one.kind == RunEventKind.RUN_MEASURED:
            latest = dict(run.latest) if isinstance(run.latest, Mapping) else {}
            split, values = str(one.payload.get("split", "")), one.payload.get("values")
            before = latest.get(split)
            if isinstance(values, Mapping):
                latest[split] = {**(before if isinstance(before, Mapping) else {}), **values}
            run.latest = latest
            run.epoch = max(run.epoch, _whole(one.payload.get("epoch")))


def _whole(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
