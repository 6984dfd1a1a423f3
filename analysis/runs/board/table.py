"""Runs as rows: every figure there is, sorted and filtered by the database, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Final

from django.core.cache import cache
from django.db import connection
from django.db.models import Avg, Count, Max, Min, Q, QuerySet, Sum

from analysis.runs.board.asking import PAGE, Column, Wish, all_columns, filtered, ordering
from analysis.runs.board.parameters import Parameter, as_text, parameters_in, value_at
from analysis.runs.measure import Goal
from analysis.runs.models import Batch, Run, Status
from experiments.blueprint import json_object
from experiments.models import Experiment

MOST_SETTINGS: Final = 2_000
REMEMBERED: Final = 600  # seconds
FIGURES: Final = """SELECT DISTINCT splits.key, figures.key FROM runs_run,
    jsonb_each(CASE jsonb_typeof(latest) WHEN 'object' THEN latest ELSE '{}' END) AS splits,
    jsonb_each(CASE jsonb_typeof(splits.value) WHEN 'object' THEN splits.value ELSE '{}' END) AS figures
    WHERE batch_id = ANY(%s) ORDER BY 1, 2"""


@dataclass(frozen=True, slots=True)
class Cell:
    """text: as people read it. share: of its column's range, for the bar behind it; None: no bar."""

    text: str
    key: str
    is_number: bool = False
    share: float | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A run and what is shown of it."""

    run: Run
    cells: tuple[Cell, ...]
    percent: int
    is_best: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far batches are. by_status: every status, in order. left: seconds, at the pace so far; None: nobody knows."""

    total: int
    over: int
    by_status: tuple[tuple[str, int], ...]
    n_events: int
    seconds: float
    left: float | None
    best: float | None

    @property
    def percent(self) -> float:
        """Of the runs that are over."""
        return round(100 * self.over / self.total, 1) if self.total else 0.0


def batches_of(experiment: Experiment, slugs: Sequence[str]) -> tuple[list[Batch], list[Batch]]:
    """(all of the experiment, those that are meant). None named: all. One query."""
    every = list(
        Batch.objects.filter(experiment=experiment).select_related("experiment").order_by("-created_at", "-pk")
    )
    return every, [batch for batch in every if batch.slug in slugs] or every


def runs_of(batches: Sequence[Batch]) -> QuerySet[Run]:
    """Theirs."""
    return Run.objects.filter(batch__in=batches)


def parameters_of(batches: Sequence[Batch]) -> tuple[Parameter, ...]:
    """What differs between their settings; read anew when there are more runs. One query, or two.

    Of more settings than MOST_SETTINGS, the first ones are looked at.
    """
    runs = runs_of(batches)
    names = ",".join(batch.uuid.hex for batch in batches)
    key = f"runs-parameters:{sha256(names.encode()).hexdigest()}:{runs.count()}"
    text: str | None = cache.get(key)
    if text is not None:
        return tuple(
            Parameter(tuple(path), name, tuple(values), is_number) for path, name, values, is_number in json.loads(text)
        )
    first = runs.order_by("setting_digest").distinct("setting_digest").values_list("setting", flat=True)
    found = parameters_in(json_object(setting) for setting in first[:MOST_SETTINGS])
    cache.set(key, json.dumps([(each.path, each.name, each.values, each.is_number) for each in found]), REMEMBERED)
    return found


