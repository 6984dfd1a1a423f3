"""Krippendorff's alpha: any number of judges, gaps, and four ways to be apart. Krippendorff (2011)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.estimates.referring import bare
from analysis.statistics.moments import Array, computable
from analysis.statistics.words import Estimate, NoAnswer, Validity

Ratings = ArrayLike | Sequence[Sequence[object]]
Scale = Literal["nominal", "ordinal", "interval", "ratio"]
TIMES: Final = 2_000
METHODS: Final = {
    "nominal": "krippendorff-nominal",
    "ordinal": "krippendorff-ordinal",
    "interval": "krippendorff-interval",
    "ratio": "krippendorff-ratio",
}
MOST: Final = 400  # different values up to which ordinal distances are held


@dataclass(frozen=True, slots=True)
class _Judged:
    """counts: shape (units, values), how many judges gave each value. values: as numbers, ascending (or 0, 1, ...)."""

    counts: Array
    values: Array


def krippendorff_alpha(
    ratings: Ratings, *, scale: Scale = "nominal", level: float = 0.05, rng: np.random.Generator | None = None
) -> Estimate:
    """ratings: shape (judges, units), NaN or None where a judge gave none; labels for nominal, numbers for the rest.

    rng: for the interval, from two thousand draws of units with replacement (holds nearly, with twenty units or more);
    None: no interval, the sides are open. NoAnswer if no unit was judged twice, or all judgements are the same.

    >>> round(krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, 2]]).value, 4)
    0.6667
    """
    judged = _judged(ratings, scale)
    value = _alpha(judged, np.ones((1, len(judged.counts))), scale)[0]
    if np.isnan(value):
        raise NoAnswer("All judgements are the same, so agreement beyond chance cannot be told.")
    found = replace(bare(value, len(judged.counts), level, METHODS[scale]), validity=Validity.APPROXIMATE)
    if rng is None:
        return found
    n = len(judged.counts)
    if n < 3:
        return found.remarked("So few units say nothing about how sure agreement is.")
    draws = rng.multinomial(n, np.full(n, 1 / n), size=TIMES).astype(float)
    alphas = np.concatenate([_alpha(judged, block, scale) for block in np.array_split(draws, 20)])
    alphas = np.where(np.isnan(alphas), 1.0, alphas)  # a draw without any difference agrees wholly
    low, high = (float(limit) for limit in np.quantile(alphas, (level / 2, 1 - level / 2)))
    if low == high:
        return found.remarked("Judges agree in the same way on every unit, so nothing says how sure this is.")
    return replace(found, low=min(low, value), high=max(high, value))


def _judged(ratings: Ratings, scale: Scale) -> _Judged:
    table = np.asarray(ratings, dtype=object)
    if table.ndim != 2:
        raise NoAnswer("Alpha needs judgements by two or more judges, in rows, of units, in columns.")
    given = np.array([[not _missing(entry) for entry in row] for row in table], dtype=bool).reshape(table.shape)
    told = table[given]
    numbers = np.array([str(entry) for entry in told]) if scale == "nominal" else np.asarray(told, dtype=float)
    if scale != "nominal" and not np.isfinite(numbers.astype(float)).all():
        raise NoAnswer("A judgement is infinite: leave it out, and say so, before it is counted.")
    if scale != "nominal":
        computable(numbers.astype(float))
    if scale == "ratio" and len(numbers) and float(numbers.min()) < 0:
        raise NoAnswer("On a ratio scale no judgement may be below 0.")
    names, places = np.unique(numbers, return_inverse=True)
    counts = np.zeros((table.shape[1], len(names)))
    np.add.at(counts, (np.nonzero(given)[1], places.ravel()), 1.0)
    counts = counts[counts.sum(axis=1) >= 2]
    if not len(counts):
        raise NoAnswer("No unit was judged by two judges, so nothing can agree.")
    if len(names) > MOST:
        raise NoAnswer(f"There are {len(names)} different values; alpha is told of at most {MOST}: round them first.")
    values = np.arange(len(names), dtype=float) if scale == "nominal" else names.astype(float)
    return _Judged(counts, values)


def _missing(entry: object) -> bool:
    return entry is None or (isinstance(entry, float) and bool(np.isnan(entry)))


def _alpha(judged: _Judged, draws: Array, scale: Scale) -> Array:
    """For each row of draws (how often each unit counts) alpha, NaN where nothing differs. Shape (rows,)."""
    pairs = judged.counts / (judged.counts.sum(axis=1, keepdims=True) - 1)
    totals = draws @ judged.counts
    if scale == "ordinal":  # distances are of the draw's own totals
        seen, expected = np.transpose([_disagreement(judged, pairs, *each) for each in zip(draws, totals, strict=True)])
    else:
        distances = _distances(judged.values, np.zeros(0), scale)
        seen = draws @ ((pairs @ distances) * judged.counts).sum(axis=1)
        expected = ((totals @ distances) * totals).sum(axis=1)
    expected = expected / (totals.sum(axis=1) - 1)
    differs = expected > 0
    return np.asarray(np.where(differs, 1 - seen / np.where(differs, expected, 1.0), np.nan))


def _disagreement(judged: _Judged, pairs: Array, weights: Array, totals: Array) -> tuple[float, float]:
    distances = _distances(judged.values, totals, "ordinal")
    together = (pairs * weights[:, None]).T @ judged.counts
    return float((together * distances).sum()), float(totals @ distances @ totals)


def _distances(values: Array, totals: Array, scale: Scale) -> Array:
    """Squared, shape (values, values), 0 on the diagonal."""
    apart = values[:, None] - values[None, :]
    if scale == "nominal":
        return np.asarray(apart != 0, dtype=float)
    if scale == "interval":
        largest = float(np.abs(apart).max()) or 1.0
        return np.asarray((apart / largest) ** 2)
    if scale == "ratio":
        both = values[:, None] + values[None, :]
        return np.asarray(np.where(both > 0, apart / np.where(both > 0, both, 1.0), 0.0) ** 2)
    middles = np.cumsum(totals) - totals / 2
    return np.asarray((middles[:, None] - middles[None, :]) ** 2)
