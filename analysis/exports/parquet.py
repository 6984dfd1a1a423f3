"""Apache Parquet, by row groups. pyarrow is loaded when the first file is written, never while a process starts."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import islice
from typing import TYPE_CHECKING, cast

from analysis.exports.columns import Cell, Column, Kind, Row
from analysis.exports.options import Options
from experiments.definition import canonical_json
from experiments.types import Json

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_CELLS = 400_000
"""Cells in a row group: what is kept in memory, whatever the number of columns."""


class Pieces:
    """A file to write to that hands on what it was given."""

    closed = False

    def __init__(self) -> None:
        self._kept: list[bytes] = []
        self._position = 0

    def write(self, piece: bytes) -> int:
        """Keep it until `taken`."""
        self._kept.append(bytes(piece))
        self._position += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Bytes so far."""
        return self._position

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """What was written can still be taken."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        kept, self._kept = b"".join(self._kept), []
        return kept


class Parquet:
    """Typed columns: times in UTC with microseconds, JSON columns as text in JSON's canonical spelling."""

    name = "parquet"
    title = "Parquet"
    extension = "parquet"
    media_type = "application/vnd.apache.parquet"

    def write(self, columns: tuple[Column, ...], rows: Iterator[Row], options: Options) -> Generator[bytes]:
        """A piece for every row group, then the footer."""
        import pyarrow as pa
        from pyarrow import parquet

        schema = _schema(columns)
        pieces = Pieces()
        size = max(1, min(20_000, GROUP_CELLS // max(1, len(columns))))
        with parquet.ParquetWriter(pa.PythonFile(pieces, mode="w"), schema, compression="zstd") as writer:
            while batch := list(islice(rows, size)):
                writer.write_batch(_record_batch(columns, batch, schema))
                yield pieces.taken()
        yield pieces.taken()


def _schema(columns: tuple[Column, ...]) -> pa.Schema:
    import pyarrow as pa

    types = {
        Kind.INTEGER: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.BOOLEAN: pa.bool_(),
        Kind.TIME: pa.timestamp("us", tz="UTC"),
    }
    described = {column.name: {b"description": column.description.encode()} for column in columns}
    return pa.schema([pa.field(c.name, types.get(c.kind, pa.string()), metadata=described[c.name]) for c in columns])


def _record_batch(columns: tuple[Column, ...], batch: list[Row], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    arrays = [
        pa.array(_cells(column, values), type=field.type)
        for column, values, field in zip(columns, zip(*batch, strict=True), schema, strict=True)
    ]
    return pa.record_batch(arrays, schema=schema)


def _cells(column: Column, values: Row) -> list[Cell]:
    if column.kind != Kind.JSON:
        return list(values)
    return [None if value is None else canonical_json(cast(Json, value)) for value in values]
