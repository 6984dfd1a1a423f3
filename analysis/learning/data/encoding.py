"""What is done to samples before a model sees them: learnt on one split, kept with the model, done again to predict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.learning.data.samples import Array
from experiments.types import Json, JsonObject


class Step(Protocol):
    """A function of samples that can be written as JSON."""

    name: ClassVar[str]

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the columns that come out, if they have some."""
        ...

    def apply(self, samples: Array) -> Array:
        """shape (n, ...) in, shape (n, ...) out."""
        ...

    def kept(self) -> JsonObject:
        """What `restored` makes it of again; without its name."""
        ...


@dataclass(frozen=True, slots=True)
class Scaled:
    """Every number minus `subtract`, divided by `divide`: pictures from 0 to 16 become 0 to 1."""

    name: ClassVar[str] = "scale"
    divide: float = 1.0
    subtract: float = 0.0
    features: tuple[str, ...] = ()

    def apply(self, samples: Array) -> Array:
        return np.asarray((samples.astype(np.float64) - self.subtract) / self.divide)

    def kept(self) -> JsonObject:
        return {"divide": self.divide, "subtract": self.subtract, "features": list(self.features)}


@dataclass(frozen=True, slots=True)
class Standardised:
    """One column minus its mean, in units of its standard deviation (1 where it does not vary)."""

    column: int
    mean: float
    deviation: float

    def names(self, name: str) -> list[str]:
        return [name]

    def apply(self, values: Array) -> NDArray[np.float64]:
        """shape (n,) in, (n, 1) out."""
        standard = (values.astype(np.float64) - self.mean) / self.deviation
        return np.asarray(standard[:, None])


@dataclass(frozen=True, slots=True)
class OneHot:
    """One column as one column of zeros and ones for each category. unseen: `refuse` a new category, or all `zeros`."""

    column: int
    categories: tuple[str | float, ...]
    unseen: str = "refuse"

    def names(self, name: str) -> list[str]:
        return [f"{name}={category}" for category in self.categories]

    def apply(self, values: Array) -> NDArray[np.float64]:
        """shape (n,) in, (n, number of categories) out. ValueError for a category that was not there, unless zeros."""
        place = {category: position for position, category in enumerate(self.categories)}
        wanted = [place.get(value, -1) for value in values.tolist()]
        if self.unseen == "refuse" and -1 in wanted:
            stranger = values.tolist()[wanted.index(-1)]
            raise ValueError(f"Column {self.column} holds {stranger!r}, which is none of its {len(place)} categories.")
        return np.asarray(np.array(wanted)[:, None] == np.arange(len(self.categories)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Kept:
    """One column as it is."""

    column: int

    def names(self, name: str) -> list[str]:
        return [name]

    def apply(self, values: Array) -> NDArray[np.float64]:
        """shape (n,) in, (n, 1) out. ValueError for text."""
        return np.asarray(values.astype(np.float64)[:, None])


Column = Standardised | OneHot | Kept


@dataclass(frozen=True, slots=True)
class Columns:
    """Each column of a table in its own way, side by side in the order of the columns; those not named are left out."""

    name: ClassVar[str] = "columns"
    columns: tuple[Column, ...] = ()
    features: tuple[str, ...] = ()

    def apply(self, samples: Array) -> Array:
        return np.hstack([column.apply(samples[:, column.column]) for column in self.columns])

    def kept(self) -> JsonObject:
        return {"columns": [_column_kept(column) for column in self.columns], "features": list(self.features)}


def _column_kept(column: Column) -> JsonObject:
    match column:
        case Standardised():
            return {"as": "standardised", "column": column.column, "mean": column.mean, "deviation": column.deviation}
        case OneHot():
            categories = list(column.categories)
            return {"as": "one_hot", "column": column.column, "categories": categories, "unseen": column.unseen}
        case Kept():
            return {"as": "kept", "column": column.column}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How some columns are to be encoded. kind: categorical or continuous or keep; columns: positions or names."""

    kind: str
    columns: Sequence[int | str]
    unseen: str = "refuse"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table that columns are learnt from. samples: shape (n, k)."""

    samples: Array
    features: tuple[str, ...] = ()

    def position(self, column: int | str) -> int:
        """ValueError if there is no such column."""
        if isinstance(column, str) and column in self.features:
            return self.features.index(column)
        if isinstance(column, int) and 0 <= column < self.samples.shape[1]:
            return column
        raise ValueError(f"There is no column {column!r} among {', '.join(self.features) or self.samples.shape[1]}.")


def learn(samples: Array, encodings: Sequence[Encoding], features: tuple[str, ...] = ()) -> Columns:
    """What the columns look like in these samples, of shape (n, k): those of the training split, and no others.

    ValueError if samples are no table, or a column is named twice or is none.
    """
    if samples.ndim != 2:
        raise ValueError(f"Columns are encoded in a table, of shape (n, k), not {samples.shape}.")
    table = Fitted(samples, features)
    columns = [_column(table, encoding, column) for encoding in encodings for column in encoding.columns]
    columns.sort(key=lambda column: column.column)
    places = [column.column for column in columns]
    if twice := sorted({place for place in places if places.count(place) > 1}):
        raise ValueError(f"A column is encoded once, but {twice} are named twice.")
    names = features or tuple(str(position) for position in range(samples.shape[1]))
    return Columns(tuple(columns), tuple(name for column in columns for name in column.names(names[column.column])))


def _column(table: Fitted, encoding: Encoding, column: int | str) -> Column:
    position = table.position(column)
    values = table.samples[:, position]
    if encoding.kind == "categorical":
        return OneHot(position, tuple(sorted(set(values.tolist()), key=lambda v: (str(type(v)), v))), encoding.unseen)
    if encoding.kind == "continuous":
        numbers = values.astype(np.float64)
        return Standardised(position, float(numbers.mean()), float(numbers.std()) or 1.0)
    return Kept(position)


def written(steps: Sequence[Step]) -> list[Json]:
    """All of them as JSON, in their order."""
    return [{"step": step.name, **step.kept()} for step in steps]


def restored(kept: Sequence[Mapping[str, object]]) -> tuple[Step, ...]:
    """Those that `written` wrote. KeyError or ValueError if it did not."""
    return tuple(_step(entry) for entry in kept)


def _step(entry: Mapping[str, object]) -> Step:
    features = tuple(str(name) for name in _list(entry["features"]))
    if entry["step"] == Scaled.name:
        return Scaled(float(str(entry["divide"])), float(str(entry["subtract"])), features)
    if entry["step"] == Columns.name:
        return Columns(tuple(_restored_column(column) for column in _list(entry["columns"])), features)
    raise ValueError(f"There is no step called {entry['step']}; there are {Scaled.name} and {Columns.name}.")


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _restored_column(kept: object) -> Column:
    entry = kept if isinstance(kept, Mapping) else {}
    position = int(entry["column"])
    if entry["as"] == "standardised":
        return Standardised(position, float(entry["mean"]), float(entry["deviation"]))
    if entry["as"] == "one_hot":
        return OneHot(position, tuple(entry["categories"]), str(entry["unseen"]))
    return Kept(position)
