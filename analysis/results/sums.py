"""From single values to one figure for each unit: trials are clustered in their unit before anything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.results.columns import Array, Keys

Starts = NDArray[np.int64]
Reduction = Callable[[Array, Starts], Array]


def _means(values: Array, starts: Starts) -> Array:
    """Where the sum is beyond every number, each value's part is added instead."""
    counts = _counts(values, starts)
    with np.errstate(over="ignore", invalid="ignore"):
        means: Array = np.add.reduceat(values, starts) / counts
    if np.isfinite(means).all():
        return means
    parts: Array = np.add.reduceat(values / np.repeat(counts, counts.astype(np.int64)), starts)
    return np.where(np.isfinite(means), means, parts)


def _counts(values: Array, starts: Starts) -> Array:
    return np.diff(np.append(starts, len(values))).astype(float)


def _last(values: Array, starts: Starts) -> Array:
    last: Array = values[np.append(starts[1:], len(values)) - 1]
    return last


def _medians(values: Array, starts: Starts) -> Array:
    """By one sort: owners first, then values."""
    ends = np.append(starts[1:], len(values))
    owners = np.repeat(np.arange(len(starts)), ends - starts)
    ordered = values[np.lexsort((values, owners))]
    with np.errstate(over="ignore"):
        middles: Array = (ordered[(starts + ends - 1) // 2] + ordered[(starts + ends) // 2]) / 2
    return middles


REDUCTIONS: Final[Mapping[str, Reduction]] = {
    "mean": _means,
    "count": _counts,
    "first": lambda values, starts: values[starts],
    "last": _last,
    "least": lambda values, starts: np.minimum.reduceat(values, starts),
    "greatest": lambda values, starts: np.maximum.reduceat(values, starts),
    "median": _medians,
}
"""What is kept of a unit's values, in the order they came; their sum is mean times count."""


def by_unit(keys: Keys, units: ArrayLike, values: ArrayLike) -> dict[str, Array]:
    """Each of REDUCTIONS, shape (len(keys),): NaN for units without a value, but a count of 0.

    keys: ascending. units: ascending, the owner of each value; values of units that are not among the keys are left.

    >>> by_unit(np.array([3, 5, 9]), [3, 3, 4, 9], [1.0, 3.0, 7.0, 8.0])["mean"].tolist()
    [2.0, nan, 8.0]
    """
    owners, numbers = np.asarray(units, dtype=np.int64), np.asarray(values, dtype=float)
    known = np.isin(owners, keys)
    owners, numbers = owners[known], numbers[known]
    found = {name: np.full(len(keys), 0.0 if name == "count" else np.nan) for name in REDUCTIONS}
    if not len(owners):
        return found
    starts = np.flatnonzero(np.diff(owners, prepend=owners[0] - 1))
    places = np.searchsorted(keys, owners[starts])
    for name, reduce in REDUCTIONS.items():
        found[name][places] = reduce(numbers, starts)
    return found
