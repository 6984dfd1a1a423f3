"""Tables of files: CSV, JSON lines, Parquet, arrays of an .npz. Nothing is shifted, cut or guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from analysis.learning.components import Finding, Text
from analysis.learning.data.folders import data_file, fingerprint
from analysis.learning.data.samples import Array
from analysis.learning.members import takes
from analysis.safety.loading.csv_files import PATH, read_csv
from analysis.safety.loading.refusal import NotUsable
from analysis.safety.loading.sources import SOURCES, Source
from analysis.safety.loading.table import Table, is_number, of_frame
from experiments.types import JsonObject


@dataclass(frozen=True)
class FileSource(Source):
    """A file below the folders for data. sha256: what its content must hash to, so that it cannot change unseen."""

    path: str = takes(Text(1_000), "The file, within the folders for data (DATA_FOLDERS).", "")
    sha256: str = takes(Text(64), "The SHA-256 that the file must have; empty: any.", "")

    def disagreements(self) -> Iterator[Finding]:
        if not self.path:
            yield (), "The parameter “path” is missing.", "Add path: the file, within the folders for data."
        elif self.sha256 and (len(self.sha256) != 64 or set(self.sha256.lower()) - set("0123456789abcdef")):
            yield ("sha256",), "This is no SHA-256.", "Write its 64 hexadecimal digits, or leave it out."

    def file(self) -> Path:
        """Where it lies. NotUsable if its content is not the one that was pinned."""
        found = data_file(self.path)
        if self.sha256 and (is_now := fingerprint(self.path)) != self.sha256.lower():
            said = f"{self.path} is not the file that was pinned: its SHA-256 is {is_now}."
            raise NotUsable([(("data", "sha256"), said, "Bring the old file back, or pin the new one.")])
        return found

    def identity(self) -> JsonObject:
        return {"sha256": fingerprint(self.path)}


@SOURCES.register
@dataclass(frozen=True)
class CsvFile(FileSource):
    """A CSV file whose first line names the columns."""

    name: ClassVar[str] = "csv"
    example: ClassVar[JsonObject] = {"type": "csv", "path": "loans.csv"}

    def table(self) -> Table:
        file = self.file()
        frame = read_csv(file, self.path)
        if len(frame.columns) and all(is_number(str(name)) for name in frame.columns):
            said = f"The first line of {self.path} holds numbers where names of columns should be."
            hint = "Put the names in the first line, or use type: engine with its metadata file."
            raise NotUsable([(PATH, said, hint)])
        return of_frame(frame, file.stem)


@SOURCES.register
@dataclass(frozen=True)
class JsonLinesFile(FileSource):
    """JSON lines: one object a line, with the columns as its keys."""

    name: ClassVar[str] = "json_lines"
    example: ClassVar[JsonObject] = {"type": "json_lines", "path": "loans.jsonl"}

    def table(self) -> Table:
        import pandas as pd

        file = self.file()
        try:
            frame = pd.read_json(file, lines=True, dtype=False)
        except ValueError as error:
            raise NotUsable([(PATH, f"{self.path} cannot be read: {error}.", "Write one object a line.")]) from error
        return of_frame(frame, file.stem)


@SOURCES.register
@dataclass(frozen=True)
class ParquetFile(FileSource):
    """A Parquet file."""

    name: ClassVar[str] = "parquet"
    example: ClassVar[JsonObject] = {"type": "parquet", "path": "loans.parquet"}

    def table(self) -> Table:
        import pandas as pd
        import pyarrow as pa

        file = self.file()
        try:
            frame = pd.read_parquet(file)
        except (pa.ArrowInvalid, OSError) as error:
            raise NotUsable([(PATH, f"{self.path} cannot be read: {error}.", "Is it a Parquet file?")]) from error
        return of_frame(frame.reset_index(drop=True), file.stem)


@SOURCES.register
@dataclass(frozen=True)
class ArraysFile(FileSource):
    """Arrays of an .npz file, as columns: X of shape (n, d) becomes X1 … Xd.

    An array of names beside it (S_cols for S) names its columns. Arrays of another length than `rows` are left out.
    """

    name: ClassVar[str] = "arrays"
    example: ClassVar[JsonObject] = {"type": "arrays", "path": "loans.npz", "rows": "y"}

    rows: str = takes(Text(100, 1), "The array that has one entry for each row.", "y")

    def table(self) -> Table:
        file = self.file()
        try:
            with np.load(file, allow_pickle=False) as held:
                arrays = {name: held[name] for name in held.files}
        except (ValueError, OSError, EOFError, AttributeError) as error:
            raise NotUsable(
                [(PATH, f"{self.path} cannot be read: {error}.", "It must be an .npz without objects.")]
            ) from error
        if self.rows not in arrays:
            said = f"{self.path} has no array “{self.rows}”."
            raise NotUsable([(("data", "rows"), said, f"It has {', '.join(arrays)}.")])
        return Table(file.stem, dict(_columns(arrays, len(arrays[self.rows]))))


def _columns(arrays: dict[str, Array], rows: int) -> Iterator[tuple[str, Array]]:
    for name, array in arrays.items():
        if array.ndim == 1 and len(array) == rows:
            yield name, _plain(array)
        elif array.ndim == 2 and len(array) == rows:
            names = arrays.get(f"{name}_cols", np.array([f"{name}{place + 1}" for place in range(array.shape[1])]))
            yield from ((str(named), _plain(array[:, place])) for place, named in enumerate(names))


def _plain(array: Array) -> Array:
    if array.dtype.kind in "biu":
        return array.astype(np.int64)
    return array.astype(np.float64) if array.dtype.kind == "f" else array.astype(str).astype(object)
