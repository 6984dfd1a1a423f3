"""Small problems whose answers are known, as an optimiser sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from analysis.safety.terms import Array, Look

Terms = Callable[[Array], tuple[float, Array, Array, Array]]


@dataclass
class Formula:
    """A problem by its formula: theta -> objective, bounds, gradient, slopes of the bounds. Counts its looks."""

    terms: Terms
    size: int = 2
    count: int = 1
    looks: list[Array] = field(default_factory=list)

    def look(self, theta: Array) -> Look:
        objective, bounds, _, _ = self.terms(theta)
        self.looks.append(theta.copy())
        return Look(objective, bounds)

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        look, gradient, slopes = self.slopes(theta)
        return look, gradient + weights @ slopes

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        _, _, gradient, slopes = self.terms(theta)
        return self.look(theta), gradient, slopes


CENTRE = np.array([2.0, 1.0])


def half_plane(limit: float = 1.0) -> Formula:
    """Nearest to (2, 1) with a sum of at most `limit`: (1, 0) at a distance, squared, of 2, with a multiplier of 2."""

    def terms(theta: Array) -> tuple[float, Array, Array, Array]:
        away = theta - CENTRE
        return float(away @ away), np.array([theta.sum() - limit]), 2 * away, np.ones((1, 2))

    return Formula(terms)


def apart(gap: float = 1.0) -> Formula:
    """Two demands that leave nothing: the first parameter at most -gap, and at least gap."""

    def terms(theta: Array) -> tuple[float, Array, Array, Array]:
        slopes = np.array([[1.0, 0.0], [-1.0, 0.0]])
        away = theta - CENTRE
        return float(away @ away), slopes @ theta + gap, 2 * away, slopes

    return Formula(terms, count=2)


def breaking(at: float = 0.5) -> Formula:
    """As `half_plane`, but nothing is a number where the first parameter is below `at`."""
    whole = half_plane(limit=2.0)

    def terms(theta: Array) -> tuple[float, Array, Array, Array]:
        if theta[0] < at:
            nan = float("nan")
            return nan, np.full(1, nan), np.full(2, nan), np.full((1, 2), nan)
        return whole.terms(theta)

    return Formula(terms)


def unbounded() -> Formula:
    """A bound that is infinite everywhere, as that of a group of two is."""

    def terms(theta: Array) -> tuple[float, Array, Array, Array]:
        return float(theta @ theta), np.full(1, np.inf), 2 * theta, np.full((1, 2), np.nan)

    return Formula(terms)
