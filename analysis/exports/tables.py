"""The registry of tables that can be downloaded. Rooms above add theirs in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from analysis.exports.columns import Column, Row
from analysis.exports.options import Options
from experiments.errors import Unknown
from experiments.models import Experiment


class Table(Protocol):
    """A kind of table. position: its place in lists.

    Promises, held by tests/contracts/test_exports.py: columns depend on the experiment's versions alone; rows come in
    a stable order, as many as `count` says in the same snapshot, without being kept in memory; nobody is named.
    """

    name: str
    title: str
    description: str
    position: int

    def columns(self, experiment: Experiment) -> tuple[Column, ...]:
        """Its columns in order."""

    def count(self, experiment: Experiment, options: Options) -> int:
        """How many rows there are now."""

    def rows(self, experiment: Experiment, options: Options) -> Iterator[Row]:
        """The rows, each as long as `columns`. Call it inside `snapshot()`."""


@runtime_checkable
class Spelt(Table, Protocol):
    """A table whose rows the database itself writes as CSV, to the byte as `Csv` does, and faster."""

    def csv(self, experiment: Experiment, options: Options) -> Iterator[tuple[int, bytes]]:
        """(how many rows, their bytes), by and by, without the header. Call it inside `snapshot()`."""


TABLES: dict[str, Table] = {}
"""Name -> table."""


def register(table: Table) -> None:
    """Offer a table for download."""
    TABLES[table.name] = table


def ordered_tables() -> tuple[Table, ...]:
    """Every table as lists show them."""
    return tuple(sorted(TABLES.values(), key=lambda table: (table.position, table.name)))


def table_named(name: str) -> Table:
    """The table, or Unknown with the names there are."""
    if name not in TABLES:
        known = ", ".join(table.name for table in ordered_tables())
        raise Unknown(f"There is no table “{name}”.", hint=f"Tables: {known}.")
    return TABLES[name]
