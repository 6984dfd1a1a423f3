"""Folders on this machine for the files of runs under way. Only a name until a procedure makes one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from analysis.runs.models import Batch, Run


def folder_of_batch(batch: Batch) -> Path:
    """All runs of a batch share it: a cache. It goes when the batch has been deleted."""
    return Path(settings.RUNS_ROOT) / "folders" / batch.uuid.hex / "shared"


def folder_of_run(run: Run) -> Path:
    """The same for each attempt at a run on this machine."""
    return Path(settings.RUNS_ROOT) / "folders" / run.batch.uuid.hex / run.uuid.hex


def tidy(run: Run) -> None:
    """A run that is completed needs its folder no more; one that failed keeps it, for whoever looks into it."""
    folder = folder_of_run(run)
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


def forget_deleted() -> int:
    """Away with the folders of batches that are no more. How many."""
    forgotten = list(_of_no_batch())
    for folder in forgotten:
        shutil.rmtree(folder, ignore_errors=True)
    return len(forgotten)


def _of_no_batch() -> Iterator[Path]:
    root = Path(settings.RUNS_ROOT) / "folders"
    names = [folder.name for folder in root.iterdir()] if root.is_dir() else []
    known = {
        uuid.hex
        for uuid in Batch.objects.filter(uuid__in=[n for n in names if len(n) == 32]).values_list("uuid", flat=True)
    }
    yield from (root / name for name in names if name not in known)
