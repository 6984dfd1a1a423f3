"""Conditions that every unit went through, in groups of units: each unit in one group, all conditions in each unit.

Groups are held against the spread of units' means, conditions and their interactions with groups against the spread of
units' differences. Winer, Brown and Michels (1991), ch. 7; groups of unequal size are weighed alike (type 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.anova.one_way import CONSTANT, f_tested
from analysis.statistics.anova.repeated import Within, contrast_columns, epsilon_of
from analysis.statistics.labels import Labels, labels
from analysis.statistics.moments import Array
from analysis.statistics.ranks.several import complete
from analysis.statistics.words import NoAnswer


@dataclass(frozen=True, slots=True)
class _Design:
    """ones: shape (n, 1); groups: shape (n, g - 1), contrasts that add up to 0."""

    ones: Array
    groups: Array

    @property
    def both(self) -> Array:
        return np.column_stack([self.ones, self.groups])


def split_plot(
    table: ArrayLike, groups: Labels, factors: Mapping[str, int] | None = None, *, name: str = "group"
) -> tuple[Within, ...]:
    """table: shape (units, conditions), complete. groups: a label for each unit. factors: as `repeated` takes them.

    The group first, then each effect within units, then that effect by group. NoAnswer with a missing value, one group
    only, no more units than groups, or no spread of units within groups.
    """
    rows = complete(table)
    design = _design(labels(groups), len(rows))
    levels = dict(factors or {"condition": rows.shape[1]})
    if int(np.prod(list(levels.values()))) != rows.shape[1] or min(levels.values()) < 2:
        raise ValueError(f"factors {levels} must have two or more levels, and multiply to {rows.shape[1]} conditions.")
    means = rows.mean(axis=1, keepdims=True) * np.sqrt(rows.shape[1])
    found = [_effect(means, design, name, by_group=True)]
    for size in range(1, len(levels) + 1):
        for term in combinations(levels, size):
            scores = rows @ contrast_columns(levels, term)
            own = ":".join(term)
            found.append(_effect(scores, design, own, by_group=False))
            found.append(_effect(scores, design, f"{name}:{own}", by_group=True))
    return tuple(found)


def _design(named: np.ndarray, n: int) -> _Design:
    if len(named) != n:
        raise ValueError(f"groups must be one label for each of {n} units, not {len(named)}.")
    levels, places = np.unique(named, return_inverse=True)
    if len(levels) < 2:
        raise NoAnswer("All units are in one group: there is nothing to compare.")
    if n <= len(levels):
        raise NoAnswer("There are no more units than groups: nothing says how much units vary.")
    contrasts = np.vstack([np.eye(len(levels) - 1), -np.ones(len(levels) - 1)])
    return _Design(np.ones((n, 1)), contrasts[places.ravel()])


def _effect(scores: Array, design: _Design, name: str, *, by_group: bool) -> Within:
    """scores: shape (units, degrees within units). by_group: whether scores differ by group, or from 0."""
    n, d = scores.shape
    rest = _rest(scores, design.both)
    error = float((rest**2).sum())
    if error <= 1e-24 * max(float((scores**2).sum()), 1e-300):
        raise NoAnswer(CONSTANT)
    without = _rest(scores, design.ones if by_group else design.groups)
    squares = max(float((without**2).sum()) - error, 0.0)
    above = d * (design.groups.shape[1] if by_group else 1)
    below = d * (n - 1 - design.groups.shape[1])
    epsilon = epsilon_of(rest)
    f = squares / above / (error / below)
    plain = f_tested(f, (above, below), n, "split-plot")
    corrected = f_tested(f, (above * epsilon, below * epsilon), n, "split-plot")
    return Within(name, squares, error, corrected, plain.p_value, epsilon)


def _rest(scores: Array, columns: Array) -> Array:
    return np.asarray(scores - columns @ np.linalg.lstsq(columns, scores, rcond=None)[0])
