"""Units in rows and what is known of each in columns: what tallies are made of, in memory and in a table.

Pure. A block of columns is a function of the record alone: the same record gives the same bytes, however counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Keys = NDArray[np.int64]
Mask = NDArray[np.bool_]

ARM: Final = "arm"
PROPENSITY: Final = "propensity"
AT: Final = "at"
VERSION: Final = "version"
OPEN: Final = "open"
"""1 while a unit's part is not over, then 0; nothing for units of which nobody tells when it is."""
LATELY: Final = "late"
"""What is kept of a measure: how many values came after the unit's part was over."""
MOST_CELLS: Final = 200
"""Combinations of within-levels of a measure, in a block and of all units: so many have a column each, else none."""


def value_of(measure: str, kept: str = "mean", cell: str = "") -> str:
    """The column of what is kept of each unit's values of a measure, in one cell of within-levels or over all.

    >>> value_of("score", cell='{"set":1}')
    'mean:score@{"set":1}'
    """
    return f"{kept}:{measure}@{cell}" if cell else f"{kept}:{measure}"


def share_of(measure: str, option: str) -> str:
    """The column of how often a unit chose that option, as a share of all it chose."""
    return f"share:{measure}={option}"


def crowded_of(measure: str) -> str:
    """The column of how many combinations of within-levels a block met, where they are too many for a column each."""
    return f"crowded:{measure}"


def attribute_of(name: str) -> str:
    """The column of an attribute that is a number."""
    return f"attribute:{name}"


@dataclass(frozen=True, slots=True)
class Columns:
    """keys: shape (n,), ascending: which units. values: shape (n, len(names)), NaN where nothing is known.

    texts: {attribute: n texts}, None where it has none.
    """

    keys: Keys
    names: tuple[str, ...]
    values: Array
    texts: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)

    @classmethod
    def none(cls) -> Columns:
        """Of nobody."""
        return cls(np.empty(0, dtype=np.int64), (), np.empty((0, 0)))

    def __len__(self) -> int:
        """How many units."""
        return len(self.keys)

    def column(self, name: str) -> Array:
        """Shape (n,); all NaN for a column that is not there."""
        if name in self.names:
            return self.values[:, self.names.index(name)]
        return np.full(len(self), np.nan)

    def measured(self) -> Mask:
        """Of which units anything was measured, shape (n,)."""
        found: Mask = np.zeros(len(self), dtype=bool)
        for name in self.names:
            if name.startswith("count:"):
                found |= self.column(name) > 0
        return found

    def text(self, attribute: str) -> tuple[str | None, ...]:
        """One for each unit."""
        return self.texts.get(attribute, (None,) * len(self))

    def where(self, mask: Mask) -> Columns:
        """Only the units of the mask, shape (n,)."""
        texts = {
            name: tuple(each for each, kept in zip(found, mask.tolist(), strict=True) if kept)
            for name, found in self.texts.items()
        }
        return Columns(self.keys[mask], self.names, self.values[mask], texts)

    def only(self, wanted: Callable[[str], bool], texts: Container[str] | None = None) -> Columns:
        """Only the columns that are wanted, so that the rest need not stay in memory. texts: None for all."""
        places = [place for place, name in enumerate(self.names) if wanted(name)]
        kept = {name: own for name, own in self.texts.items() if texts is None or name in texts}
        names = tuple(self.names[place] for place in places)
        return Columns(self.keys, names, np.ascontiguousarray(self.values[:, places]), kept)

    def to_bytes(self) -> bytes:
        """Header as JSON in one line, then keys and values as they lie in memory, little-endian."""
        header = {"n": len(self), "names": self.names, "texts": {name: self.texts[name] for name in sorted(self.texts)}}
        head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        return head + self.keys.astype("<i8").tobytes() + np.ascontiguousarray(self.values, dtype="<f8").tobytes()

    @classmethod
    def from_bytes(cls, content: bytes | memoryview) -> Columns:
        """What `to_bytes` wrote."""
        whole = bytes(content)
        end = whole.index(b"\n") + 1
        header = json.loads(whole[:end])
        n, names = int(header["n"]), tuple(header["names"])
        keys = np.frombuffer(whole, dtype="<i8", count=n, offset=end).astype(np.int64)
        values = np.frombuffer(whole, dtype="<f8", count=n * len(names), offset=end + 8 * n)
        texts = {name: tuple(found) for name, found in header["texts"].items()}
        return cls(keys, names, values.reshape(n, len(names)).astype(np.float64), texts)


def joined(parts: Iterable[Columns], *, n: int = 0) -> Columns:
    """All units of all parts, in the parts' order; columns that a part lacks are empty there.

    n: about how many units: so much is laid out at first, column by column, and each part is let go once it is read.
    """
    keys, table = np.empty(n, dtype=np.int64), np.full((n, 0), np.nan, order="F")
    names: list[str] = []
    texts: dict[str, list[str | None]] = {}
    start = 0
    for part in _uncrowded(parts):
        end = start + len(part)
        if end > len(keys):
            keys = np.concatenate([keys, np.empty(end - len(keys), dtype=np.int64)])
        fresh = [name for name in part.names if name not in names]
        names += fresh
        table = _laid(table, len(keys), len(names))
        keys[start:end] = part.keys
        table[start:end, [names.index(name) for name in part.names]] = part.values
        for name in dict.fromkeys([*texts, *part.texts]):
            texts.setdefault(name, [None] * start).extend(part.text(name))
        start = end
    return Columns(keys[:start], tuple(names), table[:start], {name: tuple(found) for name, found in texts.items()})


def _uncrowded(parts: Iterable[Columns]) -> Iterator[Columns]:
    """The same, without further cells of a measure that has met MOST_CELLS of them: what is left of it is told as
    crowded, so that nobody computes with the rest.
    """
    met: dict[str, set[str]] = {}
    for part in parts:
        cells = {name: measure_of_cell(name) for name in part.names if measure_of_cell(name)}
        for name, measure in cells.items():
            met.setdefault(measure, set()).add(name)
        crowded = {measure for measure in cells.values() if len(met[measure]) > MOST_CELLS}
        yield _told_crowded(part, crowded) if crowded else part


def measure_of_cell(column: str) -> str:
    """Whose cell that column is; "" if it is none.

    >>> measure_of_cell('mean:score@{"set":1}'), measure_of_cell("mean:score")
    ('score', '')
    """
    kept, _, named = column.partition(":")
    measure, at, _ = named.partition("@")
    return measure if kept == "mean" and at else ""


def _told_crowded(part: Columns, measures: Collection[str]) -> Columns:
    part = part.only(lambda name: measure_of_cell(name) not in measures)
    names = tuple(crowded_of(each) for each in sorted(measures))
    told = np.full((len(part), len(names)), MOST_CELLS + 1.0)
    return Columns(part.keys, (*part.names, *names), np.column_stack([part.values, told]), part.texts)


def _laid(table: Array, n: int, width: int) -> Array:
    """The same, with room for so many units and columns."""
    if table.shape == (n, width):
        return table
    larger = np.full((n, width), np.nan, order="F")
    larger[: table.shape[0], : table.shape[1]] = table
    return larger
