"""Intraclass correlations: how much of the spread of ratings is between units. McGraw and Wong (1996), all six.

Named by model (1: judges differ from unit to unit; A: agreement; C: consistency, of the same judges) and by what is
used (1: one judge; k: the mean of k). Shrout and Fleiss (1979) call them 1, 2 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.estimates.referring import bare
from analysis.statistics.moments import computable
from analysis.statistics.words import Estimate, NoAnswer, Validity

KEYS: Final = ("ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(1,k)", "ICC(A,k)", "ICC(C,k)")


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares: between units, within them, between judges, the rest. n units, k judges."""

    units: float
    within: float
    judges: float
    rest: float
    n: int
    k: int


def intraclass(ratings: ArrayLike, *, level: float = 0.05) -> dict[str, Estimate]:
    """ratings: shape (units, judges), complete. All six by KEYS, with the intervals of McGraw and Wong, Table 7.

    NoAnswer with a gap, fewer than two units or judges, or ratings that are all the same. Values may be below 0.
    """
    squares = _mean_squares(ratings)
    single = {
        "ICC(1,1)": _one_way(squares, level),
        "ICC(A,1)": _agreement(squares, level),
        "ICC(C,1)": _consistency(squares, level),
    }
    averaged = {key.replace(",1", ",k"): _averaged(found, squares.k) for key, found in single.items()}
    return {**single, **averaged}


def _mean_squares(ratings: ArrayLike) -> _Squares:
    rows = np.asarray(ratings, dtype=float)
    if rows.ndim != 2 or min(rows.shape, default=0) < 2:
        raise NoAnswer("Intraclass correlations need two or more units, each rated by two or more judges.")
    if not np.isfinite(rows).all():
        raise NoAnswer("A unit was not rated by all judges: leave it out, and say so, before it is counted.")
    computable(rows)
    n, k = rows.shape
    if np.ptp(rows) <= 1e-12 * float(np.abs(rows).max()):
        raise NoAnswer("All ratings are the same, so there is no spread to be told apart.")
    centred = rows - rows.mean()
    units = k * float((centred.mean(axis=1) ** 2).sum())
    judges = n * float((centred.mean(axis=0) ** 2).sum())
    total = float((centred**2).sum())
    rest = total - units - judges
    units, judges, rest = (part if part > 1e-14 * total else 0.0 for part in (units, judges, rest))
    within = (judges + rest) / (n * (k - 1))
    return _Squares(units / (n - 1), within, judges / (k - 1), rest / ((n - 1) * (k - 1)), n, k)


def _one_way(s: _Squares, level: float) -> Estimate:
    value = (s.units - s.within) / (s.units + (s.k - 1) * s.within)
    return _by_f(bare(value, s.n, level, "icc-1"), s, s.within, s.n * (s.k - 1))


def _consistency(s: _Squares, level: float) -> Estimate:
    below = s.units + (s.k - 1) * s.rest
    if not below:
        raise NoAnswer("Units do not differ beyond what judges do, so no consistency can be told.")
    return _by_f(bare((s.units - s.rest) / below, s.n, level, "icc-c"), s, s.rest, (s.n - 1) * (s.k - 1))


def _by_f(found: Estimate, s: _Squares, error: float, degrees: int) -> Estimate:
    from scipy.stats import f

    if not (error and s.units):
        return found.remarked("Units do not differ, or judges do not, so nothing says how sure this is.")
    ratio, above = s.units / error, s.n - 1
    low = ratio / float(f.isf(found.level / 2, above, degrees))
    high = ratio * float(f.isf(found.level / 2, degrees, above))
    limits = [(each - 1) / (each + s.k - 1) for each in (low, high)]
    p_value = float(f.sf(ratio, above, degrees))
    return replace(found, low=min(limits[0], found.value), high=max(limits[1], found.value), p_value=p_value)


def _agreement(s: _Squares, level: float) -> Estimate:
    """Its interval is Satterthwaite's: nearly."""
    from scipy.stats import f

    value = (s.units - s.rest) / (s.units + (s.k - 1) * s.rest + s.k / s.n * (s.judges - s.rest))
    found = replace(bare(value, s.n, level, "icc-a"), validity=Validity.APPROXIMATE)
    if not (s.rest and s.units):
        return found.remarked(
            "Units do not differ, or judges do so alike on every unit, so nothing says how sure this is."
        )
    n, k = s.n, s.k
    if value >= 1:
        return found
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    parts = (a * s.judges) ** 2 / (k - 1) + (b * s.rest) ** 2 / ((n - 1) * (k - 1))
    degrees = (a * s.judges + b * s.rest) ** 2 / parts
    lower, upper = float(f.isf(level / 2, n - 1, degrees)), float(f.isf(level / 2, degrees, n - 1))
    shared = k * s.judges + (k * n - k - n) * s.rest
    low = n * (s.units - lower * s.rest) / (lower * shared + n * s.units)
    high = n * (upper * s.units - s.rest) / (shared + n * upper * s.units)
    p_value = float(f.sf(s.units / s.rest, n - 1, (n - 1) * (k - 1)))
    return replace(found, low=min(low, value), high=max(high, value), p_value=p_value)


def _averaged(found: Estimate, k: int) -> Estimate:
    """Spearman and Brown: from one judge to the mean of k."""
    figures = [_stretched(figure, k) for figure in (found.value, found.low, found.high)]
    return replace(found, value=figures[0], low=min(figures[1], figures[0]), high=max(figures[2], figures[0]))


def _stretched(figure: float, k: int) -> float:
    if not np.isfinite(figure):
        return figure
    below = 1 + (k - 1) * figure
    return k * figure / below if below > 1e-12 else -float("inf")
