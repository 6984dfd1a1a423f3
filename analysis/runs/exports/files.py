"""A batch as a folder of plain files, one for each run, with tables of all: readable without Machina."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from analysis.learning.naming import differing, name_of
from analysis.runs import store
from analysis.runs.exports.lines import finite
from analysis.runs.exports.tracked import batch_settings
from analysis.runs.models import Artifact, Batch, Run, Status
from analysis.runs.results import results, rows
from analysis.runs.services.keeping import kept_of
from experiments.errors import Unknown

if TYPE_CHECKING:
    import pandas as pd

FORMATS: Final = ("csv", "json", "jsonl", "parquet")
LISTS: Final = {"completed.json": Status.COMPLETED, "failed.json": Status.FAILED}


def write_results(batch: Batch, folder: Path, *, format: str = "csv") -> int:
    """Write results.FORMAT, completed.json, failed.json and runs/NUMBER-NAME/{run.json, files, traceback.txt}.

    How many files. Each is there whole or not at all; written again, they take the place of the old ones. Unknown if
    there is no such format.
    """
    n = write_table(batch, folder / f"results.{format}", format=format)
    for name, status in LISTS.items():
        numbers = Run.objects.filter(batch=batch, status=status, is_wanted=True).order_by("number")
        n += _write(folder / name, [{"run": run.number, "setting": run.setting} for run in numbers.iterator()])
    return n + sum(_write_run(run, folder / "runs" / name) for run, name in _named(batch))


def write_table(batch: Batch, path: Path, *, format: str) -> int:
    """All results in one file. How many files that is. Unknown if there is no such format."""
    if format not in FORMATS:
        raise Unknown(f"There is no format “{format}”.", hint=f"Formats: {', '.join(FORMATS)}.")
    if format in ("json", "jsonl"):
        records = [finite(row.as_record()) for row in rows(batch)]
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        text = "\n".join(lines) + "\n" if format == "jsonl" else json.dumps(records, indent=1, ensure_ascii=False)
        return _keep(path, text.encode())
    frame = _tabular(results(batch, only_completed=False))
    return _keep(path, frame.to_csv(index=False).encode() if format == "csv" else frame.to_parquet(index=False))


def _tabular(frame: pd.DataFrame) -> pd.DataFrame:
    """Lists and mappings as JSON: a table has one value in a cell."""
    for column in frame.columns:
        if frame[column].map(lambda value: isinstance(value, list | dict)).any():
            frame[column] = frame[column].map(lambda value: json.dumps(value, ensure_ascii=False, default=str))
    return frame


def _named(batch: Batch) -> Iterator[tuple[Run, str]]:
    """Each run with the name of its folder: its number, and what tells it from the others."""
    paths = differing(list(batch_settings(batch)))
    runs = Run.objects.filter(batch=batch, is_wanted=True).order_by("number")
    for run in runs.iterator(chunk_size=500):
        setting = run.setting if isinstance(run.setting, Mapping) else {}
        yield run, f"{run.number:04d}-{name_of(setting, paths, run.setting_digest)}"


def _write_run(run: Run, folder: Path) -> int:
    if not run.is_over:
        return 0
    about = {
        "run": run.number,
        "status": run.status,
        "setting": run.setting,
        "outer_fold": run.outer_fold,
        "inner_fold": run.inner_fold,
        "seed": run.seed,
        "digest": run.digest,
        "identity": run.identity,
        "attempts": run.attempt,
        "seconds": run.seconds,
        "result": run.result,
        "measured": run.latest,
        "error": run.error,
    }
    n = _write(folder / "run.json", about)
    if run.traceback:
        n += _keep(folder / "traceback.txt", run.traceback.encode())
    for artifact in Artifact.objects.filter(run=run):
        n += _keep(folder / "files" / _harmless(artifact.name), store.content(kept_of(artifact)))
    return n


def _harmless(name: str) -> str:
    """The last part of what a procedure called its file; a name that leads nowhere or up is replaced."""
    last = Path(name).name
    return last if last not in ("", ".", "..") else "file"


def _write(path: Path, value: object) -> int:
    return _keep(path, json.dumps(value, indent=1, ensure_ascii=False).encode())


def _keep(path: Path, content: bytes) -> int:
    """Beside its place first, then named: a reader never finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, staged = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(staged).chmod(0o644)
        Path(staged).replace(path)
    finally:
        Path(staged).unlink(missing_ok=True)
    return 1