def figures_of(batches: Sequence[Batch]) -> list[tuple[str, str]]:
    """(split, name) of everything that was measured. One query."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, [[batch.pk for batch in batches]])
        return [(split, name) for split, name in cursor.fetchall()]


def columns_of(batches: Sequence[Batch]) -> dict[str, Column]:
    """All columns that a table of these can have. Three queries."""
    return all_columns(parameters_of(batches), figures_of(batches))


def chosen_columns(wish: Wish, columns: dict[str, Column], batches: Sequence[Batch]) -> list[Column]:
    """What was asked for; else the parameters, the goal, and the figures of its split (of all splits, if few)."""
    if wish.columns:
        return [columns[key] for key in wish.columns]
    goal = Goal.of(batches[0]) if batches else Goal()
    figures = [
        key for key, column in columns.items() if key.startswith("m.") and column.path != (goal.split, goal.name)
    ]
    if len(figures) > 6:
        figures = [key for key in figures if columns[key].path[0] == goal.split] or figures[:6]
    spread = runs_of(batches).aggregate(outer=Max("outer_fold"), inner=Max("inner_fold"))
    folds = [f"{name}_fold" for name in ("outer", "inner") if spread[name] is not None]
    ours = f"m.{goal.split}.{goal.name}"  # the same as the goal of a run that is over, and known before
    ahead = [ours, *(key for key in figures if key != ours)] if ours in columns else ["primary", *figures]
    keys = [*folds, *(key for key in columns if key.startswith("p.")), "epoch", *ahead, "seconds"]
    return [columns[key] for key in keys]


def page_of(
    runs: QuerySet[Run], wish: Wish, columns: dict[str, Column], shown: Sequence[Column], *, best: int | None
) -> tuple[list[Row], int]:
    """The rows of a page, and how many there are on all. Two queries."""
    chosen = filtered(runs, wish)
    n = chosen.count()
    first = (wish.page - 1) * PAGE
    found = list(chosen.select_related("batch").order_by(*ordering(wish, columns))[first : first + PAGE])
    scales = {column.key: _scale([number_in(run, column) for run in found]) for column in shown if _has_bar(column)}
    cell = partial(_cell, scales=scales)
    return [Row(run, tuple(cell(run, column) for column in shown), percent_of(run), run.pk == best) for run in found], n


def number_in(run: Run, column: Column) -> float | None:
    """The value as a number, if it is one."""
    value = value_of(run, column)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def value_of(run: Run, column: Column) -> object:
    """What stands in that column."""
    source = getattr(run, column.source)
    return value_at(source, column.path) if column.path else source


def percent_of(run: Run) -> int:
    """How far a run is: whole epochs, and the steps of the present one."""
    if run.status == Status.COMPLETED:
        return 100
    where = json_object(run.progress)
    step, steps, phase = where.get("step"), where.get("steps"), where.get("phase")
    part = step / steps if isinstance(step, int) and isinstance(steps, int) and steps and phase == "train" else 0.0
    return min(99, round(100 * (run.epoch + part) / max(run.epochs, 1)))


def progress_of(batches: Sequence[Batch], *, now: datetime) -> Progress:
    """Two queries."""
    runs = runs_of(batches)
    counts = dict(runs.order_by().values_list("status").annotate(n=Count("pk")))
    sums = runs.aggregate(
        events=Sum("n_events"),
        used=Sum("seconds"),
        mean=Avg("seconds", filter=Q(status=Status.COMPLETED)),
        first=Min("started_at"),
        lowest=Min("primary"),
        highest=Max("primary"),
    )
    total, over = sum(counts.values()), sum(counts.get(status, 0) for status in ("completed", "failed", "cancelled"))
    goal = Goal.of(batches[0]) if batches else Goal()
    waiting = sum(counts.get(status, 0) for status in ("queued", "running"))
    at_work = counts.get("running", 0)
    left = sums["mean"] * waiting / at_work if sums["mean"] is not None and at_work else None
    return Progress(
        total=total,
        over=over,
        by_status=tuple((status, counts[status]) for status in Status.values if status in counts),
        n_events=(sums["events"] or 0) + sum(batch.n_events for batch in batches),
        seconds=sums["used"] or 0.0,
        left=left,
        best=sums["highest"] if goal.maximises else sums["lowest"],
    )


def best_run(batches: Sequence[Batch]) -> Run | None:
    """By the goal of the first batch; None before one is measured. One query."""
    goal = Goal.of(batches[0]) if batches else Goal()
    order = "-primary" if goal.maximises else "primary"
    return runs_of(batches).filter(primary__isnull=False).order_by(order, "pk").first()


def _has_bar(column: Column) -> bool:
    return column.source in ("latest", "primary", "seconds")


def _scale(values: Sequence[float | None]) -> tuple[float, float]:
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if known else (0.0, 0.0)


def _cell(run: Run, column: Column, scales: Mapping[str, tuple[float, float]]) -> Cell:
    value, number = value_of(run, column), number_in(run, column)
    if isinstance(value, datetime):
        return Cell(f"{value:%d %b %H:%M:%S}", column.key)
    if value is None or value == "":
        return Cell("–", column.key, is_number=column.is_number)  # noqa: RUF001 (a dash is meant)
    low, high = scales.get(column.key, (0.0, 0.0))
    share = round(100 * (number - low) / (high - low), 1) if number is not None and high > low else None
    text = f"{run.epoch} / {run.epochs}" if column.key == "epoch" else number_text(number, value)
    return Cell(text, column.key, is_number=number is not None, share=share, title=str(value)[:300])


def number_text(number: float | None, value: object) -> str:
    """Four digits that matter; whole numbers whole.

    >>> number_text(0.123456, 0.123456), number_text(1500.0, 1500), number_text(None, "adam")
    ('0.1235', '1500', 'adam')
    """
    if number is None:
        return as_text(value)
    return f"{int(number)}" if isinstance(value, int) else f"{number:.4g}"
