"""The score on its way from look to look: how likely it leaves its bounds where. Armitage, McPherson and Rowe (1969).

The score at information fraction t is normal with mean drift * t and variance t; z is score / sqrt(t). Densities are
carried from look to look by Gauss-Legendre quadrature between the bounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FARTHEST = 9.0
"""Standard errors from the drift beyond which nothing is looked for: less likely than 1e-18."""


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """The score of who goes on after a look: at ``points``, with ``mass`` (density times quadrature weight)."""

    fraction: float
    points: Array
    mass: Array

    @classmethod
    def start(cls) -> Density:
        """Before the first look: 0 for certain."""
        return cls(0.0, np.zeros(1), np.ones(1))

    def beyond(self, fraction: float, z: float, *, drift: float) -> float:
        """How likely z or more is at that fraction, for who went on until then."""
        from scipy.special import ndtr

        step = fraction - self.fraction
        return float(self.mass @ ndtr((self.points + drift * step - z * sqrt(fraction)) / sqrt(step)))

    def between(self, fraction: float, low: float, high: float, *, drift: float) -> Density:
        """Of who goes on from that fraction too: z between both bounds."""
        step, root = fraction - self.fraction, sqrt(fraction)
        middle = drift * fraction
        lowest = max(low * root, middle - FARTHEST * root)
        highest = max(min(high * root, middle + FARTHEST * root), lowest)
        count = min(40 + int(8 * (highest - lowest) / sqrt(step)), 1200)
        nodes, weights = _nodes(-(-count // 40) * 40)
        half = (highest - lowest) / 2
        points = lowest + half * (1 + nodes)
        gaps = (points[:, None] - self.points - drift * step) / sqrt(step)
        dense = np.exp(-(gaps**2) / 2) @ self.mass / sqrt(2 * np.pi * step)
        return Density(fraction, points, dense * weights * half)


@lru_cache(maxsize=64)
def _nodes(count: int) -> tuple[Array, Array]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes, weights


def exits(
    fractions: Sequence[float], lower: Sequence[float], upper: Sequence[float], *, drift: float
) -> Iterator[tuple[float, float]]:
    """At each look: how likely it is the first that is above its upper bound, and below its lower one."""
    here = Density.start()
    for fraction, low, high in zip(fractions, lower, upper, strict=True):
        above = here.beyond(fraction, high, drift=drift)
        yield above, max(float(here.mass.sum()) - here.beyond(fraction, low, drift=drift), 0.0)
        here = here.between(fraction, low, high, drift=drift)
