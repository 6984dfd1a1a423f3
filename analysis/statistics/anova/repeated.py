"""Conditions that every unit went through: repeated measures, with the correction for unequal dependence.

Greenhouse and Geisser (1959), Psychometrika 24; several factors by contrasts of each unit's measurements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.anova.one_way import f_tested
from analysis.statistics.moments import Array
from analysis.statistics.ranks.several import complete
from analysis.statistics.words import NoAnswer, Tested


@dataclass(frozen=True, slots=True)
class Within:
    """tested: with degrees times epsilon. p_uncorrected: had all differences the same spread (epsilon 1).

    squares, error_squares: of the effect and of units' differing in it. epsilon: in (0, 1].
    """

    name: str
    squares: float
    error_squares: float
    tested: Tested
    p_uncorrected: float
    epsilon: float


def repeated(table: ArrayLike, factors: Mapping[str, int] | None = None) -> tuple[Within, ...]:
    """table: shape (units, conditions), complete. factors: levels by name; conditions in order, the last moves fastest.

    NoAnswer with a missing value, fewer than two units, or no difference between units in an effect.

    >>> found = repeated([[1.0, 2.0, 4.0], [2.0, 2.0, 5.0], [1.0, 3.0, 3.0], [0.0, 2.0, 4.0]])[0]
    >>> found.name, round(found.tested.statistic, 3)
    ('condition', 17.211)
    """
    rows = complete(table)
    levels = dict(factors or {"condition": rows.shape[1]})
    if int(np.prod(list(levels.values()))) != rows.shape[1] or min(levels.values()) < 2:
        raise ValueError(f"factors {levels} must have two or more levels, and multiply to {rows.shape[1]} conditions.")
    if len(rows) < 2:
        raise NoAnswer("One unit says nothing about how much units vary.")
    terms = [term for size in range(1, len(levels) + 1) for term in combinations(levels, size)]
    return tuple(_effect(rows @ contrast_columns(levels, term), ":".join(term)) for term in terms)


def contrast_columns(levels: Mapping[str, int], term: tuple[str, ...]) -> Array:
    """Orthonormal columns that carry the term: differences in its factors, averages over the others."""
    found: Array = np.ones((1, 1))
    for name, count in levels.items():
        part = _helmert(count) if name in term else np.full((count, 1), 1 / np.sqrt(count))
        found = np.asarray(np.kron(found, part), dtype=float)
    return found


def _helmert(count: int) -> Array:
    columns = np.zeros((count, count - 1))
    for place in range(1, count):
        columns[:place, place - 1] = 1
        columns[place, place - 1] = -place
    return np.asarray(columns / np.linalg.norm(columns, axis=0))


def _effect(scores: Array, name: str) -> Within:
    """scores: shape (units, degrees of the effect)."""
    n, d = scores.shape
    means = scores.mean(axis=0)
    rest = scores - means
    squares, error_squares = n * float(means @ means), float((rest**2).sum())
    if error_squares <= 1e-24 * max(float((scores**2).sum()), 1e-300):
        raise NoAnswer(f"All units differ alike in {name}: nothing says how sure the effect is.")
    epsilon = epsilon_of(rest)
    f = squares / d / (error_squares / (d * (n - 1)))
    plain = f_tested(f, (d, d * (n - 1)), n, "repeated")
    corrected = f_tested(f, (d * epsilon, d * (n - 1) * epsilon), n, "repeated")
    return Within(name, squares, error_squares, corrected, plain.p_value, epsilon)


def epsilon_of(rest: Array) -> float:
    """How alike units' orthonormal contrasts spread, from 1 / d to 1. rest: shape (units, d), about their means."""
    spread = rest.T @ rest
    return min(float(np.trace(spread)) ** 2 / (len(spread) * float((spread**2).sum())), 1.0)
