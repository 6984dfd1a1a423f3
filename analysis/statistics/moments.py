"""Sufficient statistics that can be added up: any part of the record, in any order, gives the same figures.

Kept as mean and sum of squared deviations, not as raw sums of squares, so that large offsets cost no digits.
Chan, Golub and LeVeque (1983), The American Statistician 37.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.words import BEYOND, NoAnswer

Array = NDArray[np.float64]
ROUNDING = 1e-12  # of a value, relative to its size
LARGEST = 1e50  # fourth powers are computed


@dataclass(frozen=True, slots=True)
class Moments:
    """Of n values of p variables. mean: shape (p,). scatter: shape (p, p), sums of products of deviations."""

    n: int
    mean: Array
    scatter: Array

    @classmethod
    def of(cls, *variables: ArrayLike) -> Moments:
        """Of variables of the same length. NoAnswer where a value is missing or infinite, or squares would be lost."""
        rows = np.column_stack([computable(each) for each in variables])
        mean = rows.mean(axis=0) if len(rows) else np.zeros(rows.shape[1])
        return cls(len(rows), mean, (rows - mean).T @ (rows - mean))

    @classmethod
    def of_sums(cls, n: int, total: float, squares: float) -> Moments:
        """Of one variable whose values and their squares somebody else added up; as exact as those sums are.

        >>> Moments.of_sums(3, 6.0, 14.0).variance
        1.0
        """
        mean = total / n if n else 0.0
        return cls(n, np.array([mean]), np.array([[max(squares - total * mean, 0.0)]]))

    def only(self, *variables: int) -> Moments:
        """Of these variables alone, in this order."""
        chosen = list(variables)
        return Moments(self.n, self.mean[chosen], self.scatter[np.ix_(chosen, chosen)])

    def varies(self, variable: int = 0) -> bool:
        """Whether its values differ by more than rounding does."""
        spread = float(self.scatter[variable, variable]) / max(self.n, 1)
        return spread > (ROUNDING * abs(float(self.mean[variable]))) ** 2

    @classmethod
    def none(cls, p: int = 1) -> Moments:
        """Of no values at all."""
        return cls(0, np.zeros(p), np.zeros((p, p)))

    def __add__(self, other: Moments) -> Moments:
        """Of both together."""
        n = self.n + other.n
        if not n:
            return self
        gap = other.mean - self.mean
        scatter = self.scatter + other.scatter + np.outer(gap, gap) * (self.n * other.n / n)
        return Moments(n, self.mean + gap * (other.n / n), scatter)

    @property
    def covariance(self) -> Array:
        """Shape (p, p), over n - 1. NoAnswer with fewer than two values."""
        if self.n < 2:
            raise NoAnswer(f"{'One value' if self.n else 'No value'} says nothing about how much values vary.")
        return self.scatter / (self.n - 1)

    @property
    def variance(self) -> float:
        """Of the first variable, over n - 1; 0 where its values differ by rounding only."""
        found = float(self.covariance[0, 0])
        return found if self.varies() else 0.0


def computable(values: ArrayLike) -> Array:
    """As an array of numbers whose squares can be added up. NoAnswer if one is missing or infinite, or they cannot."""
    found = np.asarray(values, dtype=float)
    if not np.isfinite(found).all():
        raise NoAnswer("A value is missing or infinite: leave it out, and say so, before it is counted.")
    largest = float(np.abs(found).max(initial=0.0))
    if largest > LARGEST or 0 < largest < 1 / LARGEST:
        raise NoAnswer(BEYOND)
    return found


def together(parts: list[Moments], p: int = 1) -> Moments:
    """Of all parts."""
    return reduce(Moments.__add__, parts, Moments.none(p))
