"""A procedure for tests of planning: quick, deterministic, and whose code and data change on request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, cast

from django.utils import timezone

from analysis.learning.running import PROCEDURES, Reporter, State, Task, register_procedure
from analysis.runs.models import Batch, Run
from analysis.runs.services.founding import found_experiment
from analysis.runs.services.preparing import Wish, make_ready
from analysis.runs.services.queueing import Order, create_batch
from experiments.blueprint import json_object
from experiments.types import JsonObject
from tests.analysis.runs.queueing import queue_missing


class Sum:
    """setting: {x, y}. The score comes nearer to x + y with every epoch; `steps` in the result are those of this
    attempt.
    """

    name: ClassVar[str] = "sum"
    versions: ClassVar[dict[str, str]] = {}

    def faults(self, setting: JsonObject) -> list[tuple[str, str]]:
        return []

    def identity(self, setting: JsonObject) -> JsonObject:
        return {"code": {"sum": self.versions.get("code", "1")}, "data": self.versions.get("data", "1")}

    def run(self, task: Task, reporter: Reporter) -> JsonObject:
        if task.setting.get("x") == "broken":
            raise ValueError("x cannot be added")
        total, first = cast(float, task.setting.get("x", 0)) + cast(float, task.setting.get("y", 0)), 1
        if task.resume is not None:
            first = task.resume.epoch + 1
        for epoch in range(first, task.epochs + 1):
            score = total * epoch / (epoch + 1)
            reporter.measured(epoch=epoch, split="validation", values={"score": score})
            reporter.save(epoch=epoch, state=State(values={"epoch": epoch}), values={"validation/score": score})
        return {"steps": task.epochs + 1 - first, "total": total}


@contextmanager
def changed(**versions: str) -> Iterator[None]:
    """Another code or data for a while."""
    Sum.versions.update(versions)
    try:
        yield
    finally:
        Sum.versions.clear()


def sums(document: Mapping[str, object], *, queue: bool = True) -> Batch:
    """A batch of such a document, with what it asks for queued."""
    if "sum" not in PROCEDURES:
        register_procedure(Sum())
    measure = {"name": "score", "split": "validation", "direction": "maximise"}
    whole = cast(JsonObject, {"procedure": "sum", "measure": measure, **document})
    epochs, seed = cast(int, whole.get("epochs", 1)), cast(int, whole.get("seed", 18))
    order = Order(f"sums-{Batch.objects.count() + 1}", "sum", whole, epochs=epochs, seed=seed)
    batch = create_batch(found_experiment(order.slug, whole), order, now=timezone.now())
    if queue:
        queue_missing(batch, now=timezone.now())
    return Batch.objects.get(pk=batch.pk)


def grow(batch: Batch, **changes: object) -> list[Run]:
    """The batch asks for another document from now on; the runs that this adds."""
    before = set(batch.runs.values_list("pk", flat=True))
    document = cast(JsonObject, {**json_object(batch.document), **changes})
    make_ready(batch.slug, document, Wish(study=batch.experiment.study.slug), now=timezone.now())
    batch.refresh_from_db()
    return list(batch.runs.exclude(pk__in=before).order_by("number"))


def done(batch: Batch, **columns: object) -> None:
    """As if a worker had been there."""
    for run in batch.runs.exclude(status="completed"):
        setting = cast(Mapping[str, float], run.setting)
        primary = setting.get("x", 0) + setting.get("y", 0)
        given = {"status": "completed", "result": {}, "primary": primary, "finished_at": timezone.now(), **columns}
        Run.objects.filter(pk=run.pk).update(**given)
