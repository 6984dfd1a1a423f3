"""Do the items of a scale measure one thing: Cronbach's alpha, McDonald's omega."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.estimates.referring import bare
from analysis.statistics.moments import Array, Moments, computable
from analysis.statistics.words import Estimate, NoAnswer, Validity

TIMES = 500
CYCLES = 1_000


def cronbach_alpha(items: ArrayLike, *, level: float = 0.05) -> Estimate:
    """items: shape (respondents, items), complete. Interval by F: exact if items are parallel. Feldt (1965).

    NoAnswer with fewer than two respondents or items, or sums that do not vary. May be below 0. Cronbach (1951).
    """
    from scipy.stats import f

    rows = _complete(items)
    n, k = rows.shape
    value = _alpha(rows)
    above, below = float(n - 1), float((n - 1) * (k - 1))
    low = 1 - (1 - value) * float(f.isf(level / 2, above, below))
    high = 1 - (1 - value) * float(f.ppf(level / 2, above, below))
    found = bare(value, n, level, "cronbach-alpha")
    if value == 1:
        return found.remarked("All items say the same of everybody, so nothing says how sure this is.")
    return replace(found, low=low, high=high)


def mcdonald_omega(items: ArrayLike, *, level: float = 0.05, rng: np.random.Generator | None = None) -> Estimate:
    """Share of the sum's variance due to one common factor, fitted by least squares. McDonald (1999).

    rng: for the interval, from five hundred draws of respondents (holds nearly, with fifty or more); None: open sides.
    NoAnswer as for alpha, with fewer than three items, or an item that does not vary.
    """
    rows = _complete(items)
    n, k = rows.shape
    if k < 3:
        raise NoAnswer("Omega needs three items or more: of two, one factor is not told.")
    value = float(_omega(np.cov(rows.T)[None])[0])
    if np.isnan(value):
        raise NoAnswer("An item has the same answer from everybody, so omega is not told: leave it out.")
    found = replace(bare(value, n, level, "mcdonald-omega"), validity=Validity.APPROXIMATE)
    if rng is None:
        return found
    drawn = _omega(np.array([np.cov(rows[rng.integers(n, size=n)].T) for _ in range(TIMES)]))
    told = drawn[~np.isnan(drawn)]
    if len(told) < 0.9 * TIMES:
        return found.remarked("Too few respondents for an interval: in many draws of them an item does not vary.")
    low, high = (float(limit) for limit in np.quantile(told, (level / 2, 1 - level / 2)))
    return replace(found, low=min(low, value), high=max(high, value))


def alpha_without(items: ArrayLike) -> tuple[float, ...]:
    """Alpha of the other items, for each: what it would be if that item were dropped. Needs three items or more."""
    rows = _complete(items)
    if rows.shape[1] < 3:
        raise NoAnswer("With two items there is no alpha without one of them.")
    return tuple(_alpha(np.delete(rows, place, axis=1)) for place in range(rows.shape[1]))


def _complete(items: ArrayLike) -> Array:
    rows = np.asarray(items, dtype=float)
    if rows.ndim != 2 or rows.shape[0] < 2 or rows.shape[1] < 2:
        raise NoAnswer("Reliability needs two or more respondents who answered two or more items.")
    if not np.isfinite(rows).all():
        raise NoAnswer("A respondent did not answer all items: leave them out, and say so, before it is counted.")
    computable(rows)
    if not Moments.of(rows.sum(axis=1)).varies():
        raise NoAnswer("All respondents have the same sum, so nothing can be reliable about it.")
    return rows


def _alpha(rows: Array) -> float:
    k = rows.shape[1]
    total = float(rows.sum(axis=1).var(ddof=1))
    if not total > 0:
        raise NoAnswer("Without that item all respondents have the same sum.")
    return float(min(k / (k - 1) * (1 - float(rows.var(axis=0, ddof=1).sum()) / total), 1.0))


def _omega(covariances: Array) -> Array:
    """Omega of each covariance, shape (draws, k, k); NaN where an item does not vary.

    One factor by least squares on the off-diagonal (minres): each loading in turn is set to its best.
    """
    spreads = np.sqrt(np.maximum(np.einsum("dii->di", covariances), 0.0))
    safe = np.where(spreads > 0, spreads, 1.0)
    correlations = covariances / (safe[:, :, None] * safe[:, None, :])
    loadings = np.linalg.eigh(correlations)[1][:, :, -1]
    loadings = loadings * np.where(loadings.sum(axis=1) >= 0, 0.8, -0.8)[:, None] * np.sqrt(loadings.shape[1])
    loadings = np.clip(loadings, -1.0, 1.0)
    for _ in range(CYCLES):
        before = loadings.copy()
        for place in range(loadings.shape[1]):
            own = loadings[:, place]
            pull = np.einsum("dk,dk->d", correlations[:, place], loadings) - own * correlations[:, place, place]
            weight = np.maximum((loadings**2).sum(axis=1) - own**2, 1e-12)
            loadings[:, place] = np.clip(pull / weight, -1.0, 1.0)
        if float(np.abs(loadings - before).max()) < 1e-12:
            break
    common = (loadings * spreads).sum(axis=1) ** 2
    unique = ((1 - loadings**2) * spreads**2).sum(axis=1)
    told = (spreads > 0).all(axis=1) & (common + unique > 0)
    return np.asarray(np.where(told, common / np.where(told, common + unique, 1.0), np.nan))
