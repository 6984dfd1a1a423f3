"""What a table holds, and what a document makes of it: to be looked at before anything is demanded of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.learning.data.samples import Array
from analysis.safety.loading.conditions import held
from analysis.safety.loading.loaded import Loaded
from analysis.safety.loading.table import Table, is_text, missing
from analysis.safety.terms import Mask
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """kind: numbers, zeros and ones, or texts. holds: its most frequent values or its range, for a sentence."""

    name: str
    kind: str
    missing: int
    values: int
    holds: str

    def as_json(self) -> JsonObject:
        return {
            "name": self.name, "kind": self.kind, "missing": self.missing, "values": self.values, "holds": self.holds,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupSeen:
    """labels: how many rows of it have each class, by the class's name; or its mean label, where that is a number."""

    name: str
    rows: int
    labels: Mapping[str, int]
    mean: float | None

    def as_json(self) -> JsonObject:
        labels: dict[str, Json] = dict(self.labels)
        return {"name": self.name, "rows": self.rows, "labels": labels, "mean": self.mean}


def columns_seen(table: Table) -> list[ColumnSeen]:
    """Of every column, in the order of the file."""
    return [_column(name, column) for name, column in table.columns.items()]


def groups_seen(loaded: Loaded) -> list[GroupSeen]:
    """Of everyone, then of every group."""
    everyone = np.ones(len(loaded), dtype=bool)
    return [_group(name, rows, loaded) for name, rows in {"everyone": everyone, **loaded.groups}.items()]


def _column(name: str, column: Array) -> ColumnSeen:
    gone = missing(column)
    present = column[~gone]
    values = len(np.unique(present.astype(str) if is_text(column) else present))
    is_coded = not is_text(column) and len(present) > 0 and bool(np.isin(present, (0, 1)).all())
    kind = "texts" if is_text(column) else "zeros and ones" if is_coded else "numbers"
    return ColumnSeen(name, kind, int(gone.sum()), values, held(column))


def _group(name: str, rows: Mask, loaded: Loaded) -> GroupSeen:
    labels = loaded.labels[rows]
    counts = {str(known): int((labels == code).sum()) for code, known in enumerate(loaded.classes)}
    mean = None if loaded.classes or not len(labels) else float(labels.mean())
    return GroupSeen(name, int(rows.sum()), counts, mean)
