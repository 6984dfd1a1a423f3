"""How far one coin is from another."""

from math import exp, log, log1p, sqrt


def divergence(p: float, q: float) -> float:
    """The Kullback-Leibler divergence of a coin p from a coin q, in nats; p and q from 0 to 1."""
    if p == q:
        return 0.0
    if q <= 0.0 or q >= 1.0:
        return float("inf")
    heads = p * log(p / q) if p > 0 else 0.0
    return heads + ((1 - p) * (log1p(-p) - log1p(-q)) if p < 1 else 0.0)


def largest_within(mean: float, distance: float) -> float:
    """The largest q in [mean, 1] whose divergence from the mean is at most ``distance``, to 1e-12.

    >>> largest_within(0.5, 0.0), round(largest_within(0.0, 0.6931471805599453), 9)
    (0.5, 0.5)
    """
    if distance <= 0 or mean >= 1:
        return mean
    if mean <= 0:
        return 1 - exp(-distance)
    low, high = mean, min(1.0, mean + sqrt(distance / 2))  # Pinsker
    while high - low > 1e-13:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if divergence(mean, middle) <= distance else (low, middle)
    return low
