"""Apache Parquet, by row groups. pyarrow is loaded when the first file is written, never while a process starts."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import islice
from typing import TYPE_CHECKING, cast

from analysis.exports.columns import Cell, Column, Kind, Row
from analysis.exports.options import Options
from analysis.exports.outflow import Outflow
from experiments.definition import canonical_json
from experiments.types import Json

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_CELLS = 400_000
"""Cells in a row group: what is kept in memory, whatever the number of columns."""


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
        out = Outflow()
        size = max(1, min(20_000, GROUP_CELLS // max(1, len(columns))))
        with parquet.ParquetWriter(pa.PythonFile(out, mode="w"), schema, compression="zstd") as writer:
            while batch := list(islice(rows, size)):
                writer.write_batch(_record_batch(columns, batch, schema))
                yield out.taken()
        yield out.taken()


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
