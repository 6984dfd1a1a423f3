"""Table `codebook`: what every column of every table holds."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.exports.columns import Column, Kind, Row
from analysis.exports.options import Options
from analysis.exports.tables import Table, ordered_tables
from experiments.models import Experiment


class Codebook:
    """One row per column, from the definitions of the experiment's versions."""

    name = "codebook"
    title = "Codebook: one row per column"
    description = "Type, unit, range, levels, question text and options of every column of every table."
    position = 90

    def columns(self, experiment: Experiment) -> tuple[Column, ...]:
        """The same for every experiment."""
        return (
            Column("table", Kind.TEXT, "Name of the table."),
            Column("position", Kind.INTEGER, "Place of the column in it, from 1.", low=1),
            Column("column", Kind.TEXT, "Name of the column."),
            Column("kind", Kind.TEXT, "What its cells are.", options=tuple(str(kind) for kind in Kind)),
            Column("description", Kind.TEXT, "What it says."),
            Column("question", Kind.TEXT, "What people were asked, in the study's first language."),
            Column("unit", Kind.TEXT, "Unit of its numbers."),
            Column("low", Kind.NUMBER, "Smallest possible number."),
            Column("high", Kind.NUMBER, "Largest possible number."),
            Column("options", Kind.JSON, "Levels, or what could be chosen: values, or {value, label}."),
            Column("free_text", Kind.BOOLEAN, "People typed it: it may say who they are. Look before you publish it."),
        )

    def count(self, experiment: Experiment, options: Options) -> int:
        """As many as all tables have columns."""
        return sum(len(table.columns(experiment)) for table in ordered_tables())

    def rows(self, experiment: Experiment, options: Options) -> Iterator[Row]:
        """Table by table, column by column."""
        for table in ordered_tables():
            yield from _rows_of(table, experiment)


def _rows_of(table: Table, experiment: Experiment) -> Iterator[Row]:
    for position, column in enumerate(table.columns(experiment), start=1):
        yield (
            table.name,
            position,
            column.name,
            str(column.kind),
            column.description,
            column.question or None,
            column.unit or None,
            None if column.low is None else float(column.low),
            None if column.high is None else float(column.high),
            list(column.options) or None,
            column.holds_free_text,
        )
