"""Exact intervals by non-central distributions: all effects under which the statistic is not in a tail.

Steiger and Fouladi (1997); Cumming and Finch (2001).
"""

from __future__ import annotations

from collections.abc import Callable
from math import hypot, inf, isfinite, isnan, sqrt

Tail = Callable[[float], float]
FAR = 37.0  # from here on the tails of the non-central t are lost in floating point


def t_limits(t: float, degrees: float, level: float) -> tuple[float, float]:
    """Of the non-centrality of Student's t. Beyond t = 37 or so, where the tails cannot be had, nearly: by the normal.

    >>> [round(limit, 4) for limit in t_limits(2.0, 10, 0.05)]
    [-0.1835, 4.1011]
    """
    from scipy.stats import nct

    def upper(place: float) -> float:
        return float(nct.sf(t, degrees, place))

    def lower(place: float) -> float:
        return float(nct.cdf(t, degrees, place))

    spread = sqrt(1 + t * t / (2 * degrees))
    if abs(t) > FAR:
        return _far(t, degrees, level)
    low = _crossing(upper, level / 2, t - 10 * spread, t)
    high = _crossing(lambda place: -lower(place), -level / 2, t, t + 10 * spread)
    return low, high


def _far(t: float, degrees: float, level: float) -> tuple[float, float]:
    """Both sources of doubt put together as Zou and Donner (2008) do: the normal's, and that of the spread."""
    from scipy.stats import chi2, norm

    z = float(norm.isf(level / 2))
    stretched = [t * sqrt(float(chi2.ppf(part, degrees)) / degrees) for part in (level / 2, 1 - level / 2)]
    return t - hypot(z, t - min(stretched)), t + hypot(z, max(stretched) - t)


def f_limits(f: float, degrees: tuple[float, float], level: float) -> tuple[float, float]:
    """Of the non-centrality of F; 0 where even no effect at all would do."""
    from scipy.stats import f as central
    from scipy.stats import ncf

    def upper(place: float) -> float:
        return float(ncf.sf(f, *degrees, place) if place else central.sf(f, *degrees))

    f = max(f, 1.0)  # less than no effect at all would give: the interval would shrink to nothing
    size = f * degrees[0]
    if size > FAR**2:
        return tuple(max(limit, 0.0) ** 2 for limit in _far(sqrt(size), degrees[1], level))  # type: ignore[return-value]  # two of them
    return _from_zero(upper, level, size)


def chi_square_limits(x: float, degrees: float, level: float) -> tuple[float, float]:
    """Of the non-centrality of chi-square; 0 where even no effect at all would do."""
    from scipy.stats import chi2, ncx2, norm

    def upper(place: float) -> float:
        return float(ncx2.sf(x, degrees, place) if place else chi2.sf(x, degrees))

    x = max(x, degrees)  # less than no effect at all would give: the interval would shrink to nothing
    if x > FAR**2:
        z = float(norm.isf(level / 2))
        return max(sqrt(x) - z, 0.0) ** 2, (sqrt(x) + z) ** 2
    return _from_zero(upper, level, x)


def _from_zero(upper: Tail, level: float, size: float) -> tuple[float, float]:
    """Where the upper tail, which grows with the effect, is level / 2 and 1 - level / 2."""
    if not isfinite(size):
        return 0.0, inf
    top = size + 10 * sqrt(size + 10) + 50
    low = 0.0 if upper(0.0) >= level / 2 else _crossing(upper, level / 2, 0.0, top)
    high = 0.0 if upper(0.0) >= 1 - level / 2 else _crossing(upper, 1 - level / 2, 0.0, top)
    return low, high


def _crossing(rising: Tail, goal: float, low: float, high: float) -> float:
    """Where it comes to the goal; the ends are moved out as far as is needed."""
    width = max(high - low, 1.0)
    for _ in range(60):
        if _known(rising(high)) >= goal:
            break
        low, high, width = high, high + width, 2 * width
    while _known(rising(low)) > goal:
        low, high, width = low - width, low, 2 * width
    for _ in range(80):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _known(rising(middle)) < goal else (low, middle)
    return (low + high) / 2


def _known(tail: float) -> float:
    return 0.0 if isnan(tail) else tail
