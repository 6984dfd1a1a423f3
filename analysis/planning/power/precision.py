"""How many units for an interval that is narrow enough."""

from __future__ import annotations

from math import ceil

from scipy.special import ndtri


def units_for_mean(sd: float, half_width: float, *, level: float = 0.05) -> int:
    """Of one mean.

    >>> units_for_mean(1, 0.1)
    385
    """
    return _whole(sd * sd, half_width, level)


def units_for_difference(sd: float, half_width: float, *, level: float = 0.05) -> int:
    """In each of two arms, of the difference of their means.

    >>> units_for_difference(1, 0.1)
    769
    """
    return _whole(2 * sd * sd, half_width, level)


def units_for_proportion(p: float, half_width: float, *, level: float = 0.05) -> int:
    """Of one proportion; 0.5 is the worst.

    >>> units_for_proportion(0.5, 0.05)
    385
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p must be from 0 to 1, not {p:g}.")
    return _whole(p * (1 - p), half_width, level)


def _whole(variance: float, half_width: float, level: float) -> int:
    if not (half_width > 0 and variance >= 0 and 0 < level < 1):
        raise ValueError(f"half_width above 0, sd at least 0, level in (0, 1), not {half_width}, {variance}, {level}.")
    z = float(-ndtri(level / 2))
    return max(1, ceil(z * z * variance / half_width**2 - 1e-9))
