"""MLflow's tracking files: a folder that `mlflow ui` shows and `mlflow migrate-filestore` takes into a database.

The layout is the one that MLflow 2 and 3 read (3 asks for MLFLOW_ALLOW_FILE_STORE=true to show it as it is). Writing a
batch again replaces its runs, and leaves those of other batches alone.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import yaml

from analysis.runs import store
from analysis.runs.exports.tracked import Metric, Tracked, tracked_runs
from analysis.runs.models import Batch, Status
from analysis.runs.services.keeping import kept_of

STATUSES: Final = {
    Status.QUEUED: 2,  # SCHEDULED
    Status.PAUSED: 2,
    Status.RUNNING: 1,
    Status.COMPLETED: 3,  # FINISHED
    Status.FAILED: 4,
    Status.CANCELLED: 5,  # KILLED
}
LONGEST_PARAM: Final = 6_000
UNFIT: Final = re.compile(r"[^\w./ -]")


@dataclass(frozen=True, slots=True)
class Written:
    """What an export came to."""

    runs: int = 0
    metrics: int = 0
    files: int = 0


def write_folder(batch: Batch, folder: Path) -> Iterator[Written]:
    """Write the batch as one MLflow experiment; after each run, what was written so far. FileExistsError, and nothing
    is written, if the folder has other things in it than MLflow's.
    """
    _refuse_others(folder)
    place = folder / str(int(batch.uuid.hex[:15], 16))
    place.mkdir(parents=True, exist_ok=True)
    (folder / ".trash").mkdir(exist_ok=True)
    _write_meta(place, _experiment_meta(batch, place))
    runs = metrics = files = 0
    for run in tracked_runs(batch):
        _write_run(run, place)
        runs, metrics, files = runs + 1, metrics + len(run.metrics), files + len(run.artifacts)
        yield Written(runs, metrics, files)


def _refuse_others(folder: Path) -> None:
    known = {"meta.yaml"}
    for each in folder.iterdir() if folder.is_dir() else ():
        if each.name not in (".trash", "models") and not (each.is_dir() and known & {f.name for f in each.iterdir()}):
            raise FileExistsError(f"{folder} has {each.name} in it, which is not MLflow's. Choose an empty folder.")


def _write_run(run: Tracked, experiment: Path) -> None:
    place = experiment / run.key
    shutil.rmtree(place, ignore_errors=True)
    for name in ("params", "metrics", "tags", "artifacts"):
        (place / name).mkdir(parents=True)
    for key, value in run.params.items():
        _write(place / "params", key, value[:LONGEST_PARAM])
    for key, value in {**run.tags, "mlflow.runName": run.name}.items():
        _write(place / "tags", key, value)
    for key, points in _by_key(run.metrics).items():
        _write(place / "metrics", key, "".join(f"{_ms(p.at)} {p.value!r} {p.step}\n" for p in points))
    for artifact in run.artifacts:
        path = place / "artifacts" / _fit(artifact.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(store.content(kept_of(artifact)))
    _write_meta(place, _run_meta(run, place, experiment.name))  # last: a run without it is none


def _by_key(metrics: Iterable[Metric]) -> dict[str, list[Metric]]:
    found: dict[str, list[Metric]] = {}
    for metric in metrics:
        found.setdefault(metric.key, []).append(metric)
    return found


def _write(folder: Path, key: str, text: str) -> None:
    path = folder / _fit(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _fit(key: str) -> str:
    """As MLflow allows names: word characters, dots, dashes, spaces and slashes, staying within the folder."""
    parts = [part.strip(". ") for part in UNFIT.sub("-", key).split("/")]
    return "/".join(part for part in parts if part) or "unnamed"


def _experiment_meta(batch: Batch, place: Path) -> dict[str, object]:
    return {
        "artifact_location": place.resolve().as_uri(),
        "creation_time": _ms(batch.created_at),
        "experiment_id": place.name,
        "last_update_time": _ms(batch.finished_at or batch.created_at),
        "lifecycle_stage": "active",
        "name": batch.slug,
    }


def _run_meta(run: Tracked, place: Path, experiment: str) -> dict[str, object]:
    return {
        "artifact_uri": (place / "artifacts").resolve().as_uri(),
        "end_time": _ms(run.ended) if run.ended else None,
        "entry_point_name": "",
        "experiment_id": experiment,
        "lifecycle_stage": "active",
        "run_id": run.key,
        "run_name": run.name,
        "source_name": "",
        "source_type": 4,
        "source_version": "",
        "start_time": _ms(run.began),
        "status": STATUSES[Status(run.status)],
        "tags": [],
        "user_id": "machina",
    }


def _write_meta(place: Path, meta: dict[str, object]) -> None:
    (place / "meta.yaml").write_text(yaml.safe_dump(meta, sort_keys=True), encoding="utf-8")


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
