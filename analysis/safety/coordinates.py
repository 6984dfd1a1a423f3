"""Coordinates in which the parameters of linear scores are of like sizes, and a problem seen in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.safety.terms import Array, Coordinates, Look, Problem, Standardised

ENOUGH_ROWS = 10_000  # to learn a scale from


@dataclass(frozen=True, slots=True)
class StandardScores:
    """Of a model with theta = (d + 1, columns) laid flat, intercepts first, over features of that mean and scale.

    The inner parameters are those of the same model over (features - mean) / scale.
    """

    mean: Array
    scale: Array
    columns: int = 1

    def inward(self, theta: Array) -> Array:
        inner = theta.reshape(-1, self.columns).copy()
        inner[0] += self.mean @ inner[1:]
        inner[1:] *= self.scale[:, None]
        return inner.reshape(-1)

    def outward(self, inner: Array) -> Array:
        theta = inner.reshape(-1, self.columns).copy()
        theta[1:] /= self.scale[:, None]
        theta[0] -= self.mean @ theta[1:]
        return theta.reshape(-1)

    def pulled(self, gradient: Array) -> Array:
        found = gradient.reshape(-1, self.columns).copy()
        found[1:] -= self.mean[:, None] * found[0]
        found[1:] /= self.scale[:, None]
        return found.reshape(-1)


def standard_scores(features: Array, *, columns: int = 1) -> StandardScores:
    """features: (n, d), n >= 1. Some ten thousand rows, evenly spread, say enough of where they lie and how widely."""
    seen = features[:: max(1, len(features) // ENOUGH_ROWS)]
    mean, scale = seen.mean(axis=0), seen.std(axis=0)
    constant = ~(scale > 1e-12 * np.abs(mean))
    return StandardScores(np.where(np.isfinite(mean), mean, 0.0), np.where(constant, 1.0, scale), columns)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Theta as it is."""

    def inward(self, theta: Array) -> Array:
        return theta.copy()

    def outward(self, inner: Array) -> Array:
        return inner.copy()

    def pulled(self, gradient: Array) -> Array:
        return gradient


def coordinates_of(problem: Problem) -> Coordinates:
    """The problem's own, if it has any."""
    found = problem.coordinates if isinstance(problem, Standardised) else None
    return found or Unchanged()


def inside(problem: Problem, coordinates: Coordinates) -> Problem:
    """The problem seen in its coordinates; itself, where they are those of theta."""
    return problem if isinstance(coordinates, Unchanged) else Inside(problem, coordinates)


class Inside:
    """A problem seen in its coordinates."""

    def __init__(self, problem: Problem, coordinates: Coordinates) -> None:
        self.size, self.count = problem.size, problem.count
        self._problem, self._coordinates = problem, coordinates

    def look(self, inner: Array) -> Look:
        return self._problem.look(self._coordinates.outward(inner))

    def slope(self, inner: Array, weights: Array) -> tuple[Look, Array]:
        look, gradient = self._problem.slope(self._coordinates.outward(inner), weights)
        return look, self._coordinates.pulled(gradient)

    def slopes(self, inner: Array) -> tuple[Look, Array, Array]:
        look, gradient, jacobian = self._problem.slopes(self._coordinates.outward(inner))
        pulled = [self._coordinates.pulled(row) for row in jacobian]
        return look, self._coordinates.pulled(gradient), np.array(pulled).reshape(self.count, self.size)
