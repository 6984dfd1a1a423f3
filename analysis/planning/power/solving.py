"""From power back to units, and to the smallest effect."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, exp, log

from scipy.optimize import brentq

from analysis.planning.power.design import MOST_UNITS, Design
from analysis.statistics.words import NoAnswer


def least(design: Design) -> float:
    """The fewest units in an arm that the design knows what to do with."""
    return max(float(getattr(design, "least", design.smallest)), design.smallest)


def units(design: Design, effect: float, power: float) -> float:
    """Units in an arm that give that power, as a fraction: ``whole_units`` is what to recruit.

    NoAnswer where no number of them does (no effect; a power below the level needs none).
    """
    _checked(design, power)
    low = least(design)
    if design.power(low, effect) >= power:
        return low
    high = low
    while design.power(high, effect) < power:
        if high >= MOST_UNITS:
            raise NoAnswer(
                f"Not even {MOST_UNITS:,.0f} units in an arm find an effect of {effect:g} with a chance of {power:g}: "
                "ask for a larger effect, or for less power."
            )
        high = min(high * 4, MOST_UNITS)
    return exp(_between(lambda x: design.power(exp(x), effect) - power, log(max(high / 4, low)), log(high)))


def whole_units(design: Design, effect: float, power: float) -> int:
    """The fewest whole units in an arm that give at least that power."""
    n = ceil(units(design, effect, power) - 1e-9)
    while design.power(n, effect) < power:
        n += 1
    while n - 1 >= least(design) and design.power(n - 1, effect) >= power:
        n -= 1
    return n


def smallest_effect(design: Design, n: float, power: float, *, down: bool = False) -> float:
    """The smallest effect above 0 (``down``: below it) that n units in an arm find with that chance.

    NoAnswer where none is large enough.
    """
    _checked(design, power)
    sign, end = (-1.0, design.deepest) if down else (1.0, design.largest)
    high = min(1e-6, end)
    while design.power(n, sign * high) < power:
        if high >= end:
            raise NoAnswer(f"With {n:g} units in an arm no effect up to {sign * end:g} is found with {power:g}.")
        high = min(high * 1.5, end)
    low = high / 1.5 if design.power(n, sign * high / 1.5) < power else 0.0
    return sign * _between(lambda size: design.power(n, sign * size) - power, low, high)


def invited(n: int, drop_out: float) -> int:
    """How many must be let in so that n are left. ValueError unless 0 <= drop_out < 1.

    >>> invited(64, 0.2)
    80
    """
    if not 0 <= drop_out < 1:
        raise ValueError(f"drop_out must be from 0 to below 1, not {drop_out:g}.")
    return ceil(n / (1 - drop_out) - 1e-9)


def _between(function: Callable[[float], float], low: float, high: float) -> float:
    if function(low) >= 0:
        return low
    return float(brentq(function, low, high, xtol=1e-12, rtol=1e-14))


def _checked(design: Design, power: float) -> None:
    if not design.level < power < 1:
        raise ValueError(f"power must be above the level, {design.level:g}, and below 1, not {power:g}.")
