"""The predictable plug-in empirical Bernstein bound of Waudby-Smith and Ramdas (2024), for a fixed number of values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from analysis.safety.bounds.foreseeing import bernstein_like
from analysis.safety.bounds.one_sided import BOUNDS
from analysis.safety.bounds.ordered import Ordered
from analysis.safety.bounds.student_t import widened
from analysis.safety.terms import Array, Evidence, Foresight
from analysis.statistics.confidence_sequences import bernstein_lower
from experiments.types import JsonObject


def predictable_bernstein_upper(values: Array, *, delta: float, low: float = 0.0, high: float = 1.0) -> float:
    """values: shape (n,), each in [low, high], in an order that hangs on none of them. Theorem 2, bets up to 1/2."""
    unit = (high - values) / (high - low)
    return high - (high - low) * float(bernstein_lower(unit, level=delta, horizon=len(values))[-1])


@BOUNDS.register
@dataclass(frozen=True)
class PredictableBernstein(Ordered):
    """Empirical Bernstein, predictable plug-in (Waudby-Smith and Ramdas). Between Hoeffding and betting."""

    name: ClassVar[str] = "predictable_bernstein"
    example: ClassVar[JsonObject] = {"type": "predictable_bernstein"}

    def above(self, evidence: Evidence, *, delta: float) -> float:
        return predictable_bernstein_upper(
            self.in_order(evidence.values), delta=delta, low=evidence.low, high=evidence.high
        )

    def foresight_above(
        self, *, delta: float, sizes: tuple[int, int], inflation: float, span: tuple[float, float]
    ) -> Foresight:
        bound = bernstein_like(sizes[1], delta=delta, width=span[1] - span[0])
        return widened(bound, delta=delta, size=sizes[1], times=inflation - 1)
