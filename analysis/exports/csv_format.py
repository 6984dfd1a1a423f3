"""CSV as in RFC 4180, safe to open in a spreadsheet, and readable back without loss."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import cast

from analysis.exports.columns import Cell, Column, Kind, Row
from analysis.exports.options import Options
from experiments.definition import canonical_json
from experiments.types import Json

BATCH = 1000
BOM = "\ufeff"
# What spreadsheets take for a formula, full-width forms included; behind apostrophes too, so that `bare` can undo it.
FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
NEEDS_QUOTES = re.compile(r'[",\r\n]|\A\s|\s\Z|\A\Z')


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it as a formula. Numbers are left alone.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("-3.5"), guarded("a=b")
    ("'=1+1", "''=1+1", '-3.5', 'a=b')
    """
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def bare(text: str) -> str:
    """The text as it was before `guarded`.

    >>> [bare(guarded(text)) for text in ("=1+1", "'=1+1", "'tis", "-3.5", "'-3.5")]
    ['=1+1', "'=1+1", "'tis", '-3.5', "'-3.5"]
    """
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def number_text(number: float) -> str:
    """The shortest text that reads back as the same number; whole ones without a point.

    >>> number_text(3.0), number_text(0.1), number_text(-2.5e-9)
    ('3', '0.1', '-2.5e-09')
    """
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)


def time_text(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, which sorts as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def cell_text(value: Cell) -> str:
    """One cell, quoted if it must be. Nothing at all is a missing value; two quotes are an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return time_text(value)
    return _quoted(guarded(value) if isinstance(value, str) else canonical_json(value))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if NEEDS_QUOTES.search(text) else text


def json_places(columns: tuple[Column, ...]) -> tuple[int, ...]:
    """Which columns hold JSON."""
    return tuple(index for index, column in enumerate(columns) if column.kind == Kind.JSON)


def row_text(row: Row, json_columns: tuple[int, ...]) -> str:
    """A row with its end."""
    cells = list(row)
    for index in json_columns:
        cells[index] = None if row[index] is None else _Json(canonical_json(cast(Json, row[index])))
    return ",".join(map(_cell, cells)) + "\r\n"


class _Json(str):
    """JSON already written: nothing a spreadsheet would run, since its texts begin with a quote."""

    __slots__ = ()


def _cell(value: Cell) -> str:
    return _quoted(value) if isinstance(value, _Json) else cell_text(value)


def header(columns: tuple[Column, ...], options: Options) -> bytes:
    """The first line."""
    names = ",".join(cell_text(column.name) for column in columns)
    return f"{BOM if options.with_bom else ''}{names}\r\n".encode()


class Csv:
    """Comma-separated values in UTF-8, CRLF, header first."""

    name = "csv"
    title = "CSV"
    extension = "csv"
    media_type = "text/csv; charset=utf-8; header=present"

    def write(self, columns: tuple[Column, ...], rows: Iterator[Row], options: Options) -> Generator[bytes]:
        """The header, then a piece for every thousand rows."""
        json_columns = json_places(columns)
        yield header(columns, options)
        while batch := "".join(row_text(row, json_columns) for row in islice(rows, BATCH)):
            yield batch.encode()
