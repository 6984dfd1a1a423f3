"""Confidence bounds on a share, by the Kullback-Leibler divergence."""

from __future__ import annotations

from math import log

TOLERANCE = 1e-10
EXPONENT, FACTOR = 1.1, 405.5


def divergence(share: float, other: float) -> float:
    """kl(p, q) of two chances in nats; infinite where q rules out what p does not."""
    total = 0.0
    for p, q in ((share, other), (1 - share, 1 - other)):
        if p > 0:
            total += p * log(p / q) if q > 0 else float("inf")
    return total


def upper(share: float, n: int, level: float) -> float:
    """The largest q with n kl(share, q) <= level: by bisection."""
    return _edge(share, 1.0, n, level)


def lower(share: float, n: int, level: float) -> float:
    """The least q with n kl(share, q) <= level."""
    return _edge(share, 0.0, n, level)


def _edge(share: float, end: float, n: int, level: float) -> float:
    if n == 0 or n * divergence(share, end) <= level:
        return end
    inside, outside = share, end
    while abs(outside - inside) > TOLERANCE:
        middle = (inside + outside) / 2
        if n * divergence(share, middle) <= level:
            inside = middle
        else:
            outside = middle
    return inside


def exploration(arms: int, round_: int, delta: float) -> float:
    """The level of KL-LUCB in round t of K arms: b + log b, b = log(405.5 K t^1.1 / delta).

    Kaufmann and Kalyanakrishnan (2013), Theorem 1.
    """
    base = log(FACTOR * arms * round_**EXPONENT / delta)
    return base + log(base)
