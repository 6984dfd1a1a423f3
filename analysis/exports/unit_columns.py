"""Columns that rooms above add to a table's rows, one set of cells per unit (a session's status, times, language)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from analysis.exports.columns import Column, Row
from analysis.exports.options import Options
from experiments.models import Experiment


class UnitColumns(Protocol):
    """Columns by unit."""

    def columns(self) -> tuple[Column, ...]:
        """The same for every experiment."""

    def rows(self, experiment: Experiment, options: Options) -> Iterator[tuple[int, Row]]:
        """(primary key of the unit, cells), units ascending, at most once each. Called inside the snapshot."""


ADDED: dict[str, list[UnitColumns]] = {"long": [], "wide": []}
"""Table -> what was added to it."""


def register_unit_columns(table: str, added: UnitColumns) -> None:
    """Add columns to `long` or `wide`."""
    ADDED[table].append(added)


def added_columns(table: str) -> tuple[Column, ...]:
    """Every added column in order."""
    return tuple(column for added in ADDED[table] for column in added.columns())
