"""The interval of a quotient whose denominator may be 0. Fieller (1954), JRSS B 16."""

from __future__ import annotations

from math import inf, sqrt


def quotient(above: float, below: float, errors: tuple[float, float, float], critical: float) -> tuple[float, float]:
    """All r for which ``above - r * below`` is within ``critical`` standard errors of 0.

    errors: variance of above, variance of below, covariance. Where the set is everything, or everything but an
    interval, it is given as (-inf, inf) or, if it reaches from one side past the estimate, as that half-line.

    >>> quotient(1.0, 2.0, (0.0, 0.0, 0.0), 1.96)
    (0.5, 0.5)
    >>> quotient(1.0, 0.1, (0.04, 0.04, 0.0), 1.96)
    (-inf, inf)
    """
    variance_above, variance_below, covariance = errors
    a = below**2 - critical**2 * variance_below
    b = above * below - critical**2 * covariance
    c = above**2 - critical**2 * variance_above
    inside = b * b - a * c
    if not a > 0 or inside < 0:
        return -inf, inf
    root = sqrt(inside)
    ends = ((b - root) / a, (b + root) / a)
    return min(ends), max(ends)
