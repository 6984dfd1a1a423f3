"""The chance that a study succeeds at its end, given what is seen so far: predictive probability of success.

Spiegelhalter, Freedman and Blackburn (1986), Controlled Clinical Trials 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import betaln, gammaln, ndtr, ndtri
from scipy.stats import binom

from analysis.planning.information.arms import Array
from analysis.statistics.words import NoAnswer


def needed_successes(n: int, p0: float, *, level: float = 0.05) -> int:
    """The fewest successes of n by which a one-sided exact binomial test rejects a chance of p0 or less.

    NoAnswer where not even n of n would do.

    >>> needed_successes(40, 0.5)
    26
    """
    if n < 1 or not 0 < p0 < 1 or not 0 < level < 1:
        raise ValueError(f"n at least 1, p0 and level in (0, 1), not {n}, {p0} and {level}.")
    found = int(binom.isf(level, n, p0)) + 1
    if found > n:
        raise NoAnswer(f"Not even {n} successes of {n} would show a chance above {p0:g}.")
    return found


def success_of_one(seen: tuple[int, int], n: int, needed: int, prior: tuple[float, float] = (1.0, 1.0)) -> float:
    """P(at least ``needed`` successes of n), after seen = (successes, units). Beta-binomial, exact.

    ValueError unless 0 <= successes <= units <= n.

    >>> round(success_of_one((12, 20), 40, 26), 6)
    0.298685
    """
    successes, units = seen
    if not 0 <= successes <= units <= n:
        raise ValueError(f"successes <= units <= n, not {successes}, {units} and {n}.")
    chances = beta_binomial(n - units, prior[0] + successes, prior[1] + units - successes)
    return float(min(chances[max(needed - successes, 0) :].sum(), 1.0))


def success_of_two(
    control: tuple[int, int], treatment: tuple[int, int], n: int, *, level: float = 0.05, prior: float = 1.0
) -> float:
    """P(a two-sided pooled z test finds treatment better) with n units in each arm at the end.

    control, treatment: (successes, units) so far. Every pair of futures is counted; exact for that test.
    """
    now = [control, treatment]
    for successes, units in now:
        if not 0 <= successes <= units <= n:
            raise ValueError(f"successes <= units <= n, not {successes}, {units} and {n}.")
    laws = [beta_binomial(n - units, prior + successes, prior + units - successes) for successes, units in now]
    rates = [(successes + np.arange(n - units + 1)) / n for successes, units in now]
    pooled = (rates[0][:, None] + rates[1][None]) / 2
    error = np.sqrt(np.maximum(2 * pooled * (1 - pooled) / n, 1e-300))
    wins = (rates[1][None] - rates[0][:, None]) / error > -ndtri(level / 2)
    return min(float(laws[0] @ wins @ laws[1]), 1.0)


@dataclass(frozen=True, slots=True)
class Seen:
    """A difference so far: its estimate and standard error, from a share of the information planned."""

    estimate: float
    error: float
    share: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.estimate) and self.error > 0 and 0 < self.share <= 1):
            raise ValueError(f"error above 0 and share in (0, 1], not {self.error} and {self.share}.")


def success_of_means(seen: Seen, *, level: float = 0.05, prior: tuple[float, float] | None = None) -> float:
    """P(a two-sided z test is beyond its critical value upwards at the end). prior: mean and sd of the difference.

    Without a prior, the data alone (a flat one). Normal throughout.
    """
    mean, variance = seen.estimate, seen.error**2
    if prior is not None:
        weight = prior[1] ** 2 / (prior[1] ** 2 + variance)
        mean, variance = weight * seen.estimate + (1 - weight) * prior[0], weight * variance
    final = seen.error * sqrt(seen.share)
    z = float(-ndtri(level / 2))
    if seen.share >= 1:
        return float(seen.estimate / seen.error > z)
    middle = seen.share * seen.estimate + (1 - seen.share) * mean
    rest = seen.error**2 * seen.share / (1 - seen.share)
    spread = (1 - seen.share) * sqrt(variance + rest)
    return float(ndtr((middle - z * final) / spread))


def conditional_power(seen: Seen, effect: float, *, level: float = 0.05) -> float:
    """The same if the difference is truly ``effect``, not averaged over any belief."""
    final = seen.error * sqrt(seen.share)
    z = float(-ndtri(level / 2))
    if seen.share >= 1:
        return float(seen.estimate / seen.error > z)
    middle = seen.share * seen.estimate + (1 - seen.share) * effect
    rest = (1 - seen.share) * seen.error * sqrt(seen.share / (1 - seen.share))
    return float(ndtr((middle - z * final) / rest))


def beta_binomial(n: int, a: float, b: float) -> Array:
    """The chances of 0 … n successes, (n + 1,)."""
    k = np.arange(n + 1)
    logs = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + betaln(a + k, b + n - k) - betaln(a, b)
    chances = np.exp(logs)
    return np.asarray(chances / chances.sum())
