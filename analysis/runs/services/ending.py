"""The end of an attempt: a result, committed once, or an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from analysis.runs.errors import NotHeld
from analysis.runs.events import run_is
from analysis.runs.measure import Goal
from analysis.runs.models import Run, Status
from analysis.runs.services.claiming import Hold, held_run, leave, put_back
from experiments.models import Measure
from experiments.services.measuring import Reading, insert_readings, number_in
from experiments.types import JsonObject

LONGEST_KIND: Final = 120
LONGEST_ERROR: Final = 10_000
LONGEST_TRACEBACK: Final = 50_000
FIRST_PAUSE: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Used:
    """What an attempt took.

    seconds, cpu_seconds: of this attempt; peak_memory: MiB of the worker; environment: the key of its description.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory: int | None = None
    environment: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt ended badly. kind: the class of the error. can_heal: the same again may go well."""

    kind: str
    message: str
    traceback: str = ""
    can_heal: bool = False

    def storable(self) -> Failure:
        """The same in the record: an error may quote anything, even what no column takes."""
        kind, message, trace = (escaped(text) for text in (self.kind, self.message, self.traceback))
        return Failure(kind[:LONGEST_KIND], message[:LONGEST_ERROR], trace[-LONGEST_TRACEBACK:], self.can_heal)


@transaction.atomic
def finish_run(hold: Hold, result: JsonObject, *, now: datetime, used: Used) -> Run:
    """Commit the result. The same attempt again changes nothing; any other: NotHeld."""
    run = held_run(hold, running=False)
    if run.status == Status.COMPLETED:
        return run
    if run.status != Status.RUNNING:
        raise NotHeld(f"Run {run.number} is {run.status} by now.", hint="What was computed is given up.")
    run.status, run.finished_at, run.result = Status.COMPLETED, now, result
    run.primary = Goal.of(run.batch).value(run)
    run.error = run.error_kind = run.traceback = ""
    add_up(run, used)
    line = run_is(run.status, now, attempt=run.attempt, seconds=round(used.seconds, 3), primary=run.primary)
    leave(run, line, also=("result", "primary", "error", "error_kind", "traceback", *USED))
    insert_readings(run.batch.experiment_id, _readings(run, now))
    return run


@transaction.atomic
def fail_run(hold: Hold, failure: Failure, *, now: datetime, used: Used) -> Run:
    """Keep the error. What can heal is queued again with a growing pause, until its attempts are used up."""
    run = held_run(hold)
    run.failures += 1
    failure = failure.storable()
    run.error, run.error_kind, run.traceback = failure.message, failure.kind, failure.traceback
    add_up(run, used)
    also = ("error", "error_kind", "traceback", "not_before", *USED)
    if run.wanted or (failure.can_heal and run.failures < run.batch.max_attempts):
        run.not_before = None if run.wanted else now + FIRST_PAUSE * 2**run.failures
        run.save(update_fields=[*also, "failures"])
        return put_back(run, now=now, reason=f"{failure.kind}: {failure.message}"[:500])
    run.status, run.finished_at = Status.FAILED, now
    line = run_is(run.status, now, attempt=run.attempt, error=failure.message[:2_000], kind=failure.kind)
    return leave(run, line, also=also)


USED = ("seconds", "cpu_seconds", "peak_memory", "environment")


def add_up(run: Run, used: Used) -> None:
    """What all attempts took together."""
    run.seconds += used.seconds
    run.cpu_seconds += used.cpu_seconds
    run.peak_memory = max(run.peak_memory or 0, used.peak_memory or 0) or None
    run.environment_id = used.environment or run.environment_id


def _readings(run: Run, now: datetime) -> Iterator[Reading]:
    """The values of those measures that the experiment has: the goal under its name, others as `split_name`."""
    if run.unit_id is None:
        return
    found = figures_of(run)
    for measure in Measure.objects.filter(experiment=run.batch.experiment_id, name__in=found):
        yield reading_of(run, measure, found[measure.name], now)


def reading_of(run: Run, measure: Measure, value: float, now: datetime) -> Reading:
    """One measurement of a run's unit: the same key whenever it is recorded. ValueError for a run without a unit."""
    if run.unit_id is None:
        raise ValueError(f"Run {run.number} has no unit that could be measured.")
    key = f"run:{run.uuid.hex}:{measure.name}"
    return Reading(run.unit_id, measure.pk, value, key, now, number=number_in(value), context={"run": run.number})


def figures_of(run: Run) -> dict[str, float]:
    """What a run came to, by the names that measures may have."""
    latest = run.latest if isinstance(run.latest, Mapping) else {}
    found = {
        f"{split}_{name}": value
        for split, values in latest.items()
        if isinstance(values, Mapping)
        for name, value in values.items()
        if isinstance(value, int | float)
    }
    goal = Goal.of(run.batch)
    return {**found, **({goal.name: run.primary} if run.primary is not None else {})}


def escaped(text: str) -> str:
    r"""PostgreSQL takes neither NUL nor half a character: both are written as Python would.

    >>> escaped("a\x00b"), escaped("\ud800")
    ('a\\x00b', '\\ud800')
    """
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
