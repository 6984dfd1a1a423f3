"""The empirical Bernstein bound of Maurer and Pontil (2009): by the spread that was seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from analysis.safety.bounds.one_sided import BOUNDS, OneSided, moments
from analysis.safety.bounds.student_t import widened
from analysis.safety.terms import Array, Evidence, Foresight
from experiments.types import JsonObject


def maurer_pontil_upper(values: Array, *, delta: float, low: float = 0.0, high: float = 1.0) -> float:
    """mean + deviation sqrt(2 log(2 / delta) / n) + 7 (high - low) log(2 / delta) / 3(n - 1). Theorem 4; n >= 2."""
    mean, deviation = moments(values)
    steep, flat = widths(len(values), delta=delta)
    return mean + steep * deviation + flat * (high - low)


def widths(n: int, *, delta: float) -> tuple[float, float]:
    """What the deviation, and what the range, is multiplied by."""
    doubt = math.log(2 / delta)
    return math.sqrt(2 * doubt / n), 7 * doubt / (3 * (n - 1))


@BOUNDS.register
@dataclass(frozen=True)
class MaurerPontil(OneSided):
    """Empirical Bernstein (Maurer and Pontil). Below a few hundred values wider than Hoeffding, then narrower."""

    name: ClassVar[str] = "maurer_pontil"
    example: ClassVar[JsonObject] = {"type": "maurer_pontil"}

    def above(self, evidence: Evidence, *, delta: float) -> float:
        return maurer_pontil_upper(evidence.values, delta=delta, low=evidence.low, high=evidence.high)

    def foresight_above(
        self, *, delta: float, sizes: tuple[int, int], inflation: float, span: tuple[float, float]
    ) -> Foresight:
        steep, flat = widths(sizes[1], delta=delta)
        width = flat * (span[1] - span[0])
        return widened(
            lambda mean, deviation: (mean + width + steep * deviation, 1.0, steep),
            delta=delta,
            size=sizes[1],
            times=inflation - 1,
        )
