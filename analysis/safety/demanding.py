"""From a constraint to what is tested: the sides that are bounded, the shares of delta, the bounds and the ranges."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.safety.bounds import BOUNDS, Auto, Dkw, StudentT
from analysis.safety.budgets import Division, budget_of
from analysis.safety.measures import MEASURES
from analysis.safety.terms import Bound, Constraint, Demand, Measure, Mode, Quantity

Range = tuple[float, float]
UNKNOWN: Range = (-math.inf, math.inf)
ENGINE: Mapping[str, Range] = {"CVaRSQE": (0.0, 81.0)}
"""Of labels within -3 and 3 and predictions within -6 and 6, whatever the data are: declare your own range."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What goes for every constraint of a training.

    ranges: declared by the user, by measure or by quantity as it is written (`Mean_Squared_Error | [M]`), of one value.
    bounds: by the same names, where a quantity is to have another one than `bound`.
    """

    bound: Bound = field(default_factory=lambda: BOUNDS.parse("auto"))
    bounds: Mapping[str, Bound] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=lambda: MEASURES)
    division: Division = field(default_factory=Division)
    mode: Mode = Mode.DEFAULT

    def range_of(self, quantity: Quantity) -> Range | None:
        """The declared one; else the measure's own, or in the engine's mode what the engine takes for granted.

        None: what it comes from knows better (episodes).
        """
        for name in (str(quantity), quantity.measure):
            if name in self.ranges:
                return self.ranges[name]
        if quantity.measure not in self.measures:
            return None
        if self.mode == Mode.ENGINE:
            return ENGINE.get(quantity.measure, UNKNOWN)
        like = self.measures[quantity.measure].like()
        return like.low, like.high

    def bound_of(self, quantity: Quantity) -> Bound:
        """Its own, else the common one; the engine has only Student's t, and its own for CVaR."""
        bound = self.bounds.get(str(quantity)) or self.bounds.get(quantity.measure) or self.bound
        if self.mode == Mode.ENGINE and isinstance(bound, Auto | StudentT):
            return Dkw() if quantity.measure in ENGINE else StudentT()
        return bound


def demand_of(constraint: Constraint, terms: Terms) -> Demand:
    """ValueError for a division that does not fit the constraint."""
    found = {quantity: terms.range_of(quantity) for quantity in constraint.quantities}
    ranges = {quantity: span for quantity, span in found.items() if span is not None}
    bounds = {quantity: terms.bound_of(quantity) for quantity in constraint.quantities}
    budget = budget_of(constraint, ranges=ranges, mode=terms.mode, division=terms.division)
    return Demand(constraint, budget, bounds, ranges)
