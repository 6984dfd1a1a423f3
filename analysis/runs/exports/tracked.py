"""A run as experiment trackers know it: parameters, metrics by step, tags, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch

from analysis.learning.naming import differing, flat, name_of
from analysis.runs.models import Artifact, Batch, Run, RunEvent, Status
from experiments.types import Json, JsonObject

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Metric:
    """One point of a curve. key: ``split/measure``; step: the epoch."""

    key: str
    value: float
    step: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Tracked:
    """One run. key: 32 hexadecimal digits, its own for ever. began, ended: None where it has not yet."""

    key: str
    name: str
    status: str
    began: datetime
    ended: datetime | None
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: tuple[Metric, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] = ()


def tracked_runs(batch: Batch) -> Iterator[Tracked]:
    """Every run of the batch in its order, a few hundred in memory at a time."""
    paths = differing(list(batch_settings(batch)))
    log = RunEvent.objects.filter(kind="run.measured").order_by("sequence")
    runs = Run.objects.filter(batch=batch).prefetch_related(Prefetch("events", log), "artifacts").order_by("number")
    for run in runs.iterator(chunk_size=AT_ONCE):
        yield _tracked(batch, run, paths)


def batch_settings(batch: Batch) -> Iterator[JsonObject]:
    """The settings of all runs."""
    for setting in Run.objects.filter(batch=batch).order_by("number").values_list("setting", flat=True).iterator():
        yield setting if isinstance(setting, Mapping) else {}


def _tracked(batch: Batch, run: Run, paths: list[str]) -> Tracked:
    setting = run.setting if isinstance(run.setting, Mapping) else {}
    return Tracked(
        key=run.uuid.hex,
        name=f"{run.number:04d} {name_of(setting, paths, run.setting_digest)}",
        status=run.status,
        began=run.started_at or run.created_at,
        ended=run.finished_at,
        params={**{key: _text(value) for key, value in flat(setting).items()}, **_place(run)},
        metrics=tuple(point for event in run.events.all() for point in _points(event)),
        tags=_tags(batch, run),
        artifacts=tuple(run.artifacts.all()),
    )


def _place(run: Run) -> dict[str, str]:
    found = {"seed": run.seed, "outer_fold": run.outer_fold, "inner_fold": run.inner_fold, "epochs": run.epochs}
    return {f"run.{key}": str(value) for key, value in found.items() if value is not None}


def _points(event: RunEvent) -> Iterator[Metric]:
    payload = event.payload if isinstance(event.payload, Mapping) else {}
    values, split, epoch = payload.get("values"), payload.get("split"), payload.get("epoch")
    for name, value in values.items() if isinstance(values, Mapping) else ():
        if isinstance(value, int | float | str) and isinstance(epoch, int):
            yield Metric(f"{split}/{name}" if split else str(name), _number(value), epoch, event.at)


def _number(value: float | str) -> float:
    """Numbers that are not finite are kept as texts."""
    return float(value)


def _tags(batch: Batch, run: Run) -> dict[str, str]:
    tags = {
        "machina.batch": batch.slug,
        "machina.experiment": batch.experiment.slug,
        "machina.procedure": batch.procedure,
        "machina.run": str(run.number),
        "machina.digest": run.digest,
        "machina.attempts": str(run.attempt),
    }
    return tags | ({"machina.error": run.error[:4_000]} if run.status == Status.FAILED else {})


def _text(value: Json) -> str:
    import json

    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
