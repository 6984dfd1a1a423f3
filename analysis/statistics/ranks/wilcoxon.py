"""Differences within units by the order of their sizes: Wilcoxon's signed ranks, the sign test."""

from __future__ import annotations

from dataclasses import replace
from math import floor, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.estimates.referring import bare, critical
from analysis.statistics.ranks.mann_whitney import TIED, Alternative, values
from analysis.statistics.words import Estimate, Tested, Validity

Array = NDArray[np.float64]
MOST = 2_000  # differences up to which all their averages are held at once


def wilcoxon(differences: ArrayLike, *, level: float = 0.05, alternative: Alternative = "two-sided") -> Tested:
    """Are differences within units symmetric about 0? Exact without ties and zeros up to fifty, else normal.

    Zeros are left out and said so; nothing but zeros is p = 1. estimate: the middle of all averages of two differences
    (Hodges and Lehmann, 1963), with the interval that belongs to the test. Wilcoxon (1945).

    >>> round(wilcoxon([1.0, 2.0, -3.0, 4.0, 5.0]).p_value, 4)
    0.3125
    """
    from scipy.stats import wilcoxon as signed_ranks

    given = values(differences, "differences")
    moved = given[given != 0]
    remarks = _without_zeros(len(given) - len(moved))
    statistic, p_value = 0.0, 1.0
    if len(moved):
        found = signed_ranks(moved, alternative=alternative)
        statistic, p_value = float(found.statistic), min(float(found.pvalue), 1.0)
    middle = pseudo_median(given, level=level)
    return Tested("W", statistic, p_value, len(given), "wilcoxon", Validity.FIXED, estimate=middle, remarks=remarks)


def _without_zeros(n: int) -> tuple[str, ...]:
    """
    >>> _without_zeros(1)
    ('1 difference of 0 was left out.',)
    """
    if n == 0:
        return ()
    return ("1 difference of 0 was left out.",) if n == 1 else (f"{n} differences of 0 were left out.",)


def sign_test(differences: ArrayLike) -> Tested:
    """Are as many differences above 0 as below? Exact, whatever their distribution; zeros are left out."""
    from scipy.stats import binomtest

    given = values(differences, "differences")
    above, below = int((given > 0).sum()), int((given < 0).sum())
    p_value = float(binomtest(above, above + below).pvalue) if above + below else 1.0
    return Tested("S", float(above), min(p_value, 1.0), len(given), "sign-test", Validity.FIXED)


def pseudo_median(differences: ArrayLike, *, level: float = 0.05) -> Estimate | None:
    """The middle of all averages of two differences, each with itself too. None for more than two thousand."""
    given = values(differences, "differences")
    n = len(given)
    if n > MOST:
        return None
    upper = np.triu_indices(n)
    averages = np.sort(((given[:, None] + given[None, :]) / 2)[upper])
    found = bare(np.median(averages), n, level, "pseudo-median")
    steps = _rank_of_limit(n, level)
    if steps < 1:
        return found.remarked("So few units bear no interval at this level.")
    low, high = float(averages[steps - 1]), float(averages[-steps])
    return replace(found, low=low, high=high) if low < high else found.remarked(TIED)


def _rank_of_limit(n: int, level: float) -> int:
    if n <= 50:
        chances = np.ones(1)
        for rank in range(1, n + 1):
            chances = np.concatenate([chances, np.zeros(rank)]) + np.concatenate([np.zeros(rank), chances])
            chances /= 2
        return int(np.searchsorted(np.cumsum(chances), level / 2, side="right"))
    centre, spread = n * (n + 1) / 4, sqrt(n * (n + 1) * (2 * n + 1) / 24)
    return max(floor(centre - critical(level) * spread), 0)
