"""The splits of decision trees as arrays: which leaf of each tree a row falls into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.safety.terms import Array

NAMES: Final = ("feature", "threshold", "left", "right", "roots")
INNER: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Splits:
    """Nodes of all trees, one after the other. A row goes left where its feature is at most the threshold.

    feature, threshold, left, right: shape (nodes,); left and right are places of nodes, -1 at a leaf. roots: shape
    (trees,), where each tree begins. Thresholds are compared with features in single precision, as scikit-learn does
    it when it grows a tree.
    """

    feature: NDArray[np.int64]
    threshold: Array
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    roots: NDArray[np.int64]

    @property
    def trees(self) -> int:
        return len(self.roots)

    @property
    def leaf_of(self) -> NDArray[np.int64]:
        """Shape (nodes,): the number of each leaf, counted through all trees; -1 for a node that is none."""
        is_leaf = self.left == INNER
        return np.where(is_leaf, np.cumsum(is_leaf) - 1, INNER)

    @property
    def leaves(self) -> int:
        return int((self.left == INNER).sum())

    def fallen(self, features: Array) -> NDArray[np.int32]:
        """Shape (n, trees): the leaf of every row in every tree."""
        single = np.asarray(features, dtype=np.float32)
        found = np.empty((len(single), self.trees), dtype=np.int32)
        leaf_of = self.leaf_of
        for tree, root in enumerate(self.roots):
            found[:, tree] = leaf_of[self._descended(single, int(root))]
        return found

    def _descended(self, features: NDArray[np.float32], root: int) -> NDArray[np.int64]:
        """The leaf's node of every row: all rows go down a level at a time."""
        at = np.full(len(features), root)
        moving = np.arange(len(features)) if self.left[root] != INNER else np.arange(0)
        while len(moving):
            node = at[moving]
            goes_left = features[moving, self.feature[node]] <= self.threshold[node]
            at[moving] = np.where(goes_left, self.left[node], self.right[node])
            moving = moving[self.left[at[moving]] != INNER]
        return at

    def sentences(self, names: Sequence[str]) -> list[str]:
        """How each leaf is reached, by the names of the features: for a report."""
        found: dict[int, str] = {}
        for number, root in enumerate(self.roots):
            of_tree = f"tree {number + 1}: " if self.trees > 1 else ""
            waiting = [(int(root), "")]
            while waiting:
                node, so_far = waiting.pop()
                if self.left[node] == INNER:
                    found[int(self.leaf_of[node])] = of_tree + (so_far or "every row")
                    continue
                is_left, is_right = _asked(names[self.feature[node]], float(self.threshold[node]))
                joined = f"{so_far} and " if so_far else ""
                waiting += [
                    (int(self.left[node]), f"{joined}{is_left}"),
                    (int(self.right[node]), f"{joined}{is_right}"),
                ]
        return [found[leaf] for leaf in sorted(found)]

    def kept(self) -> dict[str, NDArray[np.generic]]:
        """As arrays by name."""
        return {name: getattr(self, name) for name in NAMES}


def _asked(name: str, cut: float) -> tuple[str, str]:
    """What is true of a row that goes left, and of one that goes right; a column of zeros and ones by its category.

    >>> _asked("age", 30.5), _asked("sex=Male", 0.5)
    (('age <= 30.5', 'age > 30.5'), ('sex is not Male', 'sex is Male'))
    """
    column, is_category, category = name.partition("=")
    if is_category and 0 < cut < 1:
        return f"{column} is not {category}", f"{column} is {category}"
    return f"{name} <= {cut:.6g}", f"{name} > {cut:.6g}"


def of_estimators(trees: Sequence[Any]) -> Splits:
    """Of fitted trees of scikit-learn (their `tree_`)."""
    sizes = [tree.node_count for tree in trees]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    return Splits(
        feature=np.concatenate([np.maximum(tree.feature, 0) for tree in trees]).astype(np.int64),
        threshold=np.concatenate([tree.threshold for tree in trees]).astype(np.float64),
        left=_moved([tree.children_left for tree in trees], starts),
        right=_moved([tree.children_right for tree in trees], starts),
        roots=starts,
    )


def restored(arrays: Mapping[str, NDArray[np.generic]]) -> Splits:
    """What `kept` gave. ValueError if it leads nowhere: nodes that are not there, or a circle."""
    given = {name: np.asarray(arrays[name]) for name in NAMES if name in arrays}
    if len(given) < len(NAMES):
        raise ValueError(f"Trees are kept as {', '.join(NAMES)}, not as {', '.join(arrays)}.")
    whole = {name: array.astype(np.int64) for name, array in given.items() if name != "threshold"}
    splits = Splits(threshold=given["threshold"].astype(np.float64), **whole)
    nodes, inner = len(splits.left), splits.left != INNER
    children = np.concatenate([splits.left[inner], splits.right[inner]])
    parents = np.concatenate([np.flatnonzero(inner)] * 2)
    sized = all(len(getattr(splits, name)) == nodes for name in NAMES[:-1])
    if not sized or not len(splits.roots) or (children <= parents).any() or (children >= nodes).any():
        raise ValueError("These arrays are no trees: a node leads to one that is not below it.")
    if (splits.right[~inner] != INNER).any() or (splits.roots < 0).any() or (splits.roots >= nodes).any():
        raise ValueError("These arrays are no trees: a leaf leads on, or a root is no node.")
    return splits


def _moved(children: Sequence[NDArray[np.int64]], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    moved = [np.where(places == INNER, INNER, places + start) for places, start in zip(children, starts, strict=True)]
    return np.concatenate(moved).astype(np.int64)
