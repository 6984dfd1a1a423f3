"""How two measures go together: Pearson's r, Spearman's rho, Kendall's tau."""

from __future__ import annotations

from dataclasses import replace
from math import atanh, sqrt, tanh

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.estimates.referring import bare, critical, two_sided
from analysis.statistics.moments import Moments, computable
from analysis.statistics.words import Estimate, NoAnswer, Validity


def pearson(moments: Moments, *, level: float = 0.05) -> Estimate:
    """r of the first two variables, Fisher's z interval; the p-value is exact for normal values.

    Fewer than four units: the interval is all of [-1, 1]. NoAnswer if a variable does not vary.
    """
    if moments.n < 2 or not (moments.varies(0) and moments.varies(1)):
        raise NoAnswer("A measure does not vary (or there is one unit), so no correlation can be told.")
    scatter = moments.scatter
    value = float(scatter[0, 1] / sqrt(scatter[0, 0]) / sqrt(scatter[1, 1]))
    value = min(max(value, -1.0), 1.0)
    found = replace(_transformed(value, moments.n, level, 1.0), method="pearson")
    if moments.n < 3:
        return found
    rest = 1 - value * value
    p_value = two_sided(value * sqrt((moments.n - 2) / rest), moments.n - 2) if rest > 0 else 0.0
    return replace(found, p_value=p_value, degrees=moments.n - 2)


def spearman(first: ArrayLike, second: ArrayLike, *, level: float = 0.05) -> Estimate:
    """Pearson's r of the ranks, ties at their middle; interval by Fisher's z with Bonett and Wright's (2000) error."""
    from scipy.stats import rankdata

    ranks = Moments.of(*(rankdata(np.asarray(each, dtype=float)) for each in _complete(first, second)))
    found = pearson(ranks, level=level)
    interval = _transformed(found.value, ranks.n, level, 1 + found.value**2 / 2)
    return replace(interval, method="spearman", p_value=found.p_value, degrees=found.degrees)


def kendall(first: ArrayLike, second: ArrayLike, *, level: float = 0.05) -> Estimate:
    """Kendall's tau-b; interval by Fisher's z with Fieller, Hartley and Pearson's (1957) error 0.437 / (n - 4)."""
    from scipy.stats import kendalltau

    x, y = _complete(first, second)
    both = Moments.of(x, y)
    if both.n < 2 or not (both.varies(0) and both.varies(1)):
        raise NoAnswer("A measure does not vary (or there is one unit), so no correlation can be told.")
    tested = kendalltau(x, y)
    value = min(max(float(tested.statistic), -1.0), 1.0)
    found = replace(bare(value, both.n, level, "kendall"), low=-1.0, high=1.0, validity=Validity.APPROXIMATE)
    if both.n > 5 and abs(value) < 1:
        half = critical(level) * sqrt(0.437 / (both.n - 4))
        found = replace(found, low=tanh(atanh(value) - half), high=tanh(atanh(value) + half))
    return replace(found, p_value=min(float(tested.pvalue), 1.0))


def _complete(first: ArrayLike, second: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    x, y = computable(first), computable(second)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"first and second must be of the same length, not {x.shape} and {y.shape}.")
    return x, y


def _transformed(value: float, n: int, level: float, inflation: float) -> Estimate:
    found = replace(bare(value, n, level, "pearson"), low=-1.0, high=1.0, validity=Validity.APPROXIMATE)
    if n < 4:
        return found.remarked("Fewer than four units say nothing about how sure a correlation is.")
    if abs(value) == 1:
        return found.remarked("The points lie on a line, so nothing says how sure the correlation is.")
    half = critical(level) * sqrt(inflation / (n - 3))
    return replace(found, low=tanh(atanh(value) - half), high=tanh(atanh(value) + half))
