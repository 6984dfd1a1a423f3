"""Quantiles with intervals that need no distribution, and their differences between arms."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import hypot, inf, isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.estimates.ratios import ratio_arm
from analysis.statistics.estimates.referring import bare, critical
from analysis.statistics.labels import Labels, numbered
from analysis.statistics.moments import Array, Moments
from analysis.statistics.ranks.mann_whitney import values
from analysis.statistics.words import Estimate, NoAnswer, Validity

HALVINGS = 50


def quantile(given: ArrayLike, at: float = 0.5, *, level: float = 0.05, clusters: Labels | None = None) -> Estimate:
    """The quantile at that fraction, between two order statistics: exact whatever the distribution.

    A side is open where so few values bear no limit. clusters: labels of units with several values each; the interval
    is then Woodruff's (1952), with the clusters' error, and holds nearly. Type 7 of Hyndman and Fan, as `quantiles`.

    >>> found = quantile([float(value) for value in range(1, 21)])
    >>> found.low, found.value, found.high
    (6.0, 10.5, 15.0)
    """
    if not 0 < at < 1:
        raise ValueError(f"at must be between 0 and 1, not {at}.")
    ordered = np.sort(values(given, "measure"))
    value = float(np.quantile(ordered, at))
    if clusters is None:
        low, high = _limits(ordered, at, level)
        return replace(bare(value, len(ordered), level, "quantile"), low=min(low, value), high=max(high, value))
    return _clustered(np.asarray(given, dtype=float), ordered, value, (at, level, clusters))


def quantile_difference(
    control: ArrayLike, treatment: ArrayLike, at: float = 0.5, *, level: float = 0.05, relative: bool = False
) -> Estimate:
    """Treatment's quantile minus control's; relative: over control's, where all limits are above 0.

    The two exact intervals put together (Zou and Donner, 2008); the p-value is the level at which 0 drops out. Holds
    nearly. NoAnswer with an empty arm, or relative to a quantile that is not above 0.
    """
    x, y = np.sort(values(control, "control")), np.sort(values(treatment, "treatment"))
    if relative and not (np.quantile(x, at) > 0 and np.quantile(y, at) > 0):
        raise NoAnswer("A relative difference needs quantiles above 0. Ask for the absolute difference.")
    value = _difference(x, y, at, relative=relative)
    found = bare(value, len(x) + len(y), level, "quantile-relative" if relative else "quantile-difference")
    low, high = _combined(x, y, at, level, relative=relative)
    found = replace(found, low=low, high=high, validity=Validity.APPROXIMATE)
    if x[0] == x[-1] and y[0] == y[-1]:
        found = replace(found, low=-inf, high=inf)
        return found.remarked("All values are the same within each arm: nothing says how sure the difference is.")
    return replace(found, p_value=_p_value(x, y, at, relative=relative)) if found.is_bounded else found


def _limits(ordered: Array, at: float, level: float) -> tuple[float, float]:
    """Order statistics such that the binomial chance of the quantile outside is at most level / 2 on each side."""
    up_to, beyond = _chances(len(ordered), at)
    below = int(np.searchsorted(up_to, level / 2, side="right")) - 1
    above = len(ordered) - int(np.searchsorted(beyond, level / 2, side="right"))
    low = float(ordered[below]) if below >= 0 else -inf
    high = float(ordered[above]) if above < len(ordered) else inf
    return low, high


@lru_cache(maxsize=16)
def _chances(n: int, at: float) -> tuple[Array, Array]:
    """Of k = 0 ... n - 1: that at most k values lie below the quantile; and, from the last, that more than k do."""
    from scipy import special

    k = np.arange(n, dtype=float)
    return np.asarray(special.bdtr(k, n, at)), np.asarray(special.bdtrc(k[::-1], n, at))


def _clustered(given: Array, ordered: Array, value: float, asked: tuple[float, float, Labels]) -> Estimate:
    at, level, clusters = asked
    places = numbered(clusters, len(given))
    below = Moments.of(np.bincount(places, weights=given <= value), np.bincount(places).astype(float))
    found = replace(bare(value, below.n, level, "quantile-clustered"), validity=Validity.APPROXIMATE)
    arm = ratio_arm(below)
    if below.n < 2 or not arm.variance:
        return found.remarked("Units do not differ in how many of their values lie below, so nothing says how sure.")
    half = critical(level, below.n - 1) * sqrt(arm.squared_error)
    n = len(ordered)
    low = float(ordered[int(np.floor((at - half) * (n - 1)))]) if at - half > 0 else -inf
    high = float(ordered[int(np.ceil((at + half) * (n - 1)))]) if at + half < 1 else inf
    return replace(found, low=min(low, value), high=max(high, value))


def _difference(x: Array, y: Array, at: float, *, relative: bool) -> float:
    base, new = float(np.quantile(x, at)), float(np.quantile(y, at))
    return new / base - 1 if relative else new - base


def _combined(x: Array, y: Array, at: float, level: float, *, relative: bool) -> tuple[float, float]:
    base, new = (_limits_and_value(each, at, level, relative=relative) for each in (x, y))
    if not all(map(isfinite, (*base, *new))):
        return -inf, inf
    gap = new[1] - base[1]
    low = gap - hypot(max(new[1] - new[0], 0.0), max(base[2] - base[1], 0.0))
    high = gap + hypot(max(new[2] - new[1], 0.0), max(base[1] - base[0], 0.0))
    if low == high:  # values on few steps: both limits must then hold together
        base, new = (_limits_and_value(each, at, level / 2, relative=relative) for each in (x, y))
        low, high = new[0] - base[2], new[2] - base[0]
    return (float(np.expm1(low)), float(np.expm1(high))) if relative else (low, high)


def _limits_and_value(ordered: Array, at: float, level: float, *, relative: bool) -> tuple[float, float, float]:
    low, high = _limits(ordered, at, level)
    figures = (low, float(np.quantile(ordered, at)), high)
    return (_log(figures[0]), _log(figures[1]), _log(figures[2])) if relative else figures


def _log(figure: float) -> float:
    return float(np.log(figure)) if 0 < figure < inf else -inf if figure <= 0 else inf


def _p_value(x: Array, y: Array, at: float, *, relative: bool) -> float:
    """The smallest level at which the interval leaves 0 out, by halving."""
    least, most = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (least + most) / 2
        low, high = _combined(x, y, at, middle, relative=relative)
        if low <= 0 <= high:
            least = middle
        else:
            most = middle
    return most
