"""The bound by betting of Waudby-Smith and Ramdas (2024): the tightest exact one for values of a known range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.safety.bounds.foreseeing import betting_like, mixture_like
from analysis.safety.bounds.mixture import deviating, mixture_above
from analysis.safety.bounds.one_sided import BOUNDS, FEWEST
from analysis.safety.bounds.ordered import Ordered
from analysis.safety.bounds.student_t import quantile, widened
from analysis.safety.terms import Array, Evidence, Foresight, Prediction
from analysis.statistics.betting import Tally, lower_mean
from analysis.statistics.confidence_sequences import predictable_bets
from experiments.types import JsonObject

MOST_LOST = 0.75
"""The share of the capital that one bet may lose."""

STEPS = 25
"""Halvings of the range: the bound is exact to 2**-25 of it, on the side that holds."""


def betting_upper(values: Array, *, delta: float, low: float = 0.0, high: float = 1.0) -> float:
    """values: shape (n,), each in [low, high], in an order that hangs on none of them.

    Somebody bets that the mean is lower than m; if it is m or more, the capital ever exceeds 1 / delta times the stake
    with probability at most delta (Ville). The bound is the least m against which it does, to 2**-25 of the range: the
    capital grows with m, so halving finds it. Theorem 3, one side, bets as for one look at n.
    """
    unit = (high - values) / (high - low)
    bets = predictable_bets(unit, level=delta, most=math.inf, horizon=len(unit))
    goal = math.log(1 / delta)
    lower, upper = 0.0, 1.0
    for _ in range(STEPS):
        middle = (lower + upper) / 2
        gains = np.log1p(np.minimum(bets, MOST_LOST / middle) * (unit - middle))
        if np.cumsum(gains).max() >= goal:
            lower = middle
        else:
            upper = middle
    return high - (high - low) * lower


@BOUNDS.register
@dataclass(frozen=True)
class Betting(Ordered):
    """Betting (Waudby-Smith and Ramdas). Exact, and the tightest for values of a known range.

    Where only one end of the range is known (importance-weighted returns), a mixture of bets bounds the side away from
    it; the other side stays open.
    """

    name: ClassVar[str] = "betting"
    example: ClassVar[JsonObject] = {"type": "betting"}

    def bounds_above(self, evidence: Evidence) -> bool:
        return math.isfinite(evidence.high)

    def above(self, evidence: Evidence, *, delta: float) -> float:
        if not math.isfinite(evidence.low):
            away = Tally.of(np.maximum(evidence.high - evidence.values, 0.0) / evidence.unit)
            return evidence.high - evidence.unit * lower_mean(away, delta=delta)
        return betting_upper(self.in_order(evidence.values), delta=delta, low=evidence.low, high=evidence.high)

    def foresee(self, evidence: Evidence, *, side: str, delta: float, size: int, inflation: float) -> Prediction:
        """Where one end is open, by the mixture's own slopes: mean and deviation say too little of such values."""
        evidence = evidence.side(side)
        values, low, high = evidence.values, evidence.low, evidence.high
        known, open_end = (low, high) if side == "lower" else (high, low)
        if not math.isfinite(known) or math.isfinite(open_end) or min(len(values), size) < FEWEST:
            return super().foresee(evidence, side=side, delta=delta, size=size, inflation=inflation)
        sign = -1 if side == "lower" else 1
        found = mixture_above(sign * (values - known), unit=evidence.unit, delta=delta, size=size)
        deviation, by_value = deviating(values)
        room = (inflation - 1) * quantile(delta, size) / math.sqrt(size)
        return Prediction(known + sign * (found.bound + room * deviation), found.slopes + sign * room * by_value)

    def foresight_above(
        self, *, delta: float, sizes: tuple[int, int], inflation: float, span: tuple[float, float]
    ) -> Foresight:
        shape = betting_like if math.isfinite(span[0]) else mixture_like
        bound = shape(sizes[1], delta=delta, high=span[1])
        return widened(bound, delta=delta, size=sizes[1], times=inflation - 1)
