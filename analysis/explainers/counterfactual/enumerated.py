"""Counterfactuals with the fewest changes, by trying all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import ClassVar

import numpy as np

from analysis.explainers.counterfactual.kind import Counterfactual, Proposed
from analysis.explainers.counterfactual.searching import Search
from analysis.explainers.kinds import EXPLAINERS
from analysis.explainers.subjects import Reals
from analysis.learning.components import Whole
from analysis.learning.members import takes
from experiments.types import JsonObject

AT_ONCE = 2000


@EXPLAINERS.register
@dataclass(frozen=True)
class EnumeratedCounterfactuals(Counterfactual):
    """The fewest features whose change brings another prediction, by trying every combination.

    All values of flags and categories; of numbers some quantiles of the background, whose change is then taken back as
    far as it can be. For tables of categories it is exact: no counterfactual changes fewer features.
    """

    name: ClassVar[str] = "enumerated_counterfactuals"
    example: ClassVar[JsonObject] = {"type": "enumerated_counterfactuals", "changes": 2, "grid": 5}

    changes: int = takes(Whole(1, 6), "Features that may change at once, at most.", 3)
    grid: int = takes(Whole(2, 100), "Values tried of each number.", 7)
    most: int = takes(Whole(100, 10_000_000), "Rows tried at most.", 100_000)

    def proposed(self, search: Search) -> Proposed:
        values = {int(place): self._values(search, int(place)) for place in search.allowed.free}
        left = self.most
        for size in range(1, min(self.changes, len(values)) + 1):
            found, tried = _met(search, values, size, left)
            left -= tried
            if len(found):
                return Proposed(found)
            if left <= 0:
                return Proposed(found, warnings=(f"Only {self.most} of all combinations were tried.",))
        return Proposed(np.empty((0, len(search.allowed.origin))))

    def _values(self, search: Search, place: int) -> Reals:
        """Those to try of one feature, without the one that it has."""
        allowed = search.allowed
        low, high = allowed.low[place], allowed.high[place]
        if allowed.nominal[place] or (allowed.stepped[place] and high - low < self.grid):
            values = np.arange(np.ceil(low), np.floor(high) + 1)
        else:
            values = np.quantile(search.background.rows[:, place], np.linspace(0, 1, self.grid))
        rows = np.repeat(allowed.origin[np.newaxis], len(values), axis=0)
        rows[:, place] = values
        values = np.unique(allowed.nearest(rows)[:, place])
        return np.asarray(values[values != allowed.origin[place]])


def _met(search: Search, values: dict[int, Reals], size: int, most: int) -> tuple[Reals, int]:
    """Rows with ``size`` changes that do, and how many were tried."""
    rows, found, tried = islice(_combined(search.allowed.origin, values, size), most), [], 0
    while some := list(islice(rows, AT_ONCE)):
        batch = np.array(some)
        tried += len(batch)
        found.append(batch[search.met(batch)])
    return (np.concatenate(found) if found else np.empty((0, len(search.allowed.origin)))), tried


def _combined(origin: Reals, values: dict[int, Reals], size: int) -> Iterator[Reals]:
    for places in combinations(values, size):
        for chosen in product(*(values[place] for place in places)):
            row = origin.copy()
            row[list(places)] = chosen
            yield row
