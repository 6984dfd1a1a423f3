"""What figures of several folds say about new data: mean, spread, and an interval that knows that folds overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import fmean, stdev

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Folded:
    """n: figures. sd: of one figure, None for a single one. low, high: of the mean, None where there is no interval."""

    n: int
    mean: float
    sd: float | None = None
    low: float | None = None
    high: float | None = None


def over_folds(values: Sequence[float], *, ratio: float | None, confidence: float = CONFIDENCE) -> Folded:
    """Mean and spread of the figures of several folds, with the corrected interval of Nadeau and Bengio (2003).

    values: one for each fold, n >= 1, finite. ratio: held-out samples for each training sample. Training parts overlap,
    so the variance of the mean is taken as sd**2 * (1 / n + ratio) instead of sd**2 / n, on Student's t with n - 1
    degrees of freedom. An approximation: no unbiased one exists (Bengio and Grandvalet, 2004). ratio None, or a single
    value: no interval. ValueError if there are no values or one is not finite.

    >>> found = over_folds([0.9, 0.92, 0.94], ratio=0.5)
    >>> [round(value or 0, 3) for value in (found.mean, found.sd, found.low, found.high)]
    [0.92, 0.02, 0.841, 0.999]
    """
    if not values or not all(map(isfinite, values)):
        raise ValueError(f"values must be one or more finite numbers, not {list(values)!r:.80}.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, not {confidence}.")
    n, mean = len(values), fmean(values)
    if n == 1:
        return Folded(1, mean)
    sd = stdev(values)
    if ratio is None:
        return Folded(n, mean, sd)
    half = _student(n - 1, confidence) * sd * sqrt(1 / n + ratio)
    return Folded(n, mean, sd, mean - half, mean + half)


def _student(degrees: int, confidence: float) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + confidence) / 2, degrees))
