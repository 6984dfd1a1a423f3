"""What runs measured, epoch by epoch: read from the log, put together over folds and seeds."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.runs.board.drawing import Series
from analysis.runs.events import RunEventKind
from analysis.runs.models import Run, RunEvent
from experiments.types import Json

Key = tuple[str, str]
"""(split, name) of a figure."""
Course = dict[int, float]
"""Value by epoch. What is no number (NaN, infinite) is left out."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Lines that are drawn as one: the runs of a setting, or one run alone."""

    key: str
    name: str
    runs: tuple[int, ...]
    is_best: bool = False


def courses_of(runs: Sequence[int]) -> dict[Key, dict[int, Course]]:
    """{(split, name): {run's key: course}}. What a later attempt measured again stands for the epoch. One query."""
    found: dict[Key, dict[int, Course]] = defaultdict(lambda: defaultdict(dict))
    said = RunEvent.objects.filter(run__in=runs, kind=RunEventKind.RUN_MEASURED).order_by("run_id", "sequence")
    for run, payload in said.values_list("run_id", "payload"):
        if not isinstance(payload, Mapping):
            continue
        epoch, split, values = payload.get("epoch"), payload.get("split"), payload.get("values")
        if isinstance(epoch, int) and isinstance(values, Mapping):
            for name, value in values.items():
                if (number := finite(value)) is not None:
                    found[str(split or ""), name][run][epoch] = number
    return {key: dict(courses) for key, courses in sorted(found.items())}


def finite(value: Json) -> float | None:
    """A finite number, or nothing: others are kept in the log as texts."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number and isinstance(value, int | float) else None


def put_together(courses: Mapping[int, Course], bundles: Iterable[Bundle]) -> list[Series]:
    """One series for each bundle that has values: the mean over its runs, with their range where there are several."""
    series = []
    for bundle in bundles:
        mine = [courses[run] for run in bundle.runs if run in courses]
        if not mine:
            continue
        epochs = sorted({epoch for course in mine for epoch in course})
        values = [[course[epoch] for course in mine if epoch in course] for epoch in epochs]
        is_many = len(mine) > 1
        series.append(
            Series(
                key=bundle.key,
                name=bundle.name,
                points=tuple((epoch, math.fsum(each) / len(each)) for epoch, each in zip(epochs, values, strict=True)),
                low=tuple(min(each) for each in values) if is_many else (),
                high=tuple(max(each) for each in values) if is_many else (),
                is_best=bundle.is_best,
            )
        )
    return series


def course_of_one(run: Run) -> dict[str, list[Series]]:
    """Of one run: for each figure a line for each split."""
    by_name: dict[str, list[Series]] = defaultdict(list)
    for (split, name), courses in courses_of([run.pk]).items():
        points = tuple(sorted((float(epoch), value) for epoch, value in courses[run.pk].items()))
        by_name[name].append(Series(split, split or "run", points))
    return dict(by_name)
