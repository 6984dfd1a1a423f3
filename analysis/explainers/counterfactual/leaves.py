"""Counterfactuals of trees: every leaf is a box, and the nearest row of a box is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, cast

import numpy as np

from analysis.explainers.counterfactual.allowed import Allowed
from analysis.explainers.counterfactual.kind import Counterfactual, Proposed
from analysis.explainers.counterfactual.searching import Search, distinct
from analysis.explainers.kinds import EXPLAINERS, Needs
from analysis.explainers.subjects import Capability, GrownTree, Reals, WithTrees
from analysis.learning.components import Whole
from analysis.learning.members import takes
from experiments.types import JsonObject

MOST_BOXES = 4000
BEAM = 6


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """low, high: shape (n, M), both inclusive: the least and greatest values that arrive in each leaf."""

    low: Reals
    high: Reals

    def nearest(self, row: Reals, is_single: bool) -> Reals:
        """The row of each box next to this one, shape (n, M). A value that is compared as inside stays as it is."""
        seen = row.astype(np.float32).astype(float) if is_single else row
        inside = (seen >= self.low) & (seen <= self.high)
        return np.where(inside, row, np.clip(row, self.low, self.high))


def boxes_of(tree: GrownTree, allowed: Allowed) -> Iterator[tuple[Reals, Reals]]:
    """Of every leaf that an allowed row can get to."""
    stack = [(0, np.full(len(allowed.origin), -np.inf), np.full(len(allowed.origin), np.inf))]
    while stack:
        node, low, high = stack.pop()
        place = int(tree.features[node])
        if place < 0:
            yield low, high
            continue
        left, right = sides(float(tree.thresholds[node]), tree.is_single_precision, bool(allowed.stepped[place]))
        most, least = high.copy(), low.copy()
        most[place], least[place] = min(high[place], left), max(low[place], right)
        if most[place] >= max(low[place], allowed.low[place]):
            stack.append((int(tree.left[node]), low, most))
        if least[place] <= min(high[place], allowed.high[place]):
            stack.append((int(tree.right[node]), least, high))


def sides(threshold: float, is_single: bool, is_stepped: bool) -> tuple[float, float]:
    """The greatest value that goes left, and the least that goes right."""
    if is_stepped:
        return float(np.floor(threshold)), float(np.floor(threshold)) + 1
    if not is_single:
        return threshold, float(np.nextafter(threshold, np.inf))
    narrow = np.float32(threshold)
    left = narrow if float(narrow) <= threshold else np.nextafter(narrow, np.float32(-np.inf))
    return float(left), float(np.nextafter(left, np.float32(np.inf)))


@EXPLAINERS.register
@dataclass(frozen=True)
class TreeCounterfactuals(Counterfactual):
    """The nearest leaf of a tree with another prediction; of a forest, leaf after leaf.

    A leaf is a box; the nearest row of a box is the sample with each value moved to the box's edge. Of one tree this is
    exact. Of several the boxes that help most for their distance are entered one after the other, a few ways at a time;
    then every change is taken back as far as the forest allows. Values lie just beyond a threshold.
    """

    name: ClassVar[str] = "tree_counterfactuals"
    example: ClassVar[JsonObject] = {"type": "tree_counterfactuals", "rounds": 6}
    needs: ClassVar[Needs] = Needs(capabilities=frozenset({Capability.TREES}))

    rounds: int = takes(Whole(1, 50), "Of a forest: boxes entered one after the other at most.", 6)

    def proposed(self, search: Search) -> Proposed:
        trees, _ = cast(WithTrees, search.model).trees()
        boxes = _near(search.allowed, [box for tree in trees for box in boxes_of(tree, search.allowed)])
        is_single = any(tree.is_single_precision for tree in trees)
        if len(trees) == 1:
            return Proposed(boxes.nearest(search.allowed.origin, is_single), is_nearest=True)
        beam, found = search.allowed.origin[np.newaxis], np.empty((0, len(search.allowed.origin)))
        for _ in range(self.rounds):
            rows = distinct(np.concatenate([boxes.nearest(row, is_single) for row in beam]))
            rows = distinct(search.allowed.nearest(rows))
            met = search.met(rows)
            found = np.concatenate([found, rows[met]])
            if len(found) >= self.count or met.all():
                break
            beam = _promising(search, rows[~met])
        return Proposed(found)


def _near(allowed: Allowed, boxes: list[tuple[Reals, Reals]]) -> Boxes:
    """The nearest ones, where there are more than can be tried."""
    low, high = (np.array([box[side] for box in boxes]) for side in (0, 1))
    far = allowed.distances(np.clip(allowed.origin, low, high)).argsort(kind="stable")[:MOST_BOXES]
    return Boxes(low[far], high[far])


def _promising(search: Search, rows: Reals) -> Reals:
    """Those that come closest to what is wanted for their distance."""
    gained = search.shortfall(search.allowed.origin[np.newaxis])[0] - search.shortfall(rows)
    worth = gained / (1 + search.allowed.distances(rows))
    return np.asarray(rows[(-worth).argsort(kind="stable")[:BEAM]])
