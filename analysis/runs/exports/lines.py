"""Results line by line, for an answer of any length: nothing of it is held in memory at once."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Final

from analysis.runs.models import Batch
from analysis.runs.results import rows

FORMS: Final = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}


def lines_of(batch: Batch, form: str) -> Iterator[str]:
    """The lines of one of `FORMS`, each with its end."""
    return _csv(batch) if form == "csv" else _jsonl(batch)


def _jsonl(batch: Batch) -> Iterator[str]:
    for row in rows(batch):
        yield json.dumps(finite(row.as_record()), ensure_ascii=False) + "\n"


def _csv(batch: Batch) -> Iterator[str]:
    """The rows are walked through twice: once for the names of the columns."""
    columns = list(dict.fromkeys(key for row in rows(batch) for key in row.as_record()))
    yield _line(columns)
    for row in rows(batch):
        record = row.as_record()
        yield _line([_cell(record.get(column)) for column in columns])


def finite(record: Mapping[str, object]) -> dict[str, object]:
    """JSON has no NaN."""
    return {key: None if isinstance(value, float) and value != value else value for key, value in record.items()}


def _cell(value: object) -> str:
    """Text that begins like a formula is quoted for spreadsheets, as in the other downloads."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()
