"""How far a download has come."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.exports.columns import Row


class Tally:
    """Counts the rows that pass through."""

    def __init__(self) -> None:
        self.n_rows = 0

    def through(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The same rows."""
        for row in rows:
            self.n_rows += 1
            yield row
