"""Every table and every format keeps the promise of its kind."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import cast

import pytest
from django.db import connection
from pyarrow import parquet

from analysis.exports import FORMATS, TABLES, Options
from analysis.exports.columns import Cell, Column, Kind, Row
from analysis.exports.csv_format import bare
from analysis.exports.snapshot import snapshot
from experiments.definition import canonical_json
from experiments.models import Experiment
from experiments.types import Json
from tests.exported import make_collected

pytestmark = pytest.mark.django_db

BOTH = Options(with_rehearsal=True)
SAMPLES: dict[Kind, list[Cell]] = {
    Kind.TEXT: ["plain", "", " edges ", 'say "no", 2', "two\r\nlines", "=1+1", "'=1+1", "-3", "'tis", "שלום", "\t"],
    Kind.INTEGER: [0, -7, 2**62],
    Kind.NUMBER: [0.0, -0.1, 1e300, 5e-324, 3.0, 0.1 + 0.2],
    Kind.BOOLEAN: [True, False],
    Kind.TIME: [datetime(2026, 11, 21, 23, 5, 1, 7, tzinfo=UTC), datetime(1969, 1, 1, tzinfo=UTC)],
    Kind.JSON: [{"a": [1, 2.5, None, True]}, [], "=1+1", -3, "a\nb"],
}


@pytest.fixture
def experiment() -> Experiment:
    return make_collected(chooses=True)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_has_as_many_rows_as_it_says(name: str, experiment: Experiment) -> None:
    with snapshot():
        rows = list(TABLES[name].rows(experiment, Options()))
        columns = TABLES[name].columns(experiment)

        assert len(rows) == TABLES[name].count(experiment, Options()) > 0
    assert {len(row) for row in rows} == {len(columns)}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_cell_is_of_its_columns_kind(name: str, experiment: Experiment) -> None:
    for row in TABLES[name].rows(experiment, BOTH):
        for column, value in zip(TABLES[name].columns(experiment), row, strict=True):
            assert value is None or is_of(value, column.kind), (column.name, value)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_columns_do_not_depend_on_what_was_collected(name: str) -> None:
    before = make_collected(sessions=0)
    after = make_collected(sessions=3)

    assert TABLES[name].columns(before) == TABLES[name].columns(after)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_column_names_differ_and_need_no_guard(name: str, experiment: Experiment) -> None:
    names = [column.name for column in TABLES[name].columns(experiment)]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z][\w.~-]*", each) for each in names)
    assert all(column.description for column in TABLES[name].columns(experiment))


@pytest.mark.parametrize("name", sorted(TABLES))
def test_nobody_is_named_and_no_key_leaves(name: str, experiment: Experiment) -> None:
    text = "".join(canonical_json([as_json(cell) for cell in row]) for row in TABLES[name].rows(experiment, BOTH))

    for secret in secrets_of(experiment):
        assert secret not in text


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"codebook"}))
def test_rehearsal_is_left_out_unless_asked_for(name: str, experiment: Experiment) -> None:
    index = [column.name for column in TABLES[name].columns(experiment)].index("is_rehearsal")

    assert {row[index] for row in TABLES[name].rows(experiment, Options())} == {False}
    assert {row[index] for row in TABLES[name].rows(experiment, BOTH)} == {False, True}


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_reads_back_equal_from_every_format(name: str, form: str, experiment: Experiment) -> None:
    columns = TABLES[name].columns(experiment)
    rows = list(TABLES[name].rows(experiment, BOTH))

    written = b"".join(FORMATS[form].write(columns, iter(rows), Options()))

    assert READERS[form](written, columns) == [same(row) for row in rows]


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_value_reads_back_equal_from_every_format(form: str) -> None:
    columns = tuple(Column(kind.value, kind, "A sample.") for kind in SAMPLES)
    longest = max(map(len, SAMPLES.values()))
    rows = list(zip(*(list(islice(padded(values), longest + 1)) for values in SAMPLES.values()), strict=True))

    written = b"".join(FORMATS[form].write(columns, iter(rows), Options()))

    assert READERS[form](written, columns) == [same(row) for row in rows]


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_rows_are_a_file_too(form: str, experiment: Experiment) -> None:
    columns = TABLES["long"].columns(experiment)

    written = b"".join(FORMATS[form].write(columns, iter(()), Options()))

    assert READERS[form](written, columns) == []


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_format_reads_far_ahead(form: str) -> None:
    """What is kept in memory is a batch, however many rows there are."""
    taken = 0

    def endless() -> Iterator[Row]:
        nonlocal taken
        while True:
            taken += 1
            yield (taken,)

    pieces = FORMATS[form].write((Column("n", Kind.INTEGER, "Counts."),), endless(), Options())

    assert sum(len(piece) for piece in islice(pieces, 3)) > 0
    assert taken <= 3 * 20_000


def padded(values: list[Cell]) -> Iterator[Cell]:
    yield from values
    while True:
        yield None


def is_of(value: Cell, kind: Kind) -> bool:
    if kind == Kind.INTEGER:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == Kind.JSON:
        canonical_json(cast(Json, value))
        return True
    wanted = {Kind.TEXT: str, Kind.NUMBER: float, Kind.BOOLEAN: bool, Kind.TIME: datetime}[kind]
    return isinstance(value, wanted) and not (isinstance(value, float) and not math.isfinite(value))


def same(row: Row) -> list[str | None]:
    """Cells in one spelling, so that 3 equals 3.0 and a list equals a tuple."""
    return [None if cell is None else canonical_json(as_json(cell)) for cell in row]


def as_json(cell: Cell) -> Json:
    return cell.astimezone(UTC).isoformat() if isinstance(cell, datetime) else cell


def secrets_of(experiment: Experiment) -> list[str]:
    """Everything in the database that could name a person or act for one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT external_digest FROM participants_participant WHERE external_digest <> ''")
        digests = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT entry_key FROM participants_session")
        keys = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT nonce FROM participants_session UNION SELECT nonce FROM participants_trial")
        nonces = [row[0] for row in cursor.fetchall()]
    assert digests
    assert nonces
    return ["worker-external-id", *digests, *keys, *nonces]


