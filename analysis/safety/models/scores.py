"""Scores that are linear in the features: what the linear models have in common."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from analysis.safety.coordinates import StandardScores, standard_scores
from analysis.safety.terms import Array

FEW = 4
"""Up to so many, one product of a matrix and a vector for each costs less than one of two matrices."""


class LinearScores:
    """theta: the intercept, then one weight a feature. One pass over the features each way.

    Features lie column by column: both passes then read memory in order, and no column of ones is copied.
    """

    def __init__(self, features: Array) -> None:
        self.features = np.asfortranarray(features, dtype=float)
        self.size = self.features.shape[1] + 1
        self._ones = np.ones(len(self.features))

    @cached_property
    def coordinates(self) -> StandardScores:
        """Those over standardised features."""
        return standard_scores(self.features)

    def scores(self, theta: Array) -> Array:
        """Shape (n,)."""
        found: Array = self.features.dot(theta[1:])
        found += theta[0]
        return found

    def pull_scores(self, weights: Array) -> Array:
        """Shape (size,), of weights (n,)."""
        found = np.empty(self.size)
        found[0] = weights.dot(self._ones)
        weights.dot(self.features, out=found[1:])
        return found

    def pull_many(self, weights: Array) -> Array:
        """Shape (m, size), of weights (m, n)."""
        if len(weights) <= FEW:
            return np.array([self.pull_scores(each) for each in weights])
        return np.column_stack([weights.sum(axis=1), weights @ self.features])


class LinearScoresOfClasses:
    """theta: (d + 1, classes) laid flat, row by row; the first row is the intercepts."""

    def __init__(self, features: Array, classes: int) -> None:
        self.features = np.asfortranarray(features, dtype=float)
        self.classes = classes
        self.size = (self.features.shape[1] + 1) * classes

    @cached_property
    def coordinates(self) -> StandardScores:
        """Those over standardised features."""
        return standard_scores(self.features, columns=self.classes)

    def scores(self, theta: Array) -> Array:
        """Shape (n, classes)."""
        weights = theta.reshape(-1, self.classes)
        found: Array = self.features @ weights[1:]
        found += weights[0]
        return found

    def pull_scores(self, weights: Array) -> Array:
        """Shape (size,), of weights (n, classes)."""
        found = np.empty((self.features.shape[1] + 1, self.classes))
        found[0] = weights.sum(axis=0)
        np.matmul(self.features.T, weights, out=found[1:])
        return found.reshape(-1)

    def pull_many(self, weights: Array) -> Array:
        """Shape (m, size), of weights (m, n, classes)."""
        return np.array([self.pull_scores(each) for each in weights])
