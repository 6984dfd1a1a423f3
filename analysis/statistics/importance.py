"""Which parameters matter: functional analysis of variance over a forest of regression trees.

Hutter, Hoos and Leyton-Brown (2014), "An efficient approach for assessing hyperparameter importance". Each tree cuts
the space of settings into boxes; over boxes, the variance that a parameter explains by itself is an exact sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
TREES: Final = 24
DEEPEST: Final = 12
LEAST: Final = 2  # samples that a box must have to be cut
MOST_PAIRED: Final = 8  # parameters up to which pairs are looked at


@dataclass(frozen=True, slots=True)
class Importance:
    """Shares of the variance, each in [0, 1]. alone: shape (d,). pairs: {(i, j): share beyond what i and j do alone}.

    The shares of everything, pairs of more parameters included, add up to 1; all are 0 if nothing varies.
    """

    alone: Reals
    pairs: dict[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Leaves of a tree over [0, 1]^d. low, high: shape (leaves, d). values: shape (leaves,)."""

    low: Reals
    high: Reals
    values: Reals

    @property
    def widths(self) -> Reals:
        return self.high - self.low


def importance(x: Reals, y: Reals, *, rng: np.random.Generator, trees: int = TREES) -> Importance:
    """x: shape (n, d), n >= 2, anything that can be ordered; equal values are one level, and levels weigh the same.

    y: shape (n,), finite. ValueError if the shapes do not fit or y is not finite.
    """
    if x.ndim != 2 or y.shape != (len(x),) or len(y) < 2:
        raise ValueError(f"x and y must have shapes (n, d) and (n,), n >= 2, not {x.shape} and {y.shape}.")
    if not np.isfinite(y).all():
        raise ValueError("y must be finite.")
    y = _unit(y)
    placed = placed_levels(x)
    pairs = [*combinations(range(x.shape[1]), 2)] if x.shape[1] <= MOST_PAIRED else []
    alone, together = np.zeros(x.shape[1]), dict.fromkeys(pairs, 0.0)
    grown = 0
    for _ in range(trees):
        chosen = rng.integers(len(y), size=len(y))
        boxes = _grow(placed[chosen], y[chosen], rng)
        total = _variance(boxes)
        if total <= 0:
            continue
        grown += 1
        mine = np.array([_explained(boxes, (j,)) for j in range(x.shape[1])]) / total
        alone += mine
        for i, j in pairs:
            together[i, j] += max(_explained(boxes, (i, j)) / total - mine[i] - mine[j], 0.0)
    grown = max(grown, 1)
    return Importance(alone / grown, {pair: share / grown for pair, share in together.items()})


def _unit(y: Reals) -> Reals:
    """Around 0 and at most 1: shares stay, and no sum of squares loses or overflows."""
    around: Reals = y / 2 - (y / 2).mean()
    largest = float(np.abs(around).max())
    return np.divide(around, largest) if largest > 0 else around


def placed_levels(x: Reals) -> Reals:
    """Each value as the middle of its level's share of [0, 1].

    >>> placed_levels(np.array([[0.1], [0.001], [0.1]])).tolist()
    [[0.75], [0.25], [0.75]]
    """
    placed = np.empty(x.shape)
    for j in range(x.shape[1]):
        levels, where = np.unique(x[:, j], return_inverse=True)
        placed[:, j] = (where + 0.5) / len(levels)
    return placed


def _grow(x: Reals, y: Reals, rng: np.random.Generator) -> _Boxes:
    """A tree, best cut first among a random choice of parameters, down to boxes of equal values."""
    d = x.shape[1]
    found: list[tuple[Reals, Reals, float]] = []
    waiting = [(np.arange(len(y)), np.zeros(d), np.ones(d), 0)]
    while waiting:
        inside, low, high, depth = waiting.pop()
        cut = _cut(x[inside], y[inside], rng) if len(inside) >= LEAST and depth < DEEPEST else None
        if cut is None:
            found.append((low, high, float(y[inside].mean())))
            continue
        j, at = cut
        left = x[inside, j] < at
        middle_high, middle_low = high.copy(), low.copy()
        middle_high[j] = middle_low[j] = at
        waiting += [(inside[left], low, middle_high, depth + 1), (inside[~left], middle_low, high, depth + 1)]
    lows, highs, values = zip(*found, strict=True)
    return _Boxes(np.array(lows), np.array(highs), np.array(values))


def _cut(x: Reals, y: Reals, rng: np.random.Generator) -> tuple[int, float] | None:
    """Parameter and place that leave the least variance; None if nothing differs."""
    if y.min() == y.max():
        return None
    d = x.shape[1]
    order = rng.permutation(d)
    best: tuple[float, int, float] | None = None
    for tried, j in enumerate(order, start=1):
        found = _best_place(x[:, j], y)
        if found is not None and (best is None or found[0] < best[0]):
            best = (found[0], int(j), found[1])
        if best is not None and tried >= max(1, round(2 * d / 3)):
            break
    return None if best is None else best[1:]


def _best_place(x: Reals, y: Reals) -> tuple[float, float] | None:
    """(sum of squares left, place between two levels)."""
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    ends = np.flatnonzero(np.diff(x)) + 1
    if not len(ends):
        return None
    sums, squares, n = np.cumsum(y), np.cumsum(y * y), len(y)
    left = squares[ends - 1] - sums[ends - 1] ** 2 / ends
    right = squares[-1] - squares[ends - 1] - (sums[-1] - sums[ends - 1]) ** 2 / (n - ends)
    place = int(np.argmin(left + right))
    at = ends[place]
    return float((left + right)[place]), float((x[at - 1] + x[at]) / 2)


def _variance(boxes: _Boxes) -> float:
    volumes = boxes.widths.prod(axis=1)
    mean = float(volumes @ boxes.values)
    return float(volumes @ (boxes.values - mean) ** 2)


def _explained(boxes: _Boxes, chosen: tuple[int, ...]) -> float:
    """The variance of the mean over all other parameters, as a function of the chosen ones."""
    volumes = boxes.widths.prod(axis=1)
    mean = float(volumes @ boxes.values)
    others = volumes / boxes.widths[:, list(chosen)].prod(axis=1) * boxes.values
    inside, lengths = np.ones((1, len(others)), dtype=bool), np.ones(1)
    for j in chosen:
        edges = np.unique(np.concatenate([boxes.low[:, j], boxes.high[:, j]]))
        middles = (edges[:-1] + edges[1:]) / 2
        here = (boxes.low[:, j] <= middles[:, None]) & (middles[:, None] < boxes.high[:, j])
        inside = (inside[:, None, :] & here[None, :, :]).reshape(-1, len(others))
        lengths = (lengths[:, None] * np.diff(edges)[None, :]).reshape(-1)
    means = inside @ others
    return float(lengths @ (means - mean) ** 2)
