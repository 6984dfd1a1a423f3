"""What the safety test will say of a bound, from the episodes of the search."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.safety.finite import all_finite
from analysis.safety.reinforcement.weighted import Estimate
from analysis.safety.terms import Array, Bound, Demand, Evidence, Prediction, Quantity

FEWEST = 5
"""With fewer values than these a quantity has no bound (the engine's rule, and none that matters is lost)."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """One side of one quantity. sizes: episodes of the search, and of the safety test."""

    estimate: Estimate
    bound: Bound
    side: str
    delta: float
    inflation: float
    sizes: tuple[int, int]

    def foreseen(self, values: Array) -> Prediction:
        """From the estimate's values. Infinite, with no slope, where there are too few or one is not finite."""
        size = round(len(values) / self.sizes[0] * self.sizes[1])
        if len(values) < FEWEST or size < 1 or not all_finite(values):
            return self._nothing(len(values))
        evidence = evidence_of(self.estimate, values, rows=self.sizes[0])
        found = self.bound.foresee(evidence, side=self.side, delta=self.delta, size=size, inflation=self.inflation)
        is_good = math.isfinite(found.bound) and all_finite(found.slopes)
        return found if is_good else self._nothing(len(values))

    def _nothing(self, n: int) -> Prediction:
        return Prediction(math.inf if self.side == "upper" else -math.inf, np.zeros(n))


def evidence_of(estimate: Estimate, values: Array, *, rows: int) -> Evidence:
    """Rounding may lift a value over its range by a hair: not more, as returns and rewards were held to theirs."""
    low, high = estimate.span
    held = np.clip(values, low, high) if math.isfinite(low) or math.isfinite(high) else values
    return Evidence(held, low, high, rows=rows, unit=estimate.unit, independent=estimate.independent)


def sight_of(demand: Demand, quantity: Quantity, side: str, estimate: Estimate, sizes: tuple[int, int]) -> Sight | None:
    """None: that side is not needed."""
    share = demand.budget[quantity]
    delta, inflation = (
        (share.delta_upper, share.inflation_upper) if side == "upper" else (share.delta_lower, share.inflation_lower)
    )
    if delta is None:
        return None
    return Sight(estimate, demand.bounds[quantity], side, delta, inflation, sizes)
