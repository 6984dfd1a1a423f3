"""Confidence sequences: intervals for a mean that hold at every number of values at once.

Look after each value, stop because of what you saw: with probability at least 1 - level the mean was inside all along.
Values may depend on the past; what must stay is their mean given the past. Waudby-Smith and Ramdas (2024), JRSSB 86.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
MOST_BET = 0.5
GRID = 1000


@dataclass(frozen=True)
class Bounds:
    """One interval for each number of values: arrays of the same length, lower <= upper."""

    lower: Array
    upper: Array

    def intersected(self) -> Bounds:
        """Each interval cut with all before it: as valid, and it never widens. Where nothing is left, the last one."""
        lower, upper = np.maximum.accumulate(self.lower), np.minimum.accumulate(self.upper)
        empty = lower > upper
        return Bounds(np.where(empty, self.lower, lower), np.where(empty, self.upper, upper))


def hoeffding(values: ArrayLike, *, level: float = 0.05, low: float = 0.0, high: float = 1.0) -> Bounds:
    """The simplest one, blind to the spread: a predictable mixture of Hoeffding's bounds."""
    x = _unit(values, level, low, high)
    t = np.arange(1, len(x) + 1)
    bets = np.minimum(np.sqrt(8 * log(2 / level) / (t * np.log1p(t))), 1.0)
    margin = (log(2 / level) + np.cumsum(bets**2) / 8) / np.cumsum(bets)
    centre = np.cumsum(bets * x) / np.cumsum(bets)
    return _scaled(centre - margin, centre + margin, low, high)


def empirical_bernstein(values: ArrayLike, *, level: float = 0.05, low: float = 0.0, high: float = 1.0) -> Bounds:
    """Narrow where the values spread little: a predictable mixture of empirical Bernstein bounds (Theorem 2).

    values: shape (n,), in [low, high], in the order in which they came. Cheap: one pass, no search.
    """
    x = _unit(values, level, low, high)
    return _scaled(bernstein_lower(x, level=level / 2), 1 - bernstein_lower(1 - x, level=level / 2), low, high)


def bernstein_lower(values: Array, *, level: float, horizon: int | None = None) -> Array:
    """A lower bound for the mean of values of 0 or more, however large, at each number of them; may be below 0.

    horizon: at how many values it is to be tight; None: at every number alike.
    """
    bets = predictable_bets(values, level=level, most=MOST_BET, horizon=horizon)
    before = _mean_before(values) if horizon is None else np.concatenate([[0.5], _means_so_far(values)[:-1]])
    charge = np.cumsum((values - before) ** 2 * (-np.log1p(-bets) - bets))
    lower: Array = (np.cumsum(bets * values) - log(1 / level) - charge) / np.cumsum(bets)
    return lower


def betting(values: ArrayLike, *, level: float = 0.05, low: float = 0.0, high: float = 1.0) -> Bounds:
    """The narrowest one for values in [low, high]: means against which nobody has won 2 / level times the stake.

    Hedged capital: half of it bets that the mean is higher, half that it is lower (Theorem 3). Means are tried on a
    grid of ``GRID`` steps and the bounds are set one step outside. Takes GRID times as long as the others.
    """
    x = _unit(values, level, low, high)
    bets = predictable_bets(x, level=level, most=inf)
    lower, upper = np.full(len(x), inf), np.full(len(x), -inf)
    for mean in np.linspace(0, 1, GRID + 1):
        kept = _capital(x, bets, float(mean)) <= log(2 / level)
        np.minimum(lower, mean, where=kept, out=lower)
        np.maximum(upper, mean, where=kept, out=upper)
    none = lower > upper
    return _scaled(np.where(none, 0, lower - 1 / GRID), np.where(none, 1, upper + 1 / GRID), low, high)


def _capital(x: Array, bets: Array, mean: float) -> Array:
    """The logarithm of the larger half's capital, against this mean."""
    up = np.minimum(bets, MOST_BET / mean if mean else inf)
    down = np.minimum(bets, MOST_BET / (1 - mean) if mean < 1 else inf)
    won: Array = np.maximum(np.cumsum(np.log1p(up * (x - mean))), np.cumsum(np.log1p(-down * (x - mean))))
    return won


def predictable_bets(values: Array, *, level: float, most: float, horizon: int | None = None) -> Array:
    """sqrt(2 log(1/level) / (t log(1+t) variance before t)), at most ``most``.

    The variance is that of the values before, around their running means, with one made-up value besides: mean 1/2,
    variance 1/4. horizon: a number of values that takes the place of t log(1+t), for who looks only then.
    """
    t = np.arange(1, len(values) + 1)
    after = (0.25 + np.cumsum((values - _means_so_far(values)) ** 2)) / (t + 1)
    variance = np.concatenate([[0.25], after[:-1]])
    times = t * np.log1p(t) if horizon is None else horizon
    bets: Array = np.minimum(np.sqrt(2 * log(1 / level) / (times * variance)), most)
    return bets


def _means_so_far(values: Array) -> Array:
    """The mean up to each value, with one made-up value of 1/2 besides; at most 1."""
    return np.minimum((0.5 + np.cumsum(values)) / np.arange(2, len(values) + 2), 1.0)


def _mean_before(values: Array) -> Array:
    """The mean of the values before each, at most 1; 0 before the first."""
    t = np.arange(1, len(values))
    return np.concatenate([[0.0], np.minimum(np.cumsum(values)[:-1] / t, 1.0)])


