"""Several arms or conditions by the order of their values: Kruskal-Wallis between units, Friedman within."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.moments import computable
from analysis.statistics.ranks.mann_whitney import values
from analysis.statistics.words import NoAnswer, Tested, Validity


def kruskal(groups: Sequence[ArrayLike]) -> Tested:
    """Do values of some group tend to be larger? Chi-square approximation, ties corrected. Kruskal and Wallis (1952).

    All values the same is p = 1. NoAnswer with fewer than two groups or an empty one.
    """
    from scipy.stats import kruskal as by_ranks

    arrays = [values(group, f"group {place}") for place, group in enumerate(groups, 1)]
    if len(arrays) < 2:
        raise NoAnswer("One group alone has nothing to be compared with.")
    n, degrees = sum(map(len, arrays)), float(len(arrays) - 1)
    statistic, p_value = 0.0, 1.0
    if np.ptp(np.concatenate(arrays)) > 0:
        found = by_ranks(*arrays)
        statistic, p_value = float(found.statistic), float(found.pvalue)
    tested = Tested("H", statistic, p_value, n, "kruskal", Validity.APPROXIMATE, degrees=(degrees,))
    if min(map(len, arrays)) < 5:
        return tested.remarked("A group has fewer than five units: the p-value is rough.")
    return tested


def friedman(table: ArrayLike) -> Tested:
    """Do units tend to rank some condition higher? table: shape (units, conditions), complete. Friedman (1937).

    NoAnswer if a value is missing, or there are fewer than two units or three conditions.
    """
    from scipy.stats import friedmanchisquare

    rows = complete(table)
    units, conditions = rows.shape
    if units < 2 or conditions < 3:
        raise NoAnswer("Friedman's test needs two or more units, each measured in three or more conditions.")
    statistic, p_value = 0.0, 1.0
    if np.ptp(rows, axis=1).max() > 0:
        found = friedmanchisquare(*rows.T)
        statistic, p_value = float(found.statistic), float(found.pvalue)
    concordance = statistic / (units * (conditions - 1))
    said = f"Kendall's W, the agreement of units on the order, is {concordance:.3f}."
    degrees = (float(conditions - 1),)
    return Tested("chi2", statistic, p_value, units, "friedman", Validity.APPROXIMATE, degrees=degrees, remarks=(said,))


def complete(table: ArrayLike) -> np.ndarray:
    """As an array of shape (units, conditions). NoAnswer if a value is missing or infinite."""
    rows = np.asarray(table, dtype=float)
    if rows.ndim != 2 or not rows.size:
        raise NoAnswer("There are no units measured in several conditions yet.")
    if not np.isfinite(rows).all():
        raise NoAnswer("A unit was not measured in all conditions: leave it out, and say so, or use a mixed model.")
    return computable(rows)
