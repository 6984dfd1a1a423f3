"""A grown tree as its leaves: each a box of feature values with what it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.attribution.coalitions import Masks
from analysis.explainers.subjects import GrownTree, Reals


@dataclass(frozen=True, slots=True, eq=False)
class Leaves:
    """used: the features that the tree asks for, shape (m,). A row is in leaf l on feature j if low < value <= high.

    low, high: shape (L, m). values: shape (L, k), in the ensemble's unit. kept: shape (L, m), the share of training
    rows that stay on the way to the leaf where feature j is asked for (1 where it is not): product of the children's
    covers by their parents'. expected: shape (k,), mean of the leaves by their covers.
    """

    used: NDArray[np.intp]
    low: Reals
    high: Reals
    values: Reals
    kept: Reals
    expected: Reals
    is_single_precision: bool

    def holds(self, rows: Reals) -> Masks:
        """rows: shape (n, M). Result: shape (n, L, m), whether the row is in the leaf as far as that feature says.

        Rows are rounded to float32 first where the model does so.
        """
        asked = rows[:, self.used]
        if self.is_single_precision:
            asked = asked.astype(np.float32).astype(np.float64)
        values = asked[:, np.newaxis]
        return np.asarray((self.low < values) & (values <= self.high))

    @property
    def asks(self) -> Masks:
        """Whether the way to the leaf asks for the feature, shape (L, m)."""
        return np.asarray(np.isfinite(self.low) | np.isfinite(self.high))


Way = tuple[int, Reals, Reals, Reals]
"""A node, and what the way to it says of the features used: low, high, kept."""


def leaves_of(tree: GrownTree) -> Leaves:
    """Walks the tree once, from the root."""
    used = np.unique(tree.features[tree.features >= 0])
    unbounded = np.full(len(used), np.inf)
    found: list[Way] = []
    ahead: list[Way] = [(0, -unbounded, unbounded, np.ones(len(used)))]
    while ahead:
        way = ahead.pop()
        if tree.features[way[0]] < 0:
            found.append(way)
        else:
            column = int(np.searchsorted(used, tree.features[way[0]]))
            ahead += [_further(tree, way, column, is_left=False), _further(tree, way, column, is_left=True)]
    nodes = np.array([way[0] for way in found])
    low, high, kept = (np.array([way[part] for way in found]) for part in (1, 2, 3))
    values = tree.values[nodes] * tree.scale
    expected = np.asarray(tree.covers[nodes] @ values / tree.covers[nodes].sum())
    return Leaves(used, low, high, values, kept, expected, tree.is_single_precision)


def _further(tree: GrownTree, way: Way, column: int, *, is_left: bool) -> Way:
    """One step down."""
    node, low, high, kept = way
    child = int((tree.left if is_left else tree.right)[node])
    low, high, kept = low.copy(), high.copy(), kept.copy()
    if is_left:
        high[column] = min(high[column], tree.thresholds[node])
    else:
        low[column] = max(low[column], tree.thresholds[node])
    kept[column] *= tree.covers[child] / tree.covers[node]
    return child, low, high, kept
