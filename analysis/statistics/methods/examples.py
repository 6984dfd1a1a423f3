"""Invented numbers for examples: the same on every machine, without any chance.

Points of van der Corput's sequence, as evenly spread as points can be, put through a normal distribution.
"""

from __future__ import annotations

from statistics import NormalDist


def evenly(n: int, base: int = 2) -> list[float]:
    """Points in (0, 1): the digits of 1, 2, 3, … in that base, read backwards. Other bases go other ways.

    >>> evenly(4)
    [0.5, 0.25, 0.75, 0.125]
    """
    return [_backwards(place, base) for place in range(1, n + 1)]


def normal(n: int, mean: float, sd: float, base: int = 2) -> list[float]:
    """Spread as a normal distribution is.

    >>> [round(each, 2) for each in normal(3, 50.0, 10.0)]
    [50.0, 43.26, 56.74]
    """
    curve = NormalDist(mean, sd)
    return [curve.inv_cdf(point) for point in evenly(n, base)]


def rounded(values: list[float], digits: int = 0) -> list[float]:
    """As people write them down."""
    return [round(value, digits) for value in values]


def added(*parts: list[float]) -> list[float]:
    """One by one."""
    return [sum(each) for each in zip(*parts, strict=True)]


def steps(values: list[float], low: int, high: int) -> list[int]:
    """As answers on a scale from low to high."""
    return [min(max(round(value), low), high) for value in values]


def below(points: list[float], share: float) -> list[int]:
    """1 for about that share of them, else 0."""
    return [int(point < share) for point in points]


def _backwards(place: int, base: int) -> float:
    value, part = 0.0, 1.0
    while place:
        part /= base
        place, digit = divmod(place, base)
        value += digit * part
    return value
