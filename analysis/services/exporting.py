"""Make downloads ready, tell the diary of every download, and put away what is old."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from analysis.exports.options import Options
from analysis.exports.snapshot import snapshot
from analysis.exports.stream import Download, Request
from analysis.models import Export
from analysis.reads import progress_key
from experiments import events
from experiments.events import EventKind
from experiments.models import Experiment
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KEPT = timedelta(hours=24)
"""So long a file lies ready: whoever withdraws is gone from every copy on this server a day later."""
GIVEN_UP_AFTER = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(seconds=60)
PROGRESS_EVERY = 2_000_000
"""Bytes between two words about progress."""


def open_download(experiment: Experiment, request: Request, *, user: User, now: datetime) -> Download:
    """A download that begins at once. It is in the diary before its first byte, also if it breaks off."""
    request.check()
    _record(experiment, request, user=user, now=now)
    return Download(experiment, request)


@transaction.atomic
def request_export(experiment: Experiment, request: Request, *, user: User, now: datetime) -> Export:
    """Ask for a file; the same one again while it is being made is that one. Unknown: no such table or format."""
    request.check()
    wanted = {
        "user_id": user.pk,
        "table": request.table,
        "format": request.format,
        "with_rehearsal": request.options.with_rehearsal,
        "with_bom": request.options.with_bom,
    }
    Experiment.objects.select_for_update(no_key=True).get(pk=experiment.pk)
    waiting = Export.objects.filter(experiment=experiment, status=Export.Status.WAITING, **wanted).first()
    if waiting is not None:
        return waiting
    _record(experiment, request, user=user, now=now)
    return Export.objects.create(experiment=experiment, created_at=now, expires_at=now + KEPT, **wanted)


def write_export(pk: int) -> bool:
    """Write the file of a waiting export; whether it was done here. Another worker at it, or done: nothing happens."""
    with snapshot():
        waiting = Export.objects.select_for_update(skip_locked=True, of=("self",))
        export = waiting.select_related("experiment__study").filter(pk=pk, status=Export.Status.WAITING).first()
        if export is None:
            return False
        options = Options(with_rehearsal=export.with_rehearsal, with_bom=export.with_bom)
        download = Download(export.experiment, Request(export.table, export.format, options))
        size, sha256 = _write_file(export, download)
        export.status = Export.Status.READY
        export.filename, export.media_type, export.n_rows = download.filename, download.media_type, download.n_rows
        export.size, export.sha256, export.finished_at = size, sha256, timezone.now()
        export.save()
    return True


def sweep_exports(*, now: datetime) -> list[int]:
    """Delete what has expired, give up what cannot be written. Returns what nobody seems to be writing."""
    for export in Export.objects.filter(expires_at__lt=now):
        export.path.unlink(missing_ok=True)
        export.delete()
    for path in Path(settings.EXPORTS_ROOT).glob("*"):  # also those whose experiment or writer is gone
        if path.stat().st_mtime < (now - KEPT).timestamp():
            path.unlink(missing_ok=True)
    waiting = Export.objects.filter(status=Export.Status.WAITING)
    waiting.filter(created_at__lt=now - GIVEN_UP_AFTER).update(status=Export.Status.FAILED)
    return list(waiting.filter(created_at__lt=now - FORGOTTEN_AFTER).values_list("pk", flat=True))


def discard_exports(experiment: Experiment) -> None:
    """Put every file of an experiment away now: somebody in it is gone. One being written is left to its day."""
    with transaction.atomic():
        files = Export.objects.select_for_update(skip_locked=True).filter(experiment=experiment)
        for export in files.exclude(status=Export.Status.WAITING):
            transaction.on_commit(partial(export.path.unlink, missing_ok=True))
            export.delete()


def _record(experiment: Experiment, request: Request, *, user: User, now: datetime) -> None:
    payload: JsonObject = {
        "table": request.table,
        "format": request.format,
        "with_rehearsal": request.options.with_rehearsal,
        "user": user.pk,
    }
    subject = f"table:{request.table}"
    events.record(EventKind.DATA_EXPORTED, experiment=experiment, subject=subject, payload=payload, at=now)


def _write_file(export: Export, download: Download) -> tuple[int, str]:
    """(bytes, SHA-256). The file gets its name when it is whole."""
    unfinished = _unfinished(export)
    unfinished.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size, told = hashlib.sha256(), 0, 0
    with unfinished.open("wb") as file:
        for piece in download:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
            if size - told >= PROGRESS_EVERY:
                told = size
                cache.set(progress_key(export), 100 * download.tally.n_rows // max(1, download.n_rows), 600)
    unfinished.replace(export.path)
    return size, digest.hexdigest()


def _unfinished(export: Export) -> Path:
    return Path(settings.EXPORTS_ROOT) / f"{export.uuid.hex}.part"
