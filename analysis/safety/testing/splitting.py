"""Which rows a candidate is sought on, and which rows test it: no row is in both.

SPLITS[kind](strata, fraction, seed) -> Split. To add one: a function and a line in SPLITS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.learning.seeds import permutation
from analysis.safety.terms import Mask, Rows
from experiments.problems import did_you_mean

Strata: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Split:
    """Rows by position, rising. ValueError if a row is in both or twice in one: the test would have been seen."""

    candidate: Rows
    safety: Rows

    def __post_init__(self) -> None:
        for name, rows in (("candidate", self.candidate), ("safety", self.safety)):
            if len(np.unique(rows)) < len(rows):
                raise ValueError(f"The {name} set has {len(rows) - len(np.unique(rows))} rows twice.")
        both = np.intersect1d(self.candidate, self.safety)
        if len(both):
            raise ValueError(f"{len(both)} rows are in candidate and safety set, the first is row {both[0]}.")


def divided(strata: Strata, *, fraction: float, split: str = "stratified", seed: int = 0) -> Split:
    """So that the safety set has that share of the rows. strata: shape (n,); seed: ignored by "ordered".

    ValueError for a fraction outside (0, 1) or a split that there is not.

    >>> parts = divided(np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]), fraction=0.6, seed=18)
    >>> parts.candidate.tolist(), parts.safety.tolist()
    ([0, 2, 5, 7], [1, 3, 4, 6, 8, 9])
    """
    if not 0 < fraction < 1:
        raise ValueError(f"fraction is {fraction!r}; the share of the safety set must be above 0 and below 1.")
    if split not in SPLITS:
        raise ValueError(f"There is no split “{split}”. {did_you_mean(split, list(SPLITS))}")
    return SPLITS[split](strata, fraction, seed)


def ordered(strata: Strata, fraction: float, seed: int) -> Split:
    """The first rows are the candidate's, as the Seldonian Engine has it. Right only for rows in an order of chance."""
    rows = np.arange(len(strata))
    first = candidate_count(len(strata), fraction)
    return Split(rows[:first], rows[first:])


def random(strata: Strata, fraction: float, seed: int) -> Split:
    """By lot, whatever the strata."""
    return _dealt(permutation(len(strata), seed, "safety"), fraction)


def stratified(strata: Strata, fraction: float, seed: int) -> Split:
    """By lot, every stratum in the same share, to within a row."""
    order = permutation(len(strata), seed, "safety")
    return _dealt(order[np.argsort(strata[order], kind="stable")], fraction)


def uncut(strata: Strata, wholes: Iterable[Mask]) -> Strata:
    """The same with strata joined until each of these sets of rows, shape (n,), lies within one.

    A set that is cut by strata has the shares of these strata in both parts, as good as to within a row: the search
    would know of the safety set what chance alone should tell it. Within one stratum the two parts are independent.

    >>> uncut(np.array([0, 1, 2, 3]), [np.array([True, True, False, False])]).tolist()
    [0, 0, 2, 3]
    """
    joined = np.arange(int(strata.max(initial=-1)) + 1)
    for rows in wholes:
        among = np.unique(joined[strata[rows]])
        joined[np.isin(joined, among)] = among.min(initial=len(joined))
    found: Strata = joined[strata]
    return found


def candidate_count(n: int, fraction: float) -> int:
    """n (1 - fraction), rounded half to even, as the Seldonian Engine does."""
    return round(n * (1 - fraction))


def _dealt(order: Rows, fraction: float) -> Split:
    """Evenly along the order, so that every stretch of it is in both parts in the same share, to within a row."""
    n = len(order)
    before = np.arange(n + 1) * (n - candidate_count(n, fraction)) // max(n, 1)
    safe = np.diff(before) > 0
    return Split(np.sort(order[~safe]), np.sort(order[safe]))


SPLITS: Mapping[str, Callable[[Strata, float, int], Split]] = {
    "stratified": stratified,
    "random": random,
    "ordered": ordered,
}
