"""Student's t: what the Seldonian Engine uses. Right for normal values, at times far off for others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from analysis.safety.bounds.one_sided import BOUNDS, OneSided, moments
from analysis.safety.terms import Array, Evidence, Foresight
from experiments.types import JsonObject


@lru_cache(maxsize=4096)
def quantile(delta: float, n: int) -> float:
    """Of Student's t with n - 1 degrees of freedom, exceeded with probability delta. n >= 2."""
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, 1 - delta))


def student_t_upper(values: Array, *, delta: float) -> float:
    """mean + deviation / sqrt(n) * quantile. values: shape (n,), n >= 2. Certain if all are equal: beware."""
    mean, deviation = moments(values)
    return mean + deviation / math.sqrt(len(values)) * quantile(delta, len(values))


@BOUNDS.register
@dataclass(frozen=True)
class StudentT(OneSided):
    """Student's t (approximate). Tight and often right, but on rare events and skewed errors it fails far too often."""

    name: ClassVar[str] = "student_t"
    exact: ClassVar[bool] = False
    needs_range: ClassVar[bool] = False
    example: ClassVar[JsonObject] = {"type": "student_t"}

    def above(self, evidence: Evidence, *, delta: float) -> float:
        return student_t_upper(evidence.values, delta=delta)

    def warning(self, evidence: Evidence) -> str | None:
        """If the values are skewed for their number: n < 28 + 25 skewness**2 (Sugden, Smith and Jones, 2000)."""
        n, skew = len(evidence.values), skewness(evidence.values)
        enough = 28 + 25 * skew**2
        if math.isnan(enough):
            return "All values are equal, so Student's t takes the mean for certain; it is not."
        if n >= enough:
            return None
        return (
            f"Student's t may fail far more often than delta: {n} values of skewness {skew:.1f}, "
            f"and about {math.ceil(enough):,} are needed."
        )

    def foresight_above(
        self, *, delta: float, sizes: tuple[int, int], inflation: float, span: tuple[float, float]
    ) -> Foresight:
        room = inflation * quantile(delta, sizes[1]) / math.sqrt(sizes[1])
        return lambda mean, deviation: (mean + room * deviation, 1.0, room)


def widened(bound: Foresight, *, delta: float, size: int, times: float) -> Foresight:
    """The bound plus so many half-widths of Student's t: room for the difference between candidate and safety set."""
    room = times * quantile(delta, size) / math.sqrt(size)

    def foresee(mean: float, deviation: float) -> tuple[float, float, float]:
        found, by_mean, by_deviation = bound(mean, deviation)
        return found + room * deviation, by_mean, by_deviation + room

    return foresee


def skewness(values: Array) -> float:
    """Third standardised moment; not a number if all values are equal."""
    away = values - values.mean()
    spread = math.sqrt(float(away @ away) / len(values))
    return float(((away / spread) ** 3).mean()) if spread > 0 else math.nan
