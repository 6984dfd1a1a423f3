"""Batches that have computed something, for tests of the board."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from django.utils import timezone

from analysis.runs.events import RunEventKind, Said, append_to_run
from analysis.runs.models import Artifact, Batch, Checkpoint, Environment, Run, Status
from analysis.runs.store import keep
from experiments.models import Experiment
from experiments.types import JsonObject
from tests.analysis.runs.rows import make_batch, make_run

GOAL: JsonObject = {"measure": {"name": "f1", "split": "val", "direction": "maximise"}}


def setting_of(rate: float, hidden: int) -> JsonObject:
    """A pipeline with two parameters."""
    return {
        "components": {
            "digits": {"kind": "dataset", "type": "sklearn_digits"},
            "net": {"kind": "model", "type": "mlp", "config": {"hidden": [hidden]}},
            "descent": {"kind": "optimiser", "type": "sgd", "config": {"learning_rate": rate}},
        }
    }


def make_board(experiment: Experiment | None = None, *, epochs: int = 3, slug: str = "") -> Batch:
    """3 rates x 2 widths x 2 folds = 12 runs; the 11th failed, the 12th is at work. The best f1: rate 0.1, width 64."""
    columns = {"slug": slug} if slug else {}
    batch = make_batch(experiment, document=GOAL, epochs=epochs, **columns)
    described: JsonObject = {
        "python": "3.11.7",
        "cores": 2,
        "packages": {"numpy": "2.4.6"},
        "code": {"revision": "abc"},
    }
    environment, _ = Environment.objects.get_or_create(sha256="e" * 64, defaults={"description": described})
    for place, (rate, hidden, fold) in enumerate(product((0.1, 0.01, 0.001), (32, 64), (0, 1))):
        run = make_run(
            batch,
            setting=setting_of(rate, hidden),
            setting_digest=f"{place // 2:064x}",
            outer_fold=fold,
            epochs=epochs,
            attempt=1,
            environment=environment,
            worker=f"host:{place % 2}",
        )
        _compute(run, rate, hidden, fold, epochs)
    return batch


def _compute(run: Run, rate: float, hidden: int, fold: int, epochs: int) -> None:
    score = 0.5 + 2 * rate + hidden / 400 + fold / 100
    said = []
    for epoch in range(1, epochs + 1):
        where: JsonObject = {"phase": "train", "epoch": epoch, "split": "train", "step": 1, "steps": 2}
        said.append(Said(RunEventKind.RUN_PROGRESS, where, timezone.now(), attempt=1))
        said += [
            Said(
                RunEventKind.RUN_MEASURED,
                {"epoch": epoch, "split": split, "values": {"loss": 1 / epoch + fold, "f1": score * epoch / epochs}},
                timezone.now(),
                attempt=1,
            )
            for split in ("train", "val")
        ]
    append_to_run(run.pk, said)
    now = timezone.now()
    ends: dict[str, object] = {"status": Status.COMPLETED, "result": RESULT, "primary": score, "finished_at": now}
    if run.number == 11:
        ends = {
            "status": Status.FAILED,
            "error": "no <b>memory</b>",
            "error_kind": "MemoryError",
            "traceback": "line 7",
            "finished_at": now,
        }
    if run.number == 12:
        ends = {"status": Status.RUNNING, "leased_until": now + timedelta(minutes=5), "heartbeat_at": now}
    Run.objects.filter(pk=run.pk).update(seconds=1.5, cpu_seconds=1.0, peak_memory=200, started_at=now, **ends)


RESULT: JsonObject = {
    "model": {"name": "network", "parameters": 2410},
    "splits": {"train": {"rows": 1050, "name": "digits", "labels": {"0": 500, "1|x": 550}}, "val": {"rows": 450}},
}


def keep_files(run: Run) -> tuple[Checkpoint, Artifact]:
    """A checkpoint and a file beside the run, really on the disk."""
    state = keep("test", lambda sha: f"state-{sha[:8]}", lambda file: file.write(b"state"))
    page = keep("test", lambda sha: f"page-{sha[:8]}", lambda file: file.write(b"<script>alert(1)</script>"))
    now = timezone.now()
    return (
        Checkpoint.objects.create(
            run=run, attempt=1, epoch=3, path=state.path, sha256=state.sha256, size=state.size, created_at=now
        ),
        Artifact.objects.create(
            run=run,
            attempt=1,
            name="report.html",
            kind="text/html",
            path=page.path,
            sha256=page.sha256,
            size=page.size,
            created_at=now,
        ),
    )
