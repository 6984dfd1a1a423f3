"""What the safety test would say of a model, told from candidate rows: no row of the safety set is looked at."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.safety.bounds.one_sided import FEWEST
from analysis.safety.bounds.risks import risk_estimate
from analysis.safety.budgets import filled
from analysis.safety.compiled import Compiled
from analysis.safety.constraints.outline import Branch, Known, outline
from analysis.safety.intervals import EVERYTHING, Ends
from analysis.safety.terms import Demand, Evidence, Interval, Mode, Quantity
from analysis.safety.testing.ranges import declared

OPEN = "{bound} gives no bound on the side that is needed: declare the range of a single value under ranges."


@dataclass(frozen=True, slots=True)
class Foretold:
    """One quantity. n: values that will test it. interval: what n values like those seen would give.

    refusal: why they would give nothing; then the interval is everything.
    """

    quantity: Quantity
    n: int
    estimate: float
    interval: Ends
    method: str
    exact: bool
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Foresaid:
    """One constraint: its quantities, g as estimated and as it would be bounded, and the tree with all intervals."""

    demand: Demand
    quantities: tuple[Foretold, ...]
    estimate: float
    upper: float
    tree: Branch

    @property
    def would_pass(self) -> bool:
        return math.isfinite(self.upper) and self.upper <= 0


def foretell(
    demand: Demand, seen: Mapping[Quantity, Evidence], counts: Mapping[Quantity, int], *, mode: Mode = Mode.DEFAULT
) -> Foresaid:
    """seen: of each quantity, from candidate rows. counts: how many values the safety set has of it."""
    constraint = demand.constraint
    found = tuple(
        _foretold(demand, one, declared(demand, one, seen), counts.get(one, 0), mode) for one in constraint.quantities
    )
    tree = Compiled.of(constraint, strict=mode == Mode.DEFAULT)
    intervals = {one.quantity: one.interval for one in found}
    known = Known(demand.budget, demand.ranges, intervals, mode)
    return Foresaid(
        demand,
        found,
        estimate=tree.value([one.estimate for one in found]),
        upper=tree.bounds(list(intervals.values()))[1],
        tree=outline(constraint, known),
    )


def _foretold(demand: Demand, quantity: Quantity, evidence: Evidence, n: int, mode: Mode) -> Foretold:
    bound = demand.bounds[quantity].chosen(evidence)
    refusal = _refusal(demand, quantity, evidence, n)
    interval = EVERYTHING if refusal else _interval(demand, quantity, evidence, n)
    if mode == Mode.DEFAULT and not refusal:
        within = evidence.low, evidence.high
        cut = filled(Interval(*interval), demand.budget[quantity], within)
        interval = cut.lower, cut.upper
    exact = bound.exact and evidence.independent
    return Foretold(quantity, n, risk_estimate(evidence), interval, bound.name, exact, refusal)


def _interval(demand: Demand, quantity: Quantity, evidence: Evidence, n: int) -> Ends:
    share, bound = demand.budget[quantity], demand.bounds[quantity].chosen(evidence)
    ends = list(EVERYTHING)
    for place, (side, delta) in enumerate((("lower", share.delta_lower), ("upper", share.delta_upper))):
        if delta is not None:
            ends[place] = bound.foresee(evidence, side=side, delta=delta, size=n, inflation=1.0).bound
    return ends[0], ends[1]


def _refusal(demand: Demand, quantity: Quantity, evidence: Evidence, n: int) -> str:
    if n < FEWEST:
        return f"There {'is 1 row' if n == 1 else f'are {n} rows'} to test it; at least {FEWEST} are needed."
    share, bound = demand.budget[quantity], demand.bounds[quantity]
    needed = [side for side, delta in (("lower", share.delta_lower), ("upper", share.delta_upper)) if delta is not None]
    refused = next((why for side in needed if (why := bound.refusal(evidence.side(side)))), "")
    if refused or all(map(math.isfinite, _needed_ends(demand, quantity, evidence, n))):
        return refused
    return OPEN.format(bound=bound.chosen(evidence).name)


def _needed_ends(demand: Demand, quantity: Quantity, evidence: Evidence, n: int) -> list[float]:
    share, ends = demand.budget[quantity], _interval(demand, quantity, evidence, n)
    deltas = share.delta_lower, share.delta_upper
    return [end for end, delta in zip(ends, deltas, strict=True) if delta is not None]
