"""Quantiles and their differences at every look, exact for whatever distribution, ties included.

x is the p-quantile only if at most p of all values are below it and at least p are not above it. Of the values seen,
those below x are then answers, yes or no, whose rate is at most p, and those above x such whose rate is at most 1 - p:
a bet against each. In the spirit of Howard and Ramdas (2022), Sequential estimation of quantiles, Bernoulli 28.
"""

from __future__ import annotations

from math import exp, inf, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.sequential.bounded_evidence import LOG_PRIOR, STAKES, Array, log_sum
from analysis.statistics.words import Estimate, NoAnswer, Validity

CELLS = 128


def quantile(values: ArrayLike, p: float, *, level: float = 0.05) -> Estimate:
    """The p-quantile of one value for each unit. An end is open while too few values are known to bound it.

    NoAnswer without values or where one is missing. ValueError unless 0 < p < 1 and 0 < level < 1.
    """
    x = _ordered(values)
    below, above = places(len(x), p, level=level)
    low = -inf if below is None else float(x[below])
    high = inf if above is None else float(x[above])
    value = float(np.quantile(x, p))
    return Estimate(value, low, high, level, len(x), "quantile-sequence", Validity.ANYTIME)


def places(n: int, p: float, *, level: float = 0.05) -> tuple[int | None, int | None]:
    """Which of n ordered values (the first is 0) bound the p-quantile; None: none does. All that a histogram needs.

    >>> places(100, 0.5), places(3, 0.5)
    ((33, 66), (None, None))
    """
    _require(p, level)
    goal = log(2 / level)
    most, others = _fewest(n, p, goal), _fewest(n, 1 - p, goal)
    return (None if others is None else n - others), (None if most is None else most - 1)


def quantile_difference(control: ArrayLike, treatment: ArrayLike, p: float, *, level: float = 0.05) -> Estimate:
    """Treatment's p-quantile less control's: what is left of all pairs of quantiles that nobody has won against.

    Bets on both arms at once, as for means. p_value: the least level at which 0 is outside, to a hundredth of itself.
    NoAnswer with an empty arm.
    """
    _require(p, level)
    x, y = _ordered(control), _ordered(treatment)
    low = _least(x, y, p, log(2 / level))
    high = -_least(-x[::-1], -y[::-1], 1 - p, log(2 / level))
    value = float(np.quantile(y, p) - np.quantile(x, p))
    low, high = min(low, value), max(high, value)
    p_value = _least_level(x, y, p) if value > 0 else _least_level(-x[::-1], -y[::-1], 1 - p) if value < 0 else 1.0
    return Estimate(value, low, high, level, len(x) + len(y), "quantile-sequence", Validity.ANYTIME, p_value)


def _least_level(x: Array, y: Array, p: float) -> float:
    """The least level at which treatment's quantile is above control's; 1 if there is none, never below 1e-12."""
    low, high = log(1e-12), log(0.999)
    if not _least(x, y, p, log(2) - high) > 0:
        return 1.0
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (low, middle) if _least(x, y, p, log(2) - middle) > 0 else (middle, high)
    return exp(high)


def _won(successes: NDArray[np.int64] | int, n: int, rate: float) -> Array:
    """By stake: the logarithm of what was won against a rate of at most that. Shape (..., 16)."""
    gained: Array = np.multiply.outer(successes, np.log1p(STAKES)) - n * np.log1p(STAKES * rate)
    return gained


def _fewest(n: int, rate: float, goal: float) -> int | None:
    """The fewest successes of n that refuse a rate of at most that; None if even n do not."""

    def refused(successes: int) -> bool:
        return bool(log_sum(LOG_PRIOR + _won(successes, n, rate)) >= goal)

    if not refused(n):
        return None
    low, high = int(n * rate), n
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if refused(middle) else (middle, high)
    return high


def _least(x: Array, y: Array, p: float, goal: float) -> float:
    """The least difference of quantiles that is kept: control's high and treatment's low, over cells of control's.

    A cell holds the quantiles of control with from ``steps[i]`` to ``steps[i + 1] - 1`` values below: against each at
    least as much was won as against the first, and none is above the value at the last place.
    """
    steps = _steps(len(x), p, goal)
    others = _fewest_with(_won(steps[:-1], len(x), p), len(y), 1 - p, goal)
    highest = np.append(x, inf)[np.minimum(steps[1:] - 1, len(x))]
    lowest = np.concatenate([[-inf], y, [inf]])[len(y) - others + 1]
    kept = lowest < inf
    open_ended = np.isinf(highest) | np.isinf(lowest)
    gaps = np.where(open_ended, -inf, lowest - np.where(open_ended, 0.0, highest))
    return float(gaps[kept].min())


def _steps(n: int, p: float, goal: float) -> NDArray[np.int64]:
    """From 0 to n + 1, close together where control's quantile may end."""
    most, middle = _fewest(n, p, goal + 10) or n + 1, int(n * p)
    close = np.linspace(max(2 * middle - most, 0), most, CELLS + 1).astype(int)
    steps: NDArray[np.int64] = np.unique(np.append(close, [0, n + 1]))
    return steps


def _fewest_with(alone: Array, n: int, rate: float, goal: float) -> NDArray[np.int64]:
    """Beside each row of what control's bets won: treatment's fewest successes that refuse the pair; n + 1: none."""
    low, high = np.full(len(alone), -1), np.full(len(alone), n + 1)
    for _ in range(int(n + 2).bit_length() + 1):
        middle = (low + high) // 2
        logs = _JOINT + _or_none(alone)[:, :, None] + _or_none(_won(middle, n, rate))[:, None, :]
        refused = log_sum(logs.reshape(len(alone), -1)) >= goal
        done = high - low <= 1
        low = np.where(done | refused, low, middle)
        high = np.where(~done & refused, middle, high)
    return high


def _or_none(won: Array) -> Array:
    """With what no stake at all has won before the others: nothing."""
    return np.concatenate([np.zeros((len(won), 1)), won], axis=1)


def _joint() -> Array:
    """The logarithm of the share of each pair of stakes, the first of which is none: alike ones most.

    A tenth of the capital bets on one arm alone, so that what the other one cannot know costs little.
    """
    places = np.arange(len(STAKES))
    both = np.exp((LOG_PRIOR[:, None] + LOG_PRIOR) / 2) / (1 + (np.subtract.outer(places, places) / 1.2) ** 2)
    shares = np.zeros((len(STAKES) + 1, len(STAKES) + 1))
    shares[1:, 1:] = 0.9 * both / both.sum()
    shares[0, 1:] = shares[1:, 0] = 0.05 * np.exp(LOG_PRIOR)
    with np.errstate(divide="ignore"):
        joint: Array = np.log(shares)
    return joint


_JOINT: Array = _joint()


def _ordered(values: ArrayLike) -> Array:
    x = np.sort(np.asarray(values, dtype=float).ravel())
    if not x.size:
        raise NoAnswer("There is no value yet.")
    if not np.isfinite(x).all():
        raise NoAnswer("A value is missing or infinite: leave it out, and say so, before it is counted.")
    return x


def _require(p: float, level: float) -> None:
    if not 0 < p < 1 or not 0 < level < 1:
        raise ValueError(f"p and level must be between 0 and 1, not {p} and {level}.")
