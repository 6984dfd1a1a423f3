"""A procedure for tests: a random walk of so many epochs, which keeps its chance and may misbehave on request."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from django.db.models import F
from django.utils import timezone
from numpy.typing import NDArray

from analysis.learning.digests import RunKey, digest_of
from analysis.learning.running import PROCEDURES, Reporter, State, Task, register_procedure
from analysis.runs.models import Batch, Run
from analysis.runs.planned import Planned
from analysis.runs.services.queueing import Order, create_batch, queue_runs
from experiments.blueprint import json_object
from experiments.models import Experiment
from experiments.types import JsonObject
from tests.factories import make_experiment


class Walk:
    """setting: {step, sleep: seconds of each epoch, fail: how it goes wrong, epoch: in which one it does, once: a file}

    once: it goes wrong only if the file is not there yet, and makes it.
    """

    name: ClassVar[str] = "walk"

    def faults(self, setting: JsonObject) -> list[tuple[str, str]]:
        return []

    def identity(self, setting: JsonObject) -> JsonObject:
        return {}

    def run(self, task: Task, reporter: Reporter) -> JsonObject:
        rng = np.random.default_rng(task.seed)
        position: NDArray[Any] = np.zeros(2)
        done = evaluations = 0
        if task.resume is not None:
            rng.bit_generator.state = dict(json_object(task.resume.state.values["rng"]))
            position, done = task.resume.state.arrays["position"].copy(), task.resume.epoch
        for epoch in range(done + 1, task.epochs + 1):
            reporter.progress(phase="train", epoch=epoch, split="train", step=1, steps=1)
            _misbehave(task.setting, epoch)
            position = position + float(str(task.setting.get("step", 1.0))) * rng.standard_normal(2)
            values = {"distance": float(np.hypot(*position))}
            reporter.measured(epoch=epoch, split="validation", values=values)
            state = State({"position": position}, {"rng": rng.bit_generator.state})
            reporter.save(epoch=epoch, state=state, values={f"validation/{name}": v for name, v in values.items()})
            evaluations += 1
        return {"position": position.tolist(), "evaluations": evaluations}


def _misbehave(setting: JsonObject, epoch: int) -> None:
    kind = setting.get("fail") if epoch == setting.get("epoch", 2) and _is_first(setting) else None
    if kind == "value":
        raise ValueError("the step leads nowhere")
    if kind == "exit":
        raise SystemExit(3)
    if kind == "unspeakable":
        raise ValueError("half a character \ud800, and NUL \0")
    if kind == "network":
        raise ConnectionResetError("nobody answers")
    if kind == "lost":
        Run.objects.filter(status="running").update(attempt=F("attempt") + 1, worker="another")
        raise ValueError("too late to matter")
    if kind == "die":
        os.kill(os.getpid(), 9)
    if kind == "memory":
        kept = [np.ones(8 << 20) for _ in range(200)]
        del kept
    if kind == "stuck":
        _never_listen(4.0)
    time.sleep(float(str(setting.get("sleep", 0.0))))


def _is_first(setting: JsonObject) -> bool:
    if "once" not in setting:
        return True
    mark = Path(str(setting["once"]))
    is_first = not mark.exists()
    mark.touch()
    return is_first


def _never_listen(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(BaseException):  # the worst that a procedure can do
            time.sleep(0.05)


def register() -> None:
    """Known to this process from now on."""
    if "walk" not in PROCEDURES:
        register_procedure(Walk())


def planned(setting: JsonObject, *, seed: int = 1, epochs: int = 3) -> Planned:
    """One run of it."""
    digest = RunKey("walk", setting, seed, epochs=epochs).digest()
    return Planned(setting, digest_of(setting), digest, seed, epochs=epochs, proposal={"choices": setting})


def run_experiment() -> Experiment:
    """Over runs, with the goal as its measure."""
    return make_experiment(
        unit_kind="run",
        status="draft",
        factors=[],
        steps=[],
        measures=[{"name": "distance", "kind": "number", "role": "primary", "direction": "down"}],
    )


def walks(
    settings: Sequence[JsonObject], *, experiment: Experiment | None = None, epochs: int = 3, **columns: object
) -> Batch:
    """A batch of walks, one for each setting, queued."""
    register()
    now = timezone.now()
    measure: JsonObject = {"name": "distance", "split": "validation", "direction": "minimise"}
    order = Order(
        slug=f"walks-{Batch.objects.count() + 1}",
        procedure="walk",
        document={"procedure": "walk", "measure": measure},
        epochs=epochs,
        **columns,  # type: ignore[arg-type]  # named by the caller
    )
    batch = create_batch(experiment or run_experiment(), order, now=now)
    queue_runs(batch, [planned(setting, epochs=epochs) for setting in settings], now=now)
    return Batch.objects.get(pk=batch.pk)


def until(condition: Callable[[], bool], *, seconds: float = 20.0) -> None:
    """Wait for it; AssertionError if it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def only_run(batch: Batch) -> Run:
    """As it stands now."""
    return Run.objects.get(batch=batch)
