"""Take up runs, keep them, give them back. (run, attempt) is the fence: who holds an older attempt holds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from analysis.runs.errors import NotHeld
from analysis.runs.events import Said, batch_is, batch_lines, lines, run_is
from analysis.runs.models import Batch, Run, RunEvent, Status

LEASE: Final = timedelta(seconds=settings.RUN_LEASE)
"""So long a run stays with a worker that gives no sign. Signs come every two seconds, or four times in a lease."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A run that is ours for now."""

    run: int
    attempt: int


def claim_runs(*, worker: str, now: datetime, most: int = 1, batch: int | None = None) -> list[Run]:
    """Take up the most urgent runs, at most so many; none: nothing waits. Each goes to one caller only.

    One that failed before is taken up alone: if it kills its worker, no other run suffers with it.
    """
    runs = _claim(worker=worker, now=now, most=most, batch=batch)
    for pending in {run.batch_id for run in runs if run.batch.status == Status.QUEUED}:
        _begin(pending, now=now)
    return runs


@transaction.atomic
def _claim(*, worker: str, now: datetime, most: int, batch: int | None) -> list[Run]:
    """Runs only: whoever steers a batch locks the batch first, and would wait for us as we for it."""
    waiting = Run.objects.claimable(now)
    waiting = waiting.filter(batch__is_reserved=False) if batch is None else waiting.filter(batch_id=batch)
    locked = waiting.select_for_update(skip_locked=True, of=("self",), no_key=True)
    runs = list(locked.select_related("batch__experiment", "warm_from")[:most])
    runs = runs[:1] if runs and runs[0].failures else [run for run in runs if not run.failures]
    _take(runs, worker=worker, now=now)
    return runs


@transaction.atomic
def renew(holds: Sequence[Hold], *, now: datetime) -> dict[int, str]:
    """Give a sign: {run: what is wanted of it} of those still held. A lapsed lease that nobody took lives on."""
    if not holds:
        return {}
    ours = reduce(or_, (Q(pk=hold.run, attempt=hold.attempt) for hold in holds))
    held = Run.objects.select_for_update(no_key=True).filter(ours, status=Status.RUNNING)
    wanted = dict(held.order_by("pk").values_list("pk", "wanted"))  # in the order in which everybody locks several
    Run.objects.filter(pk__in=wanted).update(leased_until=now + LEASE, heartbeat_at=now)
    return wanted


@transaction.atomic
def release(hold: Hold, *, now: datetime, reason: str) -> Run:
    """Give a run back: to the queue, or where it is wanted (paused, cancelled). It counts as no failure."""
    run = held_run(hold)
    return put_back(run, now=now, reason=reason)


@transaction.atomic
def sweep_lost(*, now: datetime, most: int = 500) -> list[Run]:
    """Take runs from workers that gave no sign. Too often: the run has failed, with a sentence."""
    lost = Run.objects.lost(now).select_for_update(skip_locked=True, of=("self",), no_key=True)
    runs = list(lost.select_related("batch")[:most])
    for run in runs:
        run.failures += 1
        if run.failures >= run.batch.max_attempts and not run.wanted:
            _give_up(run, now=now)
        else:
            put_back(run, now=now, reason=f"{run.worker or 'its worker'} gave no sign")
    return runs


def held_run(hold: Hold, *, running: bool = True) -> Run:
    """The run, locked; NotHeld if this attempt is no longer the one that counts. Call it inside a transaction."""
    runs: QuerySet[Run] = Run.objects.select_for_update(no_key=True, of=("self",)).select_related("batch__experiment")
    run = runs.filter(pk=hold.run, attempt=hold.attempt).first()
    if run is None or (running and run.status != Status.RUNNING):
        raise NotHeld(
            f"Attempt {hold.attempt} of run {hold.run} no longer counts.", hint="It was taken over, stopped or deleted."
        )
    return run


AFTER = {Run.Wanted.NOTHING: Status.QUEUED, Run.Wanted.PAUSE: Status.PAUSED, Run.Wanted.CANCEL: Status.CANCELLED}


def put_back(run: Run, *, now: datetime, reason: str) -> Run:
    """A locked running run leaves its worker."""
    run.status = AFTER[Run.Wanted(run.wanted)]
    run.finished_at = now if run.status == Status.CANCELLED else None
    return leave(run, run_is(run.status, now, reason=reason))


def leave(run: Run, *said: Said, also: Sequence[str] = ()) -> Run:
    """Save a run that nobody holds any more, and what there is to say."""
    run.leased_until, run.wanted = None, Run.Wanted.NOTHING
    RunEvent.objects.bulk_create(lines(run, said))
    run.save(update_fields=["status", "leased_until", "wanted", "failures", "finished_at", "n_events", *also])
    return run


def _give_up(run: Run, *, now: datetime) -> None:
    run.status, run.finished_at, run.error_kind = Status.FAILED, now, "WorkerLost"
    run.error = (
        f"Its worker ended without a word {run.failures} times: killed, out of memory, or a crash in native code."
    )
    leave(run, run_is(run.status, now, error=run.error), also=("error", "error_kind"))


def _take(runs: Sequence[Run], *, worker: str, now: datetime) -> None:
    """The same change to all, in one statement; the rows in hand are brought up to date."""
    Run.objects.filter(pk__in=[run.pk for run in runs]).update(
        status=Status.RUNNING,
        attempt=F("attempt") + 1,
        n_events=F("n_events") + 1,
        worker=worker,
        leased_until=now + LEASE,
        heartbeat_at=now,
        not_before=None,
        wanted=Run.Wanted.NOTHING,
        started_at=Coalesce("started_at", now),
    )
    said = []
    for run in runs:
        run.status, run.worker, run.leased_until, run.heartbeat_at = Status.RUNNING, worker, now + LEASE, now
        run.attempt, run.wanted, run.not_before = run.attempt + 1, Run.Wanted.NOTHING, None
        run.started_at = run.started_at or now
        said += lines(run, [run_is(run.status, now, attempt=run.attempt, worker=worker)])
    RunEvent.objects.bulk_create(said)


@transaction.atomic
def _begin(pk: int, *, now: datetime) -> None:
    """Only the first claim of a batch finds it queued."""
    batch = Batch.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if batch is None or batch.status != Status.QUEUED:
        return
    batch.status, batch.started_at = Status.RUNNING, batch.started_at or now
    RunEvent.objects.bulk_create(batch_lines(batch, [batch_is(batch.status, now)]))
    batch.save(update_fields=["status", "started_at", "n_events"])
