"""What a bound by betting will come to, from mean and deviation alone: smooth, so that a search can follow it.

Such a bound hangs on every value and their order; a search needs slopes, and one pass over the rows. The shapes below
follow from the capital of one best bet; their weights are fitted to the bounds themselves on eleven kinds of values
(rare, even, narrow, skewed, equal), 20 to 10,000 of them, delta .05 to .001: off by 3 % of the width for empirical
Bernstein, by 8 % for betting (docs/decisions/0093-bounds.md). Nothing is promised by them: bounds do the testing.
"""

from __future__ import annotations

import math

from analysis.safety.terms import Foresight

LEAST = 0.05
"""How sharply a distance that would fall below 0 is bent: betting never comes to the end of a range."""

DOUBT_OF_A_MIXTURE = 1.74
"""What spreading the capital over stakes costs, beside log(1 / delta)."""


def bernstein_like(n: int, *, delta: float, width: float) -> Foresight:
    """mean + b r + sqrt(2 a**2 l deviation**2 + (c r)**2), l = log(1 / delta) / n, r = l times the range's width."""
    doubt = math.log(1 / delta) / n
    slope = 2 * 1.062**2 * doubt
    flat, curved = 0.08 * doubt * width, (1.901 * doubt * width) ** 2

    def foresee(mean: float, deviation: float) -> tuple[float, float, float]:
        root = math.sqrt(slope * deviation * deviation + curved)
        return mean + flat + root, 1.0, slope * deviation / root

    return foresee


def betting_like(n: int, *, delta: float, high: float) -> Foresight:
    """high - D, where (d - q D)**2 = 2 a**2 l deviation**2 + (c l D)**2, q = 1 + b l, d = high - mean.

    A bet may lose a share of the capital, and so is the larger the nearer the mean is to the end of the range: the
    distance D to it shrinks, and never to nothing.
    """
    doubt = math.log(1 / delta) / n
    loss, spread, curve = 1 + 0.262 * doubt, 2 * 0.834**2 * doubt, (1.122 * doubt) ** 2

    def foresee(mean: float, deviation: float) -> tuple[float, float, float]:
        room = high - mean
        if not room > 0:
            return high, 1.0, 0.0
        scatter = spread * deviation * deviation
        root = math.sqrt(max(curve * room * room + (loss * loss - curve) * scatter, 0.0))
        left = (room * room - scatter) / (loss * room + root)
        steep = 2 * loss * (room - loss * left) + 2 * curve * left
        by_room = 2 * (room - loss * left) / steep if steep > 0 else 1 / loss
        by_deviation = -2 * spread * deviation / steep if steep > 0 else 0.0
        return _above_nothing(high, (left, by_room, by_deviation), room)

    return foresee


def _above_nothing(high: float, found: tuple[float, float, float], room: float) -> tuple[float, float, float]:
    """High less the distance left, which is bent upwards so that it stays above 0; hardly, where much is left."""
    left, by_room, by_deviation = found
    least = LEAST * (room - left)
    root = math.hypot(left, least)
    by_left = (1 + (left - LEAST * least) / root) / 2
    return high - (left + root) / 2, by_left * by_room + LEAST * least / (2 * root), -by_left * by_deviation


def mixture_like(n: int, *, delta: float, high: float) -> Foresight:
    """high - d / (1 + a v + b l + c v**2), v = sqrt(l) deviation / d, d = high - mean: where the range has one end."""
    doubt = (math.log(1 / delta) + DOUBT_OF_A_MIXTURE) / n
    straight, flat, curved = 0.995 * math.sqrt(2 * doubt), 1 + 0.666 * doubt, 1.132 * doubt

    def foresee(mean: float, deviation: float) -> tuple[float, float, float]:
        room = high - mean
        if not room > 0:
            return high, 1.0, 0.0
        ratio = deviation / room
        divisor = flat + straight * ratio + curved * ratio * ratio
        steep = straight + 2 * curved * ratio
        return high - room / divisor, 1 / divisor + ratio * steep / divisor**2, steep / divisor**2

    return foresee