def read_csv(written: bytes, columns: tuple[Column, ...]) -> list[list[str | None]]:
    """By PostgreSQL, which tells an empty text from a missing one, and by Python's reader, which must agree."""
    names = ", ".join(f"c{index} text" for index in range(len(columns)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE back (n serial, {names})")
        into = ", ".join(f"c{index}" for index in range(len(columns)))
        cursor.copy_expert(f"COPY back ({into}) FROM STDIN (FORMAT csv, HEADER)", io.BytesIO(written))
        cursor.execute(f"SELECT {into} FROM back ORDER BY n")
        found = cursor.fetchall()
        cursor.execute("DROP TABLE back")
    header, *rows = csv.reader(io.StringIO(written.decode(), newline=""))
    assert header == [column.name for column in columns]
    assert [[cell or "" for cell in row] for row in found] == rows
    return [[from_text(cell, column.kind) for cell, column in zip(row, columns, strict=True)] for row in found]


def from_text(cell: str | None, kind: Kind) -> str | None:
    if cell is None:
        return None
    if kind == Kind.TEXT:
        return canonical_json(bare(cell))
    if kind == Kind.TIME:
        return canonical_json(datetime.fromisoformat(cell).isoformat())
    return canonical_json(json.loads(cell))


def read_json_lines(written: bytes, columns: tuple[Column, ...]) -> list[list[str | None]]:
    rows = [json.loads(line) for line in written.decode().split("\n") if line]
    assert all(list(row) == [column.name for column in columns] for row in rows)
    return [same(tuple(from_json(row[c.name], c.kind) for c in columns)) for row in rows]


def from_json(cell: Json, kind: Kind) -> Cell:
    return datetime.fromisoformat(cell) if kind == Kind.TIME and isinstance(cell, str) else cell


def read_parquet(written: bytes, columns: tuple[Column, ...]) -> list[list[str | None]]:
    table = parquet.read_table(io.BytesIO(written))
    assert table.column_names == [column.name for column in columns]
    values = [table.column(column.name).to_pylist() for column in columns]
    return [
        [
            cell if cell is None or column.kind == Kind.JSON else canonical_json(as_json(cell))
            for cell, column in zip(row, columns, strict=True)
        ]
        for row in zip(*values, strict=True)
    ]


READERS = {"csv": read_csv, "jsonl": read_json_lines, "parquet": read_parquet}
