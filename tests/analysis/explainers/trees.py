"""Trees written by hand: a sum of them is a model."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from analysis.explainers.subjects import Capability, GrownTree, Modality, Reals, Task
from analysis.learning.digests import digest_of

LEAF = -1


@dataclass(frozen=True, eq=False)
class Grove:
    """The sum of trees: a number, or where it is above 0 the class "yes" with probability 0.9, else 0.2."""

    grown: tuple[GrownTree, ...]
    task: Task = Task.REGRESSION
    modality: Modality = Modality.TABULAR
    capabilities: frozenset[Capability] = field(default=frozenset({Capability.TREES}))

    @property
    def labels(self) -> tuple[str, ...]:
        return ("no", "yes") if self.task is Task.BINARY else ()

    @property
    def digest(self) -> str:
        return digest_of([each.values.tolist() for each in self.grown])

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        rows = np.asarray(samples, dtype=float)
        total = np.sum([routed(tree, rows) for tree in self.grown], axis=0)
        if self.task is Task.REGRESSION:
            return np.asarray(total)
        yes = np.where(total > 0, 0.9, 0.2)
        return np.hstack([1 - yes, yes])

    def trees(self) -> tuple[tuple[GrownTree, ...], Reals]:
        return self.grown, np.zeros(1)


def routed(tree: GrownTree, rows: Reals) -> Reals:
    """The value of each row's leaf, shape (n, k)."""
    at = np.zeros(len(rows), dtype=int)
    seen = rows.astype(np.float32).astype(float) if tree.is_single_precision else rows
    while (inner := tree.features[at] >= 0).any():
        left = seen[np.arange(len(rows)), np.maximum(tree.features[at], 0)] <= tree.thresholds[at]
        at = np.where(inner, np.where(left, tree.left[at], tree.right[at]), at)
    return np.asarray(tree.values[at])


def grown(nodes: list[tuple[int, float, int, int, float]]) -> GrownTree:
    """nodes: (feature, threshold, left, right, value) each."""
    features, thresholds, left, right, values = (np.array(column) for column in zip(*nodes, strict=True))
    return GrownTree(features, thresholds, left, right, values[:, np.newaxis], np.ones(len(nodes)))


def stump(feature: int, threshold: float, low: float, high: float) -> GrownTree:
    """low where the feature is at most the threshold, else high."""
    return grown([(feature, threshold, 1, 2, 0.0), (LEAF, 0, 0, 0, low), (LEAF, 0, 0, 0, high)])
