"""What a bound by betting will come to, from mean and deviation alone: smooth, so that a search can follow it."""

from __future__ import annotations

import math

from analysis.safety.terms import Foresight


def bernstein_like(
    n: int, *, delta: float, span: tuple[float, float], weights: tuple[float, float, float]
) -> Foresight:
    """mean + b r + sqrt(2 a**2 l deviation**2 + (c r)**2), l = log(1 / delta) / n, r = l (high - low)."""
    steep, flat, curved = weights
    doubt = math.log(1 / delta) / n
    reach = doubt * (span[1] - span[0])
    slope = 2 * steep * steep * doubt

    def foresee(mean: float, deviation: float) -> tuple[float, float, float]:
        width = math.sqrt(slope * deviation * deviation + (curved * reach) ** 2)
        return mean + flat * reach + width, 1.0, slope * deviation / width

    return foresee
