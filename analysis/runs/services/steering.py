"""Pause, resume, cancel, retry, hurry: what people want of batches and runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet

from analysis.runs.diary import BatchEvent, note
from analysis.runs.events import batch_is, batch_lines, lines, run_is
from analysis.runs.models import Batch, Run, RunEvent, Status
from analysis.runs.models.status import OVER
from experiments.errors import BadValue, IllegalTransition

MOST_URGENT: Final = 1_000
WAITING: Final = (Status.QUEUED, Status.PAUSED)


@transaction.atomic
def pause_batch(batch: Batch, *, now: datetime) -> Batch:
    """Nothing of it is taken up any more; runs under way stop at their next word, to go on from their checkpoint."""
    batch = _locked(batch)
    if batch.status == Status.PAUSED:
        return batch
    _refuse_if_over(batch, "paused")
    _hold_open_runs(batch)
    _move(batch, (Status.QUEUED,), Status.PAUSED, now=now)
    _want(batch, Run.Wanted.PAUSE)
    return _become(batch, Status.PAUSED, BatchEvent.PAUSED, now=now)


@transaction.atomic
def resume_batch(batch: Batch, *, now: datetime) -> Batch:
    """Paused runs wait in the queue again. Resuming a batch that is not paused changes nothing."""
    batch = _locked(batch)
    if batch.status in (Status.QUEUED, Status.RUNNING):
        return batch
    _refuse_if_over(batch, "resumed")
    _hold_open_runs(batch)
    _move(batch, (Status.PAUSED,), Status.QUEUED, now=now)
    _want(batch, Run.Wanted.NOTHING)
    status = Status.RUNNING if batch.started_at else Status.QUEUED
    return _become(batch, status, BatchEvent.RESUMED, now=now)


@transaction.atomic
def cancel_batch(batch: Batch, *, now: datetime) -> Batch:
    """What waits is cancelled; what runs stops at its next word. Results that are there stay."""
    batch = _locked(batch)
    if batch.is_over:
        return batch
    _hold_open_runs(batch)
    _move(batch, WAITING, Status.CANCELLED, now=now)
    _want(batch, Run.Wanted.CANCEL)
    return _become(batch, Status.CANCELLED, BatchEvent.CANCELLED, now=now)


@transaction.atomic
def retry_batch(batch: Batch, *, now: datetime, also_cancelled: bool = True) -> int:
    """Queue again what failed (and what was cancelled, or is about to be). How many. In a paused batch they wait."""
    batch = _locked(batch)
    _hold_open_runs(batch)
    which = (Status.FAILED, Status.CANCELLED) if also_cancelled else (Status.FAILED,)
    n = _move(batch, which, _waiting_in(batch), now=now)
    if also_cancelled:
        n += _running(batch).filter(wanted=Run.Wanted.CANCEL).update(wanted=Run.Wanted.NOTHING)
    if n:
        _become(batch, _waiting_in(batch), BatchEvent.RETRIED, now=now)
    return n


@transaction.atomic
def set_priority(batch: Batch, priority: int, *, now: datetime) -> Batch:
    """Higher goes first, also before what waits longer in other batches. BadValue beyond -1000 and 1000."""
    if abs(priority) > MOST_URGENT:
        raise BadValue(f"A priority of {priority} cannot be.", hint=f"It goes from -{MOST_URGENT} to {MOST_URGENT}.")
    batch = _locked(batch)
    if batch.priority != priority:
        _hold_open_runs(batch)
        batch.priority = priority
        batch.save(update_fields=["priority"])
        batch.runs.exclude(status__in=OVER).update(priority=priority)
        note(BatchEvent.CHANGED, batch, now=now, payload={"priority": priority})
    return batch


@dataclass(frozen=True, slots=True)
class Limits:
    """seconds of one attempt; MiB of the worker; attempts of one run. None: none."""

    time_limit: int | None
    memory_limit: int | None
    max_attempts: int


@transaction.atomic
def set_limits(batch: Batch, limits: Limits, *, now: datetime) -> Batch:
    """For attempts that begin from now on."""
    batch = _locked(batch)
    values = {name: getattr(limits, name) for name in Limits.__slots__}
    for name, value in values.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(values))
    note(BatchEvent.CHANGED, batch, now=now, payload=values)
    return batch


@transaction.atomic
def pause_run(run: Run, *, now: datetime) -> Run:
    """A waiting run is not taken up; one under way stops at its next word."""
    run = _locked_run(run)
    if run.status == Status.RUNNING:
        return _want_of(run, Run.Wanted.PAUSE)
    return _shift(run, Status.PAUSED, allowed=(Status.QUEUED, Status.PAUSED), now=now)


@transaction.atomic
def resume_run(run: Run, *, now: datetime) -> Run:
    """A paused run waits in the queue again; one that was about to stop goes on."""
    run = _locked_run(run)
    if run.status == Status.RUNNING:
        return _want_of(run, Run.Wanted.NOTHING)
    return _shift(run, Status.QUEUED, allowed=WAITING, now=now)


@transaction.atomic
def cancel_run(run: Run, *, now: datetime) -> Run:
    """A waiting run is cancelled; one under way stops at its next word. A run that is over stays as it is."""
    run = _locked_run(run)
    if run.status == Status.RUNNING:
        return _want_of(run, Run.Wanted.CANCEL)
    return run if run.is_over else _shift(run, Status.CANCELLED, allowed=WAITING, now=now)


@transaction.atomic
def retry_run(run: Run, *, now: datetime) -> Run:
    """Queue a failed or cancelled run again; it goes on from its last checkpoint. One that waits already stays so.

    In a paused batch it is paused with the others.
    """
    run = _locked_run(run)
    if run.status == Status.QUEUED:
        return run
    batch = _locked(run.batch)
    run = _shift(run, _waiting_in(batch), allowed=(Status.FAILED, Status.CANCELLED), now=now)
    if batch.is_over:
        _become(batch, Status.QUEUED, BatchEvent.RETRIED, now=now)
    return run


def _locked(batch: Batch) -> Batch:
    locked = Batch.objects.select_for_update(no_key=True, of=("self",)).select_related("experiment")
    return locked.get(pk=batch.pk)


def _locked_run(run: Run) -> Run:
    """The batch first, as everywhere: nobody waits in a circle."""
    _locked(run.batch)
    locked = Run.objects.select_for_update(no_key=True, of=("self",)).select_related("batch__experiment")
    return locked.get(pk=run.pk)


def _refuse_if_over(batch: Batch, what: str) -> None:
    if batch.is_over:
        raise IllegalTransition(
            f"The batch “{batch}” is {batch.status} and cannot be {what}.", hint="Retry what failed, or add runs."
        )


def _become(batch: Batch, status: Status, kind: BatchEvent, *, now: datetime) -> Batch:
    batch.status = status
    batch.finished_at = now if status in OVER else None
    RunEvent.objects.bulk_create(batch_lines(batch, [batch_is(status, now)]))
    batch.save(update_fields=["status", "finished_at", "n_events"])
    note(kind, batch, now=now)
    return batch


def _want(batch: Batch, wanted: Run.Wanted) -> None:
    _running(batch).update(wanted=wanted)


def _running(batch: Batch) -> QuerySet[Run]:
    return batch.runs.filter(status=Status.RUNNING)


def _waiting_in(batch: Batch) -> Status:
    """Where a run waits that is to be done again."""
    return Status.PAUSED if batch.status == Status.PAUSED else Status.QUEUED


def _hold_open_runs(batch: Batch) -> None:
    """Lock all that are not over: a worker that takes one up or gives it back between two looks would be missed.

    In the order in which everybody locks several: nobody waits in a circle.
    """
    list(batch.runs.select_for_update(no_key=True).exclude(status__in=OVER).order_by("pk").values_list("pk"))


def _want_of(run: Run, wanted: Run.Wanted) -> Run:
    run.wanted = wanted
    run.save(update_fields=["wanted"])
    return run


def _move(batch: Batch, before: Sequence[Status], after: Status, *, now: datetime) -> int:
    """All runs of a batch that stand there, at once. How many."""
    locked = batch.runs.select_for_update(no_key=True, of=("self",)).filter(status__in=before)
    runs = list(locked.only("pk", "batch_id", "attempt", "n_events").order_by("pk"))
    said = [line for run in runs for line in lines(run, [run_is(after, now)])]
    RunEvent.objects.bulk_create(said, batch_size=2_000)
    standing = {"status": after, "finished_at": now if after in OVER else None, "failures": 0, "not_before": None}
    Run.objects.filter(pk__in=[run.pk for run in runs]).update(**standing, n_events=F("n_events") + 1)
    return len(runs)


def _shift(run: Run, status: Status, *, allowed: Sequence[Status], now: datetime) -> Run:
    if run.status == status:
        return run
    if run.status not in allowed:
        raise IllegalTransition(
            f"Run {run.number} is {run.status} and cannot become {status}.",
            hint=f"From {', '.join(allowed)} it can.",
        )
    run.status, run.finished_at = status, now if status in OVER else None
    run.failures, run.not_before = 0, None
    RunEvent.objects.bulk_create(lines(run, [run_is(status, now)]))
    run.save(update_fields=["status", "finished_at", "failures", "not_before", "n_events"])
    return run


BATCH_DEEDS: Final[Mapping[str, Callable[..., Batch | int]]] = {
    "pause": pause_batch,
    "resume": resume_batch,
    "cancel": cancel_batch,
    "retry": retry_batch,
}
RUN_DEEDS: Final[Mapping[str, Callable[..., Run]]] = {
    "pause": pause_run,
    "resume": resume_run,
    "cancel": cancel_run,
    "retry": retry_run,
}
