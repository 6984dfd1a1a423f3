"""JSON Lines: one object a row, in UTF-8."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from datetime import datetime
from itertools import islice

from analysis.exports.columns import Column, Row
from analysis.exports.csv_format import BATCH, time_text
from analysis.exports.options import Options


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return time_text(value)
    raise TypeError(f"{type(value).__name__} is no cell.")


class JsonLines:
    """Every column in every row, missing ones as null; JSON columns as they are, times as ISO 8601 in UTC."""

    name = "jsonl"
    title = "JSON Lines"
    extension = "jsonl"
    media_type = "application/jsonl; charset=utf-8"

    def write(self, columns: tuple[Column, ...], rows: Iterator[Row], options: Options) -> Generator[bytes]:
        """A piece for every thousand rows."""
        names = [column.name for column in columns]
        encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_written).encode
        while batch := "".join(f"{encode(dict(zip(names, row, strict=True)))}\n" for row in islice(rows, BATCH)):
            yield batch.encode()