def _unit(values: ArrayLike, level: float, low: float, high: float) -> Array:
    """The values as parts of their range. ValueError where the guarantee would be void."""
    x = np.asarray(values, dtype=float)
    if not 0 < level < 1 or not low < high:
        raise ValueError(f"level must be between 0 and 1 and low below high, not {level}, {low} and {high}.")
    if x.ndim != 1 or not x.size or not (np.isfinite(x) & (x >= low) & (x <= high)).all():
        raise ValueError(f"values must be a list of at least one number from {low:g} to {high:g}.")
    return (x - low) / (high - low)


def _scaled(lower: Array, upper: Array, low: float, high: float) -> Bounds:
    width = high - low
    return Bounds(low + width * np.clip(lower, 0, 1), low + width * np.clip(upper, 0, 1))


@dataclass(frozen=True)
class Estimate:
    """A number with an interval around it that was valid at every look; -inf and inf where nothing is known."""

    value: float
    low: float
    high: float


def tuned_rho(level: float, tuning_n: float) -> float:
    """The mixture's width that makes the sequence narrowest about ``tuning_n`` values."""
    return sqrt((-2 * log(level) + log(1 - 2 * log(level))) / tuning_n)


def asymptotic(mean: float, variance: float, n: float, *, level: float = 0.05, tuning_n: float = 5000) -> Estimate:
    """For means of values without bounds: right once there are enough of them for the spread to be known.

    variance: of one value. n: how many values. From sums alone. Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas
    (2024), Annals of Statistics 52, Theorem 2.2. Without at least two values nothing is known.

    >>> asymptotic(0.5, 0.25, 10_000)
    Estimate(value=0.5, low=0.48469261390566293, high=0.5153073860943371)
    """
    if not 0 < level < 1 or not tuning_n > 0:
        raise ValueError(f"level must be between 0 and 1 and tuning_n above 0, not {level} and {tuning_n}.")
    if n < 2:
        return Estimate(mean, -inf, inf)
    spread = n * tuned_rho(level, tuning_n) ** 2
    half = sqrt(max(variance, 0.0) * 2 * (spread + 1) / (n * spread) * log(sqrt(spread + 1) / level))
    return Estimate(mean, mean - half, mean + half)


def asymptotic_p(mean: float, variance: float, n: float, *, level: float = 0.05, tuning_n: float = 5000) -> float:
    """The always-valid p-value of mean 0 that belongs to ``asymptotic``: 1 divided by the evidence against it."""
    if n < 2 or variance <= 0:
        return 1.0 if not mean or n < 2 else 0.0
    rho = tuned_rho(level, tuning_n)
    spread = n * rho**2
    evidence = rho**2 * n * n * mean * mean / variance / (2 * (spread + 1)) - log(spread + 1) / 2
    return exp(-max(evidence, 0.0))


def normal_mixture_boundary(v: float, *, level: float, best_at: float, sides: int = 2) -> float:
    """How far a sum of intrinsic variance ``v`` ever goes, but with probability ``level``: Robbins' normal mixture.

    best_at: the variance at which it is tightest. Howard, Ramdas, McAuliffe and Sekhon (2021), Annals of Statistics 49.
    """
    if sides == 2:
        rho = best_at / (2 * log(1 / level) + log(1 + 2 * log(1 / level)))
        return sqrt((v + rho) * log((v + rho) / (rho * level**2)))
    rho = best_at / (2 * log(1 / (2 * level)) + log(1 + 2 * log(1 / (2 * level))))
    return _one_sided(v, rho, level)


def _one_sided(v: float, rho: float, level: float) -> float:
    """Where the half-normal mixture's capital reaches 1 / level, by bisection."""
    low, high = 0.0, sqrt((v + rho) * log((v + rho) / (rho * level**2))) + 1
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if _half_normal(middle, v, rho) >= log(1 / level) else (middle, high)
    return high


def _half_normal(s: float, v: float, rho: float) -> float:
    from scipy.special import log_ndtr

    return float(log(4 * rho / (v + rho)) / 2 + s * s / (2 * (v + rho)) + log_ndtr(s / sqrt(v + rho)))


def mixture_ratio(difference: float, variance: float, *, tau2: float, level: float = 0.05) -> tuple[float, float]:
    """The mixture sequential probability ratio test of no difference: always-valid p-value, and half-width.

    variance: of the difference. tau2: the variance of the effects that are looked for. The p-value is of this look;
    the least one so far is valid too. Johari, Koomen, Pekelis and Walsh (2022), Operations Research 70.

    >>> p, half = mixture_ratio(0.03, 0.0001, tau2=0.0025)
    >>> round(p, 3), round(half, 3)
    (0.067, 0.031)
    """
    if not variance > 0 or not tau2 > 0 or not 0 < level < 1:
        raise ValueError(f"variance, tau2 must be above 0 and level in (0, 1), not {variance}, {tau2} and {level}.")
    gained = -log((variance + tau2) / variance) / 2
    gained += difference**2 * tau2 / (2 * variance * (variance + tau2))
    spread = variance * (variance + tau2) / tau2
    half = sqrt(spread * (2 * log(1 / level) + log((variance + tau2) / variance)))
    return exp(-max(gained, 0.0)), half
