"""Samples that are read when they are asked for: views, joins and encodings cost an index, not a copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Array = NDArray[Any]


class Samples(Protocol):
    """Rows of one shape and type."""

    def __len__(self) -> int: ...

    def take(self, rows: Rows) -> Array:
        """shape (len(rows), ...), in that order; a row may come more than once."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """Samples of an array, which may be mapped from a file. shape (n, ...)."""

    array: Array

    def __len__(self) -> int:
        return int(self.array.shape[0])

    def take(self, rows: Rows) -> Array:
        return np.asarray(self.array[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Some rows of others, in an order of their own."""

    samples: Samples
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, rows: Rows) -> Array:
        return self.samples.take(self.rows[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Several, one after the other."""

    parts: Sequence[Samples]

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def take(self, rows: Rows) -> Array:
        ends = np.cumsum([len(part) for part in self.parts])
        where = np.searchsorted(ends, rows, side="right")
        taken = [part.take(rows[where == n] - (ends[n] - len(part))) for n, part in enumerate(self.parts)]
        order = np.concatenate([np.flatnonzero(where == n) for n in range(len(self.parts))])
        return np.asarray(np.concatenate(taken)[np.argsort(order, kind="stable")])


@dataclass(frozen=True, slots=True, eq=False)
class Changed:
    """Others after a function of a batch, applied when they are read. It may change shape and type, not the number."""

    samples: Samples
    change: Callable[[Array], Array]

    def __len__(self) -> int:
        return len(self.samples)

    def take(self, rows: Rows) -> Array:
        return self.change(self.samples.take(rows))


def chosen(samples: Samples, rows: Rows) -> Samples:
    """A view; a view of a view looks at the original."""
    if isinstance(samples, Chosen):
        return Chosen(samples.samples, samples.rows[rows])
    return Chosen(samples, rows)
