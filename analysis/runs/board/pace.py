"""How fast it goes: events and runs over time, who works on what, how long runs take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Avg, Count, Max, Min, Q, Sum
from django.db.models.functions import Trunc
from django.utils import timezone

from analysis.runs.board.table import runs_of
from analysis.runs.models import Batch, Run, RunEvent, Status

WINDOW: Final = timedelta(minutes=60)
COLUMNS: Final = 60
SECONDS: Final = 10  # over which the present rate is counted


@dataclass(frozen=True, slots=True)
class Bar:
    """A minute. heights of 100."""

    x: float
    events: float
    runs: float
    title: str


@dataclass(frozen=True, slots=True)
class WorkerPace:
    """A worker: what it holds now, how many it finished, what it used."""

    name: str
    holds: tuple[Run, ...]
    done: int
    failed: int
    seconds: float
    seen: datetime | None


@dataclass(frozen=True, slots=True)
class Pace:
    """per_second: events now. mean, cpu: seconds, and CPU seconds, of a completed run. waited: the oldest in queue."""

    per_second: float
    per_minute: float
    mean: float | None
    cpu: float | None
    waited: timedelta | None
    bars: tuple[Bar, ...]
    most_events: int
    most_runs: int
    workers: tuple[WorkerPace, ...]
    kinds: tuple[tuple[str, int], ...]


def pace_of(batches: Sequence[Batch], *, now: datetime) -> Pace:
    """Seven queries."""
    runs = runs_of(batches)
    sums = runs.aggregate(
        mean=Avg("seconds", filter=Q(status=Status.COMPLETED)),
        cpu=Avg("cpu_seconds", filter=Q(status=Status.COMPLETED)),
        oldest=Min("created_at", filter=Q(status=Status.QUEUED)),
        newest=Max("finished_at"),
    )
    last = RunEvent.objects.filter(batch__in=batches).aggregate(at=Max("at"))["at"]
    end = min(now - timedelta(minutes=1), last) + timedelta(minutes=1) if last else now
    bars, most_events, most_runs = _bars(batches, end)
    recent = RunEvent.objects.filter(batch__in=batches, at__gt=now - timedelta(seconds=SECONDS)).count()
    done = runs.filter(finished_at__gt=now - timedelta(minutes=5), status=Status.COMPLETED).count()
    return Pace(
        per_second=recent / SECONDS,
        per_minute=done / 5,
        mean=sums["mean"],
        cpu=sums["cpu"],
        waited=now - sums["oldest"] if sums["oldest"] else None,
        bars=bars,
        most_events=most_events,
        most_runs=most_runs,
        workers=_workers(batches),
        kinds=_kinds(batches),
    )


def _kinds(batches: Sequence[Batch]) -> tuple[tuple[str, int], ...]:
    """How many events of each kind, the most frequent first."""
    said = RunEvent.objects.filter(batch__in=batches).order_by()
    return tuple(said.values_list("kind").annotate(n=Count("pk")).order_by("-n"))


def _bars(batches: Sequence[Batch], end: datetime) -> tuple[tuple[Bar, ...], int, int]:
    """The hour up to the last word, minute by minute."""
    first = end.replace(second=0, microsecond=0) - timedelta(minutes=COLUMNS - 1)
    said = RunEvent.objects.filter(batch__in=batches, at__gte=first, at__lte=end).order_by()
    events = dict(said.annotate(minute=Trunc("at", "minute")).values_list("minute").annotate(n=Count("pk")))
    over = runs_of(batches).filter(finished_at__gte=first, finished_at__lte=end).order_by()
    runs = dict(over.annotate(minute=Trunc("finished_at", "minute")).values_list("minute").annotate(n=Count("pk")))
    most_events, most_runs = max(events.values(), default=0), max(runs.values(), default=0)
    bars = []
    for place in range(COLUMNS):
        at = first + timedelta(minutes=place)
        n, finished = events.get(at, 0), runs.get(at, 0)
        title = f"{timezone.localtime(at):%H:%M}: {n:,} events, {finished:,} runs finished"
        tall = round(100 * n / most_events, 2) if most_events else 0.0
        bars.append(
            Bar(
                round(1000 * place / COLUMNS, 2),
                tall,
                round(100 * finished / most_runs, 2) if most_runs else 0.0,
                title,
            )
        )
    return tuple(bars), most_events, most_runs


def _workers(batches: Sequence[Batch]) -> tuple[WorkerPace, ...]:
    """Everybody who took up a run of these, the latest first."""
    runs = runs_of(batches).exclude(worker="")
    held: dict[str, list[Run]] = {}
    for run in runs.filter(status=Status.RUNNING).select_related("batch").order_by("number"):
        held.setdefault(run.worker, []).append(run)
    rows = (
        runs.order_by()
        .values_list("worker")
        .annotate(
            done=Count("pk", filter=Q(status=Status.COMPLETED)),
            failed=Count("pk", filter=Q(status=Status.FAILED)),
            used=Sum("seconds"),
            seen=Max("heartbeat_at"),
        )
        .order_by("-seen")
    )
    return tuple(
        WorkerPace(
            name,
            tuple(held.get(name, ())),
            done,
            failed,
            seconds,
            seen,
        )
        for name, done, failed, seconds, seen in rows[:100]
    )
