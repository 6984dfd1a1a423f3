"""The smallest relative lift that two arms find, where the lift's own doubt grows with it."""

from __future__ import annotations

from math import sqrt

from scipy.special import ndtri

from analysis.statistics.words import NoAnswer


def smallest_lift(mean: float, sd: float, n: float, *, power: float = 0.8, level: float = 0.05) -> float:
    """The lift l above 0 with l^2 = k^2 (sd^2 / n) (1 + (1 + l)^2) / mean^2, k = z_(1 - level / 2) + z_power.

    n: units in each arm. That is a test of the relative difference with the delta method's variance, GrowthBook's.
    NoAnswer for a mean of 0, or where no lift is ever found: the doubt grows as fast as the lift.
    """
    if mean == 0:
        raise NoAnswer("The mean under control is 0: a change relative to it means nothing. Plan the difference.")
    if not (n > 0 and sd >= 0 and 0 < level < 1 and 0 < power < 1):
        raise ValueError(f"n above 0, sd at least 0, level and power in (0, 1), not {n}, {sd}, {level} and {power}.")
    k = float(-ndtri(level / 2) + ndtri(power))
    doubt = k * k * sd * sd / (n * mean * mean)
    if doubt >= 1:
        raise NoAnswer(
            f"With {n:g} units in an arm no relative change is ever found: the mean, {mean:g}, is itself too uncertain."
        )
    return (doubt + sqrt(doubt * (2 - doubt))) / (1 - doubt)
