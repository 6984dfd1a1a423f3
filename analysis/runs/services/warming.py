"""Warm start: the same settings, folds and seeds with more epochs, each going on from where its run ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from analysis.learning.digests import RunKey
from analysis.learning.running import Fold
from analysis.runs.diary import BatchEvent, note
from analysis.runs.models import Batch, Run, Status
from analysis.runs.planned import Planned
from analysis.runs.services.queueing import queue_runs
from experiments.blueprint import json_object
from experiments.errors import BadValue


@transaction.atomic
def warm_start_batch(batch: Batch, *, epochs: int, now: datetime) -> list[Run]:
    """Every completed run goes on to that total, as a run of its own. Those that are there already stay.

    BadValue if no completed run has fewer epochs.
    """
    newest: dict[tuple[str, int, int | None, int | None], Run] = {}
    for run in batch.runs.filter(status=Status.COMPLETED).order_by("epochs", "pk"):
        newest[run.setting_digest, run.seed, run.outer_fold, run.inner_fold] = run
    return _warm(batch, list(newest.values()), epochs=epochs, now=now)


@transaction.atomic
def warm_start_run(run: Run, *, epochs: int, now: datetime) -> Run:
    """One completed run goes on to that total. The run that does so; asked twice, the same one."""
    if run.status != Status.COMPLETED:
        raise BadValue(f"Run {run.number} is {run.status}; only a completed one can be gone on with.")
    _warm(run.batch, [run], epochs=epochs, now=now)
    return Run.objects.get(batch=run.batch, digest=planned_from(run, epochs=epochs).digest)


def planned_from(run: Run, *, epochs: int) -> Planned:
    """The same run with another total, begun from its last checkpoint."""
    fold = Fold(run.outer_fold, run.inner_fold)
    setting, identity = json_object(run.setting), json_object(run.identity)
    key = RunKey(run.batch.procedure, setting, run.seed, fold=fold, epochs=epochs, identity=identity)
    return Planned(
        setting=setting,
        setting_digest=run.setting_digest,
        digest=key.digest(),
        seed=run.seed,
        epochs=epochs,
        fold=fold,
        identity=identity,
        proposal={"choices": json_object(run.proposal).get("choices", {})},
        warm_from=run.pk,
    )


def _warm(batch: Batch, runs: Sequence[Run], *, epochs: int, now: datetime) -> list[Run]:
    shorter = [run for run in runs if run.epochs < epochs]
    if not shorter:
        most = max((run.epochs for run in runs), default=0)
        raise BadValue(
            f"No completed run has fewer than {epochs} epochs.", hint=f"Name a total above {most}." if most else ""
        )
    queued = queue_runs(batch, [planned_from(run, epochs=epochs) for run in shorter], now=now)
    if queued:
        note(BatchEvent.WARM_STARTED, batch, now=now, payload={"epochs": epochs, "n": len(queued)})
    return queued
