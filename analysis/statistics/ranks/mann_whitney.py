"""Two arms by the order of their values: Mann-Whitney's U, the chance to be larger, Cliff's delta, the usual shift."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isnan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.estimates.referring import bare, critical
from analysis.statistics.moments import computable
from analysis.statistics.words import Estimate, NoAnswer, Tested, Validity

Array = NDArray[np.float64]
Alternative = Literal["two-sided", "less", "greater"]
TIED = "So many values are the same that nothing says how sure the shift is."
PAIRS = 4_000_000  # differences held at once; beyond, a thinned sample would be no exact shift


@dataclass(frozen=True, slots=True)
class Ordered:
    """tested: U of treatment. larger: chance that treatment exceeds control. delta: Cliff's. shift: the usual one."""

    tested: Tested
    larger: Estimate
    delta: Estimate
    shift: Estimate | None


def mann_whitney(
    control: ArrayLike, treatment: ArrayLike, *, level: float = 0.05, alternative: Alternative = "two-sided"
) -> Ordered:
    """Exact without ties if the smaller arm has at most eight units, else normal with ties and continuity corrected.

    alternative: what is to be shown of treatment. All values the same is p = 1. NoAnswer with an empty arm.
    """
    x, y = values(control, "control"), values(treatment, "treatment")
    from scipy.stats import mannwhitneyu

    if np.ptp(np.concatenate([x, y])) == 0:
        statistic, p_value = len(x) * len(y) / 2, 1.0
    else:
        found = mannwhitneyu(y, x, alternative=alternative, method="auto")
        statistic, p_value = float(found.statistic), float(found.pvalue)
    tested = Tested("U", statistic, min(p_value, 1.0), len(x) + len(y), "mann-whitney", Validity.FIXED)
    larger = chance_to_be_larger(x, y, level=level)
    return Ordered(tested, larger, cliff_delta(larger), hodges_lehmann(x, y, level=level))


def chance_to_be_larger(control: ArrayLike, treatment: ArrayLike, *, level: float = 0.05) -> Estimate:
    """The chance that a unit of treatment exceeds one of control, ties counting half: the area under the ROC curve.

    Interval on the logit's scale from Brunner and Munzel's (2000) error, so it stays in [0, 1]; where every unit of an
    arm exceeds all of the other, Wilson-like limits from the smaller arm take its place (never of no length).
    """
    from scipy.stats import rankdata

    x, y = values(control, "control"), values(treatment, "treatment")
    ranks = rankdata(np.concatenate([x, y]))
    over = (ranks[len(x) :] - rankdata(y)) / len(x)  # share of control below each unit of treatment
    under = 1 - (ranks[: len(x)] - rankdata(x)) / len(y)
    value = float(over.mean())
    found = replace(bare(value, len(x) + len(y), level, "auc"), low=0.0, high=1.0, validity=Validity.APPROXIMATE)
    if min(len(x), len(y)) < 2:
        return found.remarked("An arm with one unit says nothing about how sure this is.")
    error = sqrt(float(over.var(ddof=1)) / len(y) + float(under.var(ddof=1)) / len(x))
    if not error or value in (0.0, 1.0):
        return _separated(found, min(len(x), len(y)))
    half = critical(level) * error / (value * (1 - value))
    odds = value / (1 - value)
    low, high = odds * np.exp(-half), odds * np.exp(half)
    return replace(found, low=_share(float(low)), high=_share(float(high)), standard_error=error)


def cliff_delta(larger: Estimate) -> Estimate:
    """Chance to be larger minus chance to be smaller, in [-1, 1]. Cliff (1993)."""
    return replace(
        larger,
        value=2 * larger.value - 1,
        low=2 * larger.low - 1,
        high=2 * larger.high - 1,
        method="cliff-delta",
        standard_error=2 * larger.standard_error if larger.standard_error else None,
    )


def hodges_lehmann(control: ArrayLike, treatment: ArrayLike, *, level: float = 0.05) -> Estimate | None:
    """The middle of all differences treatment minus control, with the interval that belongs to Mann-Whitney's test.

    None if there are more than four million pairs: it would cost more memory than it is worth.
    """
    x, y = values(control, "control"), values(treatment, "treatment")
    if len(x) * len(y) > PAIRS:
        return None
    differences = np.sort((y[:, None] - x[None, :]).ravel())
    found = bare(np.median(differences), len(x) + len(y), level, "hodges-lehmann")
    steps = _rank_of_limit(len(x), len(y), level)
    if steps < 1:
        return found.remarked("So few units bear no interval for the shift at this level.")
    low, high = float(differences[steps - 1]), float(differences[-steps])
    return replace(found, low=low, high=high) if low < high else found.remarked(TIED)


def values(given: ArrayLike, name: str) -> Array:
    """As an array. NoAnswer if it is empty, or a value is missing or infinite."""
    found = computable(given).ravel()
    if not len(found):
        raise NoAnswer(f"The {name} has no values: there is nothing to compare.")
    return found


def _rank_of_limit(m: int, n: int, level: float) -> int:
    """Which smallest difference is the lower limit: exact for few units, by the normal distribution for many."""
    if m * n <= 2500:
        tail = np.cumsum(_exact_counts(m, n))
        return int(np.searchsorted(tail, level / 2, side="right"))  # U below that has at most level / 2
    centre, spread = m * n / 2, sqrt(m * n * (m + n + 1) / 12)
    return max(int(np.floor(centre - critical(level) * spread)), 0)


def _exact_counts(m: int, n: int) -> Array:
    """The chances of U = 0, 1, ..., m n if all orders are alike: by the generating function, factor by factor."""
    chances = np.zeros(m * n + 1)
    chances[0] = 1.0
    for i in range(1, m + 1):
        upper, lower = n + i, i
        if upper <= m * n:
            chances[upper:] -= chances[:-upper].copy()
        for place in range(lower, m * n + 1):
            chances[place] += chances[place - lower]
    return np.asarray(chances / chances.sum())


def _separated(found: Estimate, fewest: int) -> Estimate:
    """The rule of three's cousin: what shares of pairs are compatible with not one exception."""
    reach = found.level ** (1 / fewest)
    low, high = (reach, 1.0) if found.value > 0.5 else (0.0, 1 - reach)
    if 0 < found.value < 1:
        low, high = 0.0, 1.0
    return replace(found, low=min(low, found.value), high=max(high, found.value)).remarked(
        "The arms do not overlap, or nothing varies: the interval is a cautious guess."
    )


def _share(odds: float) -> float:
    return 1.0 if odds == inf or isnan(odds) else odds / (1 + odds)
