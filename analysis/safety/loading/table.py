"""A table as it was read: columns by name, before anybody says what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from analysis.learning.data.samples import Array, Rows
from analysis.safety.loading.refusal import NotUsable
from experiments.problems import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from analysis.safety.terms import Mask


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """columns: each of shape (n,): float64, int64, or texts as objects with None where one is missing.

    label: the column that is usually predicted, empty if there is none. remarks: what a reader should know of it.
    """

    name: str
    columns: Mapping[str, Array]
    label: str = ""
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def column(self, name: str, *path: str | int) -> Array:
        """NotUsable, at that path of the document, if there is none of that name."""
        if name not in self.columns:
            said = f"{self.name} has no column “{name}”."
            raise NotUsable([(path, said, did_you_mean(name, self.columns))])
        return self.columns[name]

    def view(self, rows: Rows) -> Table:
        """These rows, in this order."""
        return Table(self.name, {name: column[rows] for name, column in self.columns.items()}, self.label, self.remarks)


def is_text(column: Array) -> bool:
    """Whether it holds texts (or is empty of anything)."""
    return column.dtype == object


def is_number(text: str) -> bool:
    """Whether a text can be read as one, infinities and “nan” included."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def missing(column: Array) -> Mask:
    """Where there is no value, shape (n,). Infinities are values, though none that can be used: see `checks`."""
    if is_text(column):
        return np.array([value is None for value in column], dtype=bool)
    return np.isnan(column) if column.dtype.kind == "f" else np.zeros(len(column), dtype=bool)


def of_frame(frame: pd.DataFrame, name: str, *, label: str = "", remarks: tuple[str, ...] = ()) -> Table:
    """NotUsable if two columns share a name, or a column holds what is neither numbers nor texts."""
    names = [str(column) for column in frame.columns]
    if twice := sorted({column for column in names if names.count(column) > 1}):
        raise NotUsable([(("data",), f"{name} has two columns called “{twice[0]}”.", "Names must differ.")])
    columns = {column: _plain(frame.iloc[:, place], name, column) for place, column in enumerate(names)}
    return Table(name, columns, label, remarks)


def _plain(series: pd.Series, name: str, column: str) -> Array:
    kind = series.dtype.kind
    if kind in "biu":
        return np.asarray(series.to_numpy(), dtype=np.int64)
    if kind == "f":
        return np.asarray(series.to_numpy(dtype=np.float64))
    if kind in "OUT":
        return _texts(series, name, column)
    said = f"The column “{column}” of {name} holds {series.dtype}: neither numbers nor texts."
    raise NotUsable([(("data",), said, "Make it numbers or texts.")])


def _texts(series: pd.Series, name: str, column: str) -> Array:
    """Texts as objects; true and false with gaps in them as numbers."""
    import pandas as pd

    gone = np.asarray(series.isna().to_numpy(), dtype=bool)
    values = series.astype(object).to_numpy(dtype=object).copy()
    values[gone] = None
    held = values[~gone]
    if len(held) and all(isinstance(value, bool) for value in held):
        return np.asarray(pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan))
    strange = next((row for row, value in enumerate(values) if not isinstance(value, str | None)), None)
    if strange is not None:
        said = f"The column “{column}” of {name} holds texts and, in row {strange + 1}, {values[strange]!r:.40}."
        raise NotUsable([(("data",), said, "Write one kind of value in a column.")])
    return values


def fingerprint(columns: Mapping[str, Array]) -> str:
    """SHA-256 of names and values: the same rows have the same one, whatever file they came in."""
    digest = sha256()
    for name in sorted(columns):
        column = columns[name]
        digest.update(name.encode() + b"\0")
        if is_text(column):
            digest.update("\0".join("\1" if value is None else str(value) for value in column).encode())
        else:
            digest.update(np.ascontiguousarray(column, dtype=np.float64).tobytes())
        digest.update(b"\2")
    return digest.hexdigest()
