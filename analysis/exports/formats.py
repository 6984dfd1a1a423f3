"""The registry of file formats."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Protocol

from analysis.exports.columns import Column, Row
from analysis.exports.csv_format import Csv
from analysis.exports.json_lines import JsonLines
from analysis.exports.options import Options
from analysis.exports.parquet import Parquet
from experiments.errors import Unknown


class Format(Protocol):
    """A way to write a table. Promise: read back, every cell is equal, and no more than a batch is kept in memory."""

    name: str
    title: str
    extension: str
    media_type: str

    def write(self, columns: tuple[Column, ...], rows: Iterator[Row], options: Options) -> Generator[bytes]:
        """The file in pieces."""


FORMATS: dict[str, Format] = {member.name: member for member in (Csv(), JsonLines(), Parquet())}


def format_named(name: str) -> Format:
    """The format, or Unknown with the names there are."""
    if name not in FORMATS:
        raise Unknown(f"There is no format “{name}”.", hint=f"Formats: {', '.join(FORMATS)}.")
    return FORMATS[name]
