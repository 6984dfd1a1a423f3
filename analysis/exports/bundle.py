"""Everything in one zip, written as it is sent: the tables, the definitions, a README, and checksums of all of it."""

from __future__ import annotations

import hashlib
import json
import time
import zipfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from analysis.exports.csv_format import Csv, header, time_text
from analysis.exports.options import Options
from analysis.exports.outflow import Outflow
from analysis.exports.readme import readme
from analysis.exports.tables import Spelt, Table, ordered_tables
from analysis.exports.writing import Writing
from experiments.models import Experiment, Version
from experiments.types import Json


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the bundle. rows: None where it is no table."""

    name: str
    rows: int | None
    size: int
    sha256: str


def table_pieces(table: Table, writing: Writing) -> Generator[bytes]:
    """One table; as CSV straight from the database where it knows how."""
    if isinstance(writing.format, Csv) and isinstance(table, Spelt):
        return _straight(table, writing)
    rows = writing.tally.through(table.rows(writing.experiment, writing.options))
    return writing.format.write(table.columns(writing.experiment), rows, writing.options)


def _straight(table: Spelt, writing: Writing) -> Generator[bytes]:
    yield header(table.columns(writing.experiment), writing.options)
    for n, piece in table.csv(writing.experiment, writing.options):
        writing.tally.n_rows += n
        if piece:
            yield piece


def bundle(writing: Writing) -> Generator[bytes]:
    """The zip in pieces; SHA256SUMS is its last file, because only then the others are known."""
    experiment = writing.experiment
    out, files = Outflow(), list[Written]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows, pieces in _members(writing):
            digest, size = hashlib.sha256(), 0
            with archive.open(_named(experiment, name), "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)
                    digest.update(piece)
                    size += len(piece)
                    yield out.taken()
            files.append(Written(name, rows, size, digest.hexdigest()))
        archive.writestr(_named(experiment, "manifest.json"), manifest_text(experiment, files, writing.options))
        archive.writestr(_named(experiment, "SHA256SUMS"), checksums(files))
    yield out.taken()


def companions(writing: Writing, tables: Sequence[Table]) -> Iterator[tuple[str, str]]:
    """(name, text) of what comes with the tables: a README, and each definition that data were collected under."""
    yield "README.md", readme(writing, tables)
    versions = Version.objects.filter(experiment=writing.experiment).order_by("number")
    for version in versions.iterator(chunk_size=1):
        yield f"definition-{version.number}.json", json.dumps(version.definition, indent=2, ensure_ascii=False)


def checksums(files: Iterable[Written]) -> str:
    """Lines that `sha256sum --check` understands."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in files)


def manifest_text(experiment: Experiment, files: Iterable[Written], options: Options) -> str:
    """What the files are, as JSON."""
    versions = Version.objects.filter(experiment=experiment).order_by("number").values_list("number", "sha256")
    manifest: dict[str, Json] = {
        "experiment": experiment.slug,
        "study": experiment.study.slug,
        "made_at": time_text(timezone.now()),
        "with_rehearsal": options.with_rehearsal,
        "versions": [{"number": number, "sha256": sha256} for number, sha256 in versions],
        "files": [{"name": file.name, "rows": file.rows, "bytes": file.size, "sha256": file.sha256} for file in files],
    }
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def _members(writing: Writing) -> Iterator[tuple[str, int | None, Iterable[bytes]]]:
    experiment = writing.experiment
    for name, text in companions(writing, ordered_tables()):
        yield name, None, [text.encode()]
    for table in ordered_tables():
        name = f"{table.name}.{writing.format.extension}"
        yield name, table.count(experiment, writing.options), table_pieces(table, writing)


def _named(experiment: Experiment, name: str) -> zipfile.ZipInfo:
    """An entry with the present time (zip's own default is 1980) and ordinary permissions."""
    entry = zipfile.ZipInfo(f"{experiment.slug}/{name}", time.gmtime()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
