"""What pages and the API show of downloads."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core.cache import cache

from analysis.exports import Options, Table, ordered_tables
from analysis.exports.snapshot import snapshot
from analysis.models import Export
from experiments.errors import Unknown
from experiments.models import Experiment

SHOWN = 20


@dataclass(frozen=True, slots=True)
class TableSummary:
    """A table and how large it is now."""

    table: Table
    n_rows: int
    n_columns: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file and how far it has come: percent of its rows, None where nothing is known."""

    export: Export
    percent: int | None


def table_summaries(experiment: Experiment, options: Options) -> list[TableSummary]:
    """Every table in one snapshot. A query or two each, whatever the number of rows."""
    with snapshot():
        return [
            TableSummary(table, table.count(experiment, options), len(table.columns(experiment)))
            for table in ordered_tables()
        ]


def prepared_exports(experiment: Experiment) -> list[Prepared]:
    """The newest files of an experiment."""
    exports = list(Export.objects.filter(experiment=experiment).select_related("experiment")[:SHOWN])
    progress = cache.get_many([progress_key(export) for export in exports if export.status == Export.Status.WAITING])
    return [Prepared(export, progress.get(progress_key(export))) for export in exports]


def find_export(experiment: Experiment, export: uuid.UUID) -> Export:
    """One file of this experiment, or Unknown."""
    found = Export.objects.filter(experiment=experiment, uuid=export).select_related("experiment").first()
    if found is None:
        raise Unknown("There is no such file.", hint="Files are kept for a day. Ask for it again.")
    return found


def progress_key(export: Export) -> str:
    """Where the worker notes its progress."""
    return f"export:{export.uuid.hex}"
