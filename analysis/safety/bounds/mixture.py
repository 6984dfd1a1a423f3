"""What a mixture of bets will come to, with its slopes: for values of which only one end of the range is known."""

from __future__ import annotations

import math

import numpy as np

from analysis.safety.terms import Array, Prediction
from analysis.statistics.betting import LOG_PRIOR, STAKES

LEAST = -(1 - 1e-6) / float(STAKES.max())
ENOUGH = 1e-12
MOST_STEPS = 60


def mixture_above(values: Array, *, unit: float, delta: float, size: int) -> Prediction:
    """The bound from above that `size` values like these will give. values: shape (n,), none above 0.

    As `statistics.betting.lower_mean` of -values / unit, each counting size / n times, and on below a mean of 0: there
    the test's own bound has no slope, and a search needs one to leave. Infinite if one is above 0 or not finite.
    """
    n = len(values)
    if not n or not 0 < delta < 1 or not (np.isfinite(values) & (values <= 0)).all():
        return Prediction(math.inf, np.zeros(n))
    away = -values / unit
    grown = 1 + STAKES[:, None] * away
    won = LOG_PRIOR + size * np.log(grown).mean(axis=1)
    mean = _where_it_pays(won, float(away.mean()), -math.log(delta), size)
    shares = _shares(won, mean, size)
    slopes = (shares * STAKES) @ (1 / grown) / (n * float(shares @ (STAKES / (1 + STAKES * mean))))
    return Prediction(-unit * mean, slopes)


def deviating(values: Array) -> tuple[float, Array]:
    """Their deviation, which divides by n - 1, and its derivative by every value."""
    away = values - values.mean()
    deviation = math.sqrt(float(away @ away) / (len(values) - 1))
    return deviation, away / ((len(values) - 1) * deviation) if deviation > 0 else np.zeros(len(values))


def _where_it_pays(won: Array, top: float, goal: float, size: int) -> float:
    """The mean at which the capital comes to the goal: Newton's steps, halved where they leave the bracket."""
    low, high, mean = LEAST, top, top
    for _ in range(MOST_STEPS):
        logs = won - size * np.log1p(STAKES * mean)
        most = float(logs.max())
        parts = np.exp(logs - most)
        excess = most + math.log(float(parts.sum())) - goal
        low, high = (mean, high) if excess > 0 else (low, mean)
        slope = -size * float(parts @ (STAKES / (1 + STAKES * mean))) / float(parts.sum())
        step = mean - excess / slope
        following = step if low < step < high else (low + high) / 2
        if abs(following - mean) <= ENOUGH * max(abs(mean), 1e-6):
            return following
        mean = following
    return mean


def _shares(won: Array, mean: float, size: int) -> Array:
    """How much of the capital each stake holds."""
    logs = won - size * np.log1p(STAKES * mean)
    parts: Array = np.exp(logs - logs.max())
    parts /= parts.sum()
    return parts
