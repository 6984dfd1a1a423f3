"""Hoeffding's bound: from the range alone, blind to the spread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from analysis.safety.bounds.one_sided import BOUNDS, OneSided
from analysis.safety.bounds.student_t import widened
from analysis.safety.terms import Array, Evidence, Foresight
from experiments.types import JsonObject


def hoeffding_width(n: int, *, delta: float) -> float:
    """As a part of the range. Hoeffding (1963), Theorem 2."""
    return math.sqrt(math.log(1 / delta) / (2 * n))


def hoeffding_upper(values: Array, *, delta: float, low: float = 0.0, high: float = 1.0) -> float:
    """mean + (high - low) sqrt(log(1 / delta) / 2n). values: shape (n,), independent, each in [low, high]."""
    return float(values.mean()) + (high - low) * hoeffding_width(len(values), delta=delta)


@BOUNDS.register
@dataclass(frozen=True)
class Hoeffding(OneSided):
    """Hoeffding. Never wrong more often than delta, and wide: it does not look at the spread."""

    name: ClassVar[str] = "hoeffding"
    example: ClassVar[JsonObject] = {"type": "hoeffding"}

    def above(self, evidence: Evidence, *, delta: float) -> float:
        return hoeffding_upper(evidence.values, delta=delta, low=evidence.low, high=evidence.high)

    def foresight_above(
        self, *, delta: float, sizes: tuple[int, int], inflation: float, span: tuple[float, float]
    ) -> Foresight:
        width = (span[1] - span[0]) * hoeffding_width(sizes[1], delta=delta)
        return widened(
            lambda mean, deviation: (mean + width, 1.0, 0.0), delta=delta, size=sizes[1], times=inflation - 1
        )
