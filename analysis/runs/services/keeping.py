"""Checkpoints and artifacts: the file first, whole, on the disk; then its row. What is let go loses its row first."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction

from analysis.learning.running import Saved, State
from analysis.runs import store
from analysis.runs.errors import Spoiled
from analysis.runs.events import RunEventKind, Said, lines
from analysis.runs.models import Artifact, Checkpoint, Run, RunEvent
from analysis.runs.models.kept import KIND_LENGTH, NAME_LENGTH
from analysis.runs.services.claiming import Hold, held_run
from analysis.runs.store import Kept
from experiments.types import JsonObject

log = logging.getLogger(__name__)
SHOWN: Final = 40
LONGEST: Final = {"name": NAME_LENGTH, "kind": KIND_LENGTH}
FORGOTTEN_AFTER: Final = timedelta(hours=1)
"""A file without a row may belong to somebody who is about to write it; after so long it does not."""


def keep_checkpoint(hold: Hold, state: State, *, epoch: int, values: JsonObject, now: datetime) -> Checkpoint:
    """Keep a state. NotHeld, and then nothing is kept. The same epoch again takes the place of the old one."""
    from analysis.learning.states import write_state

    run = Run.objects.select_related("batch").get(pk=hold.run)
    name = f"{epoch:06d}-{{:.16}}.safetensors".format
    kept = store.keep(folder_of(run), name, partial(write_state, state=state))
    return _commit_checkpoint(hold, kept, epoch=epoch, values=values, now=now)


def checkpoints_of(run: Run) -> list[Checkpoint]:
    """The run's own, the newest first."""
    return list(run.checkpoints.order_by("-epoch"))


def newest_state(run: Run, tell: Callable[[str], None] = log.warning) -> Saved | None:
    """Where to go on: the newest of the run's own that is whole, else of the run it was warmed from; None: nowhere.

    Those that are spoiled, or that nobody can read, are passed over and told of; older ones are tried.
    """
    from analysis.learning.states import read_state

    earlier = run.warm_from.checkpoints.filter(epoch__lte=run.epochs) if run.warm_from else Checkpoint.objects.none()
    for checkpoint in [*checkpoints_of(run), *earlier.order_by("-epoch")]:
        try:
            return Saved(checkpoint.epoch, read_state(store.content(kept_of(checkpoint))))
        except (Spoiled, ValueError) as error:
            tell(f"The checkpoint of epoch {checkpoint.epoch} is passed over: {error}")
    return None


@transaction.atomic
def let_go(hold: Hold, epochs: Sequence[int], *, now: datetime) -> int:
    """Away with the checkpoints of these epochs: rows first, files once that is committed. Returns how many."""
    run = held_run(hold)
    rows = list(run.checkpoints.filter(epoch__in=epochs).order_by("epoch"))
    for row in rows:
        transaction.on_commit(partial(store.drop, row.path))
    said = [Said(RunEventKind.CHECKPOINT_DROPPED, {"epoch": row.epoch}, now) for row in rows]
    RunEvent.objects.bulk_create(lines(run, said))
    run.save(update_fields=["n_events"])
    Checkpoint.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def keep_artifact(hold: Hold, *, name: str, kind: str, content: bytes, now: datetime) -> Artifact:
    """Keep a file beside the run; one of that name takes the place of the old one. NotHeld: nothing is kept.

    ValueError for a name or kind that the record has no room for.
    """
    _require_room(name=name, kind=kind)
    run = Run.objects.select_related("batch").get(pk=hold.run)
    place = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]  # equal files under two names are two
    kept = store.keep(
        folder_of(run), lambda sha256: f"{place}-{sha256[:24]}{_suffix(name)}", lambda file: file.write(content)
    )
    return _commit_artifact(hold, kept, name=name, kind=kind, now=now)


def _require_room(**said: str) -> None:
    for column, text in said.items():
        longest = LONGEST[column]
        if len(text) > longest or "\0" in text:
            shown = repr(text[:SHOWN]) + ("…" if len(text) > SHOWN else "")
            message = f"A file's {column} has at most {longest} letters, and no NUL; {shown} has {len(text)}."
            raise ValueError(message)


def kept_of(row: Checkpoint | Artifact) -> Kept:
    """The file of a row."""
    return Kept(row.path, row.sha256, row.size)


def folder_of(run: Run) -> str:
    """Within the storage; its name says nothing."""
    return f"{run.batch.uuid.hex}/{run.uuid.hex}"


def sweep_files(*, now: datetime) -> int:
    """Away with files that no row knows: of the killed, and of what was deleted. Returns how many."""
    old = list(store.files_older_than(now - FORGOTTEN_AFTER))
    known = {
        *Checkpoint.objects.filter(path__in=old).values_list("path", flat=True),
        *Artifact.objects.filter(path__in=old).values_list("path", flat=True),
    }
    forgotten = [path for path in old if path not in known]
    for path in forgotten:
        store.drop(path)
    return len(forgotten)


@transaction.atomic
def _commit_checkpoint(hold: Hold, kept: Kept, *, epoch: int, values: JsonObject, now: datetime) -> Checkpoint:
    run = held_run(hold)
    before = run.checkpoints.filter(epoch=epoch).first()
    if before is not None and before.path != kept.path:
        transaction.on_commit(partial(store.drop, before.path))
    columns = {"attempt": hold.attempt, "values": values, **_columns(kept, now)}
    checkpoint, _ = Checkpoint.objects.update_or_create(run=run, epoch=epoch, defaults=columns)
    payload: JsonObject = {"epoch": epoch, "sha256": kept.sha256, "size": kept.size}
    RunEvent.objects.bulk_create(lines(run, [Said(RunEventKind.CHECKPOINT_SAVED, payload, now)]))
    run.epoch = epoch
    run.save(update_fields=["epoch", "n_events"])
    return checkpoint


@transaction.atomic
def _commit_artifact(hold: Hold, kept: Kept, *, name: str, kind: str, now: datetime) -> Artifact:
    run = held_run(hold)
    before = run.artifacts.filter(name=name).first()
    if before is not None and before.path != kept.path:
        transaction.on_commit(partial(store.drop, before.path))
    columns = {"attempt": hold.attempt, "kind": kind, **_columns(kept, now)}
    artifact, _ = Artifact.objects.update_or_create(run=run, name=name, defaults=columns)
    payload: JsonObject = {"name": name, "kind": kind, "sha256": kept.sha256, "size": kept.size}
    RunEvent.objects.bulk_create(lines(run, [Said(RunEventKind.ARTIFACT_KEPT, payload, now)]))
    run.save(update_fields=["n_events"])
    return artifact


def _columns(kept: Kept, now: datetime) -> dict[str, str | int | datetime]:
    return {"path": kept.path, "sha256": kept.sha256, "size": kept.size, "created_at": now}


def _suffix(name: str) -> str:
    """A short, harmless one: a name from a procedure never becomes part of a path."""
    _, dot, suffix = name.rpartition(".")
    return f".{suffix}" if dot and suffix.isalnum() and len(suffix) <= 12 else ""
