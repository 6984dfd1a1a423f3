"""Assurance: power averaged over what is believed of the effect.

O'Hagan, Stevens and Campbell (2005), Pharmaceutical Statistics 4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from analysis.planning.power.design import Design
from analysis.planning.power.solving import least
from analysis.statistics.words import NoAnswer

NODES = 48
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Belief:
    """Of the effect, before the study: normal with this mean and standard deviation, above 0."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.mean) and 0 < self.sd < np.inf):
            raise ValueError(f"mean must be a number and sd above 0, not {self.mean} and {self.sd}.")


def assurance(design: Design, n: float, belief: Belief, *, right: bool = True) -> float:
    """The chance that the study finds an effect; ``right``: and that it truly goes the way that is believed.

    Gauss-Hermite with 48 nodes for both ways, Gauss-Legendre on either side of 0 for one. In [0, 1].
    """
    return averaged(lambda effect: design.power(n, effect), design, belief, right=right)


def averaged(power: Callable[[float], float], design: Design, belief: Belief, *, right: bool = True) -> float:
    """The mean of any power over the belief; the design says which effects can be."""
    effects, weights = _believed(design, belief, right)
    return float(np.clip(np.array([power(float(effect)) for effect in effects]) @ weights, 0, 1))


def normal_assurance(n: float, belief: Belief, *, sd: float = 1.0, level: float = 0.05) -> float:
    """Of two means with a known sd, in closed form: P(estimate above z standard errors).

    >>> round(normal_assurance(64, Belief(0.5, 0.3)), 10)
    0.6703556233
    """
    error = sqrt(2 * sd * sd / n)
    return float(ndtr((belief.mean + float(ndtri(level / 2)) * error) / sqrt(error**2 + belief.sd**2)))


def ceiling(belief: Belief) -> float:
    """What no number of units can pass: the chance that the effect goes that way at all."""
    return float(ndtr(abs(belief.mean) / belief.sd))


def units_for_assurance(design: Design, belief: Belief, wanted: float) -> int:
    """The fewest units in an arm with that assurance. NoAnswer above the ceiling, or beyond a million units."""
    top = ceiling(belief)
    if wanted >= top:
        raise NoAnswer(
            f"No number of units gives an assurance of {wanted:g}: it is believed with a chance of only {top:.3g} that "
            "there is an effect of that direction at all."
        )
    low, high = ceil(least(design)), ceil(least(design))
    while assurance(design, high, belief) < wanted:
        if high > 1_000_000:
            raise NoAnswer(
                f"Not even {high:,} units in an arm give an assurance of {wanted:g}: believe in more, or ask less."
            )
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if assurance(design, middle, belief) >= wanted else (middle, high)
    return high


def _believed(design: Design, belief: Belief, right: bool) -> tuple[Array, Array]:
    """Effects and their weights, which sum to 1 (with ``right``: to the chance of the direction)."""
    sign = 1.0 if belief.mean >= 0 else -1.0
    if not right:
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        effects = belief.mean + belief.sd * nodes
        return np.clip(effects, -design.deepest, design.largest), weights / weights.sum()
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    start = float(ndtr(-abs(belief.mean) / belief.sd))  # the share of the wrong direction
    levels = start + (1 - start) * (1 + nodes) / 2
    effects = sign * np.clip(abs(belief.mean) + belief.sd * ndtri(levels), 0, None)
    return np.clip(effects, -design.deepest, design.largest), weights / 2 * (1 - start)
