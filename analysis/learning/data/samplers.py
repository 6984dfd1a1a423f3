"""In which order the rows of a split are met: a function of seed and pass, so a resumed run needs no memory of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.learning.data.samples import Array, Rows
from analysis.learning.seeds import generator, permutation


class Sampler(Protocol):
    """How rows are dealt out."""

    def count(self, n: int) -> int:
        """Rows of a pass over n."""
        ...

    def rows(self, tags: Array, number: int) -> Rows:
        """The rows of pass `number` (from 0), shape (m,); tags: of all rows, shape (n,)."""
        ...


@dataclass(frozen=True, slots=True)
class Sequential:
    """Every row once, as they stand."""

    def count(self, n: int) -> int:
        return n

    def rows(self, tags: Array, number: int) -> Rows:
        return np.arange(len(tags))


@dataclass(frozen=True, slots=True)
class Random:
    """Every row once, in an order of its own for each pass."""

    seed: int

    def count(self, n: int) -> int:
        return n

    def rows(self, tags: Array, number: int) -> Rows:
        return permutation(len(tags), self.seed, "pass", number)


@dataclass(frozen=True, slots=True)
class Weighted:
    """Drawn with replacement, each class equally often. draws: rows of a pass; None: as many as there are."""

    seed: int
    draws: int | None = None

    def count(self, n: int) -> int:
        return self.draws or n

    def rows(self, tags: Array, number: int) -> Rows:
        _, classes, counts = np.unique(tags, return_inverse=True, return_counts=True)
        ends = np.cumsum(1 / counts[classes])
        uniform = generator(self.seed, "pass", number).random(self.count(len(tags)))
        return np.minimum(np.searchsorted(ends / ends[-1], uniform, side="right"), len(tags) - 1)
