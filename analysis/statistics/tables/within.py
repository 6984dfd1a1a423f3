"""Yes or no of the same units twice or more: McNemar's test, Cochran's Q."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.sample_ratio import chi_square_tail
from analysis.statistics.words import NoAnswer, Tested, Validity


def mcnemar(gained: int, lost: int, n: int) -> Tested:
    """Did as many units change from no to yes (``gained``) as from yes to no (``lost``)? Exact binomial.

    n: all units, also those that did not change. McNemar (1947). Nobody changed is p = 1.
    """
    from scipy.stats import binomtest

    if min(gained, lost) < 0 or gained + lost > n or not n:
        raise ValueError(f"gained and lost must be 0 or more and at most n together, not {gained}, {lost} and {n}.")
    p_value = float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0
    return Tested("b", float(gained), min(p_value, 1.0), n, "mcnemar", Validity.FIXED)


def cochran_q(table: ArrayLike) -> Tested:
    """Does yes come as often in every condition? table: shape (units, conditions) of 0 and 1. Cochran (1950).

    Units that answered all conditions alike say nothing; if all did, p = 1.
    """
    rows = np.asarray(table, dtype=float)
    if rows.ndim != 2 or rows.shape[1] < 2 or not len(rows) or not np.isin(rows, (0, 1)).all():
        raise NoAnswer("Cochran's Q needs units with a yes or no in each of two or more conditions.")
    conditions = rows.shape[1]
    columns, units = rows.sum(axis=0), rows.sum(axis=1)
    below = float(conditions * units.sum() - (units**2).sum())
    spread = float(((columns - columns.mean()) ** 2).sum())
    statistic = conditions * (conditions - 1) * spread / below if below else 0.0
    p_value = chi_square_tail(statistic, conditions - 1)
    tested = Tested(
        "Q", statistic, p_value, len(rows), "cochran-q", Validity.APPROXIMATE, degrees=(float(conditions - 1),)
    )
    return tested if below >= 24 else tested.remarked("Few units changed: the p-value is rough.")
