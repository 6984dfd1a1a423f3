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
    """The largest q in [mean, 1] whose divergence from the mean is at most ``distance``, to about 1e-12.

    >>> largest_within(0.5, 0.0), round(largest_within(0.0, 0.6931471805599453), 9)
    (0.5, 0.5)
    """
    if distance <= 0 or mean >= 1:
        return mean
    if mean <= 0:
        return 1 - exp(-distance)
    entropy = -mean * log(mean) - (1 - mean) * log1p(-mean)
    q = min(mean + sqrt(distance / 2), 1 - exp(-min((distance + entropy) / (1 - mean), 34.0)))  # both are above it
    for _ in range(30):  # Newton from above: the divergence is convex
        over, slope = divergence(mean, q) - distance, q - mean
        step = over * q * (1 - q) / slope if slope > 0 else 0.0
        q -= step
        if step <= 1e-15:
            break
    return min(max(q, mean), 1.0)
