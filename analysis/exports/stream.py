"""One download as pieces of bytes, with what is known before the first of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from analysis.exports.bundle import bundle, table_pieces
from analysis.exports.formats import format_named
from analysis.exports.options import Options
from analysis.exports.snapshot import snapshot
from analysis.exports.tables import ordered_tables, table_named
from analysis.exports.writing import Writing
from experiments.models import Experiment

EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. table: a name, or "all" for a zip of everything."""

    table: str
    format: str
    options: Options

    def check(self) -> None:
        """Raise Unknown if there is no such table or format."""
        format_named(self.format)
        if self.table != EVERYTHING:
            table_named(self.table)


class Download:
    """One file in pieces, in one snapshot from the count to the last piece. Close it, read or not.

    Unknown if the request names no table or format; then nothing was opened.
    """

    def __init__(self, experiment: Experiment, request: Request) -> None:
        writing = Writing(experiment, format_named(request.format), request.options)
        is_bundle = request.table == EVERYTHING
        tables = ordered_tables() if is_bundle else (table_named(request.table),)
        self.filename = f"{experiment.slug}-{request.table}.{'zip' if is_bundle else writing.format.extension}"
        self.media_type = "application/zip" if is_bundle else writing.format.media_type
        self.tally = writing.tally
        with ExitStack() as opened:  # an error below closes the snapshot; otherwise `close` does
            opened.enter_context(snapshot())
            self.n_rows = sum(table.count(experiment, request.options) for table in tables)
            self._pieces = bundle(writing) if is_bundle else table_pieces(tables[0], writing)
            self._stack = opened.pop_all()

    def __iter__(self) -> Iterator[bytes]:
        """The pieces, once; the snapshot ends with the last."""
        try:
            yield from self._pieces
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the cursors, then of the snapshot they belong to. Twice is as good as once."""
        pieces, self._pieces = self._pieces, _nothing()
        pieces.close()
        del pieces  # the last hold on the generators behind it: they close their cursors as they go
        self._stack.close()


def _nothing() -> Generator[bytes]:
    yield from ()
