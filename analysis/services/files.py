"""Tables as files in a folder, all of one snapshot, with a manifest and checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from analysis.exports.bundle import Written, checksums, companions, manifest_text, table_pieces
from analysis.exports.formats import format_named
from analysis.exports.options import Options
from analysis.exports.snapshot import snapshot
from analysis.exports.stream import EVERYTHING
from analysis.exports.tables import Table, ordered_tables, table_named
from analysis.exports.writing import Writing
from experiments import events
from experiments.events import EventKind
from experiments.models import Experiment

Progress = Callable[[str, int, int], None]
"""(table, rows so far, rows in all)."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What to write. tables: names, or "all"; the codebook comes with every choice."""

    tables: tuple[str, ...]
    format: str
    options: Options

    def found(self) -> tuple[Table, ...]:
        """The tables. Unknown if there is one that is none."""
        if EVERYTHING in self.tables:
            return ordered_tables()
        return tuple(dict.fromkeys([*map(table_named, self.tables), table_named("codebook")]))


def write_files(experiment: Experiment, chosen: Chosen, folder: Path, *, progress: Progress) -> list[Written]:
    """Write the files; each gets its name when it is whole. Unknown: no such table or format, and nothing written."""
    tables, written = chosen.found(), format_named(chosen.format)
    folder.mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        payload = {"table": ",".join(chosen.tables), "format": chosen.format, "by": "command"}
        events.record(EventKind.DATA_EXPORTED, experiment=experiment, payload=payload, at=timezone.now())
    with snapshot():
        texts = companions(Writing(experiment, written, chosen.options), tables)
        files = [_write_text(folder / name, text) for name, text in texts]
        files += [_write(table, Writing(experiment, written, chosen.options), folder, progress) for table in tables]
        _write_text(folder / "manifest.json", manifest_text(experiment, files, chosen.options))
        _write_text(folder / "SHA256SUMS", checksums(files))
    return files


def _write(table: Table, writing: Writing, folder: Path, progress: Progress) -> Written:
    n_rows = table.count(writing.experiment, writing.options)
    name = f"{table.name}.{writing.format.extension}"
    unfinished = folder / f"{name}.part"
    digest, size = hashlib.sha256(), 0
    with unfinished.open("wb") as file:
        for piece in table_pieces(table, writing):
            file.write(piece)
            digest.update(piece)
            size += len(piece)
            progress(table.name, writing.tally.n_rows, n_rows)
    unfinished.replace(folder / name)
    return Written(name, n_rows, size, digest.hexdigest())


def _write_text(path: Path, text: str) -> Written:
    encoded = text.encode()
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(encoded)
    unfinished.replace(path)
    return Written(path.name, None, len(encoded), hashlib.sha256(encoded).hexdigest())
