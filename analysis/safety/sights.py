"""What candidate selection foresees of one quantity: its interval in the safety test, and how it follows the data."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from analysis.safety.terms import Array, Bound, Demand, Evidence, Foresight, MomentBound, Quantity, Share

Ends = tuple[float, float]
NOTHING: Ends = (-math.inf, math.inf)
FLAT = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Glance:
    """An interval foreseen. lower, upper: derivatives of each end by (mean, deviation), or by every value."""

    ends: Ends
    lower: Ends | Array
    upper: Ends | Array


BLIND = Glance(NOTHING, FLAT, FLAT)


@dataclass(frozen=True, slots=True)
class MomentSight:
    """From mean and deviation. rest: the ends where a side is not needed."""

    lower: Foresight | None
    upper: Foresight | None
    rest: Ends

    def see(self, mean: float, deviation: float) -> Glance:
        if not math.isfinite(mean + deviation):
            return BLIND
        low, high = self.rest
        low_slopes, high_slopes = FLAT, FLAT
        if self.lower is not None:
            low, by_mean, by_deviation = self.lower(mean, deviation)
            low_slopes = by_mean, by_deviation
        if self.upper is not None:
            high, by_mean, by_deviation = self.upper(mean, deviation)
            high_slopes = by_mean, by_deviation
        if not math.isfinite(low + high) and not (self._is_whole(low, self.lower) and self._is_whole(high, self.upper)):
            return BLIND
        return Glance((low, high), low_slopes, high_slopes)

    @staticmethod
    def _is_whole(end: float, needed: Foresight | None) -> bool:
        return needed is None or math.isfinite(end)


@dataclass(frozen=True, slots=True)
class ValueSight:
    """From the values themselves: risk measures, and bounds that no two moments foretell. size: in the safety test."""

    bound: Bound
    share: Share
    like: Evidence
    size: int

    def see(self, values: Array) -> Glance:
        if len(values) < 2 or not np.isfinite(values).all():
            return Glance(NOTHING, np.zeros(len(values)), np.zeros(len(values)))
        evidence = replace(self.like, values=values)
        ends, slopes = [self.like.low, self.like.high], [np.zeros(len(values)), np.zeros(len(values))]
        deltas = self.share.delta_lower, self.share.delta_upper
        widths = self.share.inflation_lower, self.share.inflation_upper
        for place, (side, delta, width) in enumerate(zip(("lower", "upper"), deltas, widths, strict=True)):
            if delta is not None:
                seen = self.bound.foresee(evidence, side=side, delta=delta, size=self.size, inflation=width)
                ends[place], slopes[place] = seen.bound, seen.slopes
                if not math.isfinite(seen.bound):
                    return Glance(NOTHING, np.zeros(len(values)), np.zeros(len(values)))
        return Glance((ends[0], ends[1]), slopes[0], slopes[1])


def declared(demand: Demand, quantity: Quantity, like: Evidence) -> Evidence:
    """With the range that the demand declares in place of the measure's own."""
    if quantity not in demand.ranges:
        return like
    low, high = demand.ranges[quantity]
    return replace(like, low=low, high=high)


def needs_values(demand: Demand, quantity: Quantity, like: Evidence) -> bool:
    """Whether mean and deviation do not tell what its bound will be."""
    like = declared(demand, quantity, like)
    return like.risk is not None or not hasattr(demand.bounds[quantity].chosen(like), "foresight")


def sight_of(demand: Demand, quantity: Quantity, like: Evidence, *, sizes: tuple[int, int]) -> MomentSight | ValueSight:
    """like: evidence without values, as the measure declares it. sizes: values now, and in the safety test."""
    like, share = declared(demand, quantity, like), demand.budget[quantity]
    bound = demand.bounds[quantity].chosen(like)
    if needs_values(demand, quantity, like):
        return ValueSight(bound, share, like, sizes[1])
    of_moments, span = cast(MomentBound, bound), (like.low, like.high)

    def foresight(side: str, delta: float | None, width: float) -> Foresight | None:
        if delta is None:
            return None
        return of_moments.foresight(side=side, delta=delta, sizes=sizes, inflation=width, span=span)

    lower = foresight("lower", share.delta_lower, share.inflation_lower)
    upper = foresight("upper", share.delta_upper, share.inflation_upper)
    return MomentSight(lower, upper, span)
