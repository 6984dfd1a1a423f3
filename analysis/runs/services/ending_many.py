"""Results of many short runs, committed at once: the same promises as one by one, at a small part of the price."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from analysis.runs.events import Said, lines, move, run_is
from analysis.runs.measure import Goal
from analysis.runs.models import Run, RunEvent, Status
from analysis.runs.services.claiming import Hold
from analysis.runs.services.ending import Used, add_up, figures_of, reading_of
from experiments.models import Measure
from experiments.services.measuring import Reading, insert_readings
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that was computed to its end. said: all that it had to say, none of which is in the record yet."""

    run: Run
    result: JsonObject
    used: Used
    said: Sequence[Said] = ()

    @property
    def hold(self) -> Hold:
        """Whose result it is."""
        return Hold(self.run.pk, self.run.attempt)


@transaction.atomic
def finish_runs(ended: Sequence[Ended], *, now: datetime) -> list[Run]:
    """Commit those that are still held, each once, in about six statements; the runs as they stand then.

    A run that was lost, cancelled in the queue or deleted is passed over: its result is given up. The same again gives
    the same runs and changes nothing.
    """
    mine, done = _held(ended)
    said = [line for one in mine for line in _complete(one, now)]
    RunEvent.objects.bulk_create(said)
    _write([one.run for one in mine])
    _measure([one.run for one in mine], now)
    return [*(one.run for one in mine), *done]


def _held(ended: Sequence[Ended]) -> tuple[list[Ended], list[Run]]:
    """Those to be committed, their rows locked; and those that are committed already."""
    rows = Run.objects.select_for_update(no_key=True).filter(pk__in=[one.run.pk for one in ended]).order_by("pk")
    stand = {row.pk: row for row in rows.only("attempt", "status", *ADDED)}
    mine, done = [], []
    for one in ended:
        row = stand.get(one.run.pk)
        if row is None or row.attempt != one.run.attempt:
            continue
        if row.status == Status.RUNNING:
            for name in ADDED:  # as it stands now: this may be the second try after a lost connection
                setattr(one.run, name, getattr(row, name))
            mine.append(one)
        elif row.status == Status.COMPLETED:
            one.run.status = Status.COMPLETED
            done.append(one.run)
    return mine, done


ADDED: Final = ("n_events", "seconds", "cpu_seconds", "peak_memory")


def _complete(one: Ended, now: datetime) -> list[RunEvent]:
    """As `finish_run` does it, in the row at hand."""
    run = one.run
    move(run, one.said)
    run.status, run.finished_at, run.result = Status.COMPLETED, now, one.result
    run.primary = Goal.of(run.batch).value(run)
    add_up(run, one.used)
    line = run_is(run.status, now, attempt=run.attempt, seconds=round(one.used.seconds, 3), primary=run.primary)
    run.leased_until, run.wanted = None, Run.Wanted.NOTHING
    return lines(run, [*one.said, line])


COLUMNS: Final[Mapping[str, str]] = {
    "result": "jsonb",
    "progress": "jsonb",
    "latest": "jsonb",
    "primary": "float8",
    "epoch": "integer",
    "n_events": "bigint",
    "seconds": "float8",
    "cpu_seconds": "float8",
    "peak_memory": "integer",
    "environment_id": "bigint",
    "finished_at": "timestamptz",
}
_SET = ", ".join(f'"{name}" = new."{name}"' for name in COLUMNS)
_NEW = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
UPDATE: Final = f"""
    UPDATE runs_run SET {_SET}, status = 'completed', leased_until = NULL, wanted = '', error = '', error_kind = '',
        traceback = ''
    FROM jsonb_to_recordset(%s::jsonb) AS new(id bigint, {_NEW}) WHERE runs_run.id = new.id"""  # noqa: S608 (names of our own columns)


def _write(runs: Sequence[Run]) -> None:
    """One statement: the ORM's way would be a CASE for each column of each row."""
    if runs:
        with connection.cursor() as cursor:
            cursor.execute(UPDATE, [json.dumps([_columns(run) for run in runs])])


def _columns(run: Run) -> dict[str, object]:
    values = {name: getattr(run, name) for name in COLUMNS}
    return {"id": run.pk, **values, "finished_at": run.finished_at.isoformat() if run.finished_at else None}


def _measure(runs: Sequence[Run], now: datetime) -> None:
    by_experiment: dict[int, list[Run]] = {}
    for run in runs:
        by_experiment.setdefault(run.batch.experiment_id, []).append(run)
    for experiment, its in by_experiment.items():
        measures = list(Measure.objects.filter(experiment=experiment))
        insert_readings(experiment, [reading for run in its for reading in _readings(run, measures, now)])


def _readings(run: Run, measures: Sequence[Measure], now: datetime) -> Iterator[Reading]:
    found = figures_of(run) if measures and run.unit_id is not None else {}
    for measure in measures:
        if measure.name in found:
            yield reading_of(run, measure, found[measure.name], now)
