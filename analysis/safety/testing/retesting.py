"""A constraint that was shown once, looked at again on what came in since: does it still hold, or is it broken by now?

What comes in is delivered in batches of rows, and one may look after each delivery, for ever: all that is ever said is
wrong with probability at most delta. No independence in time is needed, and no standing still: what is bounded is the
average over a stretch of deliveries, of whatever the means were. Stretches begin at every delivery, because a change
is lost among the many good rows before it; the k-th beginning may spend 1 / k(k + 1) of delta, so all of them together
spend no more than delta.

Means: mixtures of bets (`analysis/statistics/betting.py`), valid at every number of values. Risk measures have no such
bets: their bound at the j-th look spends 1 / j(j + 1) of what it has.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from analysis.safety.bounds.dkw import Dkw
from analysis.safety.bounds.one_sided import mirrored, within_range
from analysis.safety.bounds.risks import risk_estimate
from analysis.safety.budgets import budget_of, filled
from analysis.safety.compiled import Compiled
from analysis.safety.terms import Budget, Constant, Constraint, Demand, Evidence, Interval, Operation, Quantity, Share
from analysis.safety.testing.ranges import declared
from analysis.statistics.betting import Tally, lower_mean

Delivery: TypeAlias = Mapping[Quantity, Evidence]
"""What the rows of one delivery say of each quantity."""

LATEST = 50
"""So many of the latest deliveries are all tried as the beginning of a stretch."""


@dataclass(frozen=True, slots=True)
class Look:
    """At one constraint. lower, upper: between what g is; each alone is wrong, at any look ever, at most delta.

    deliveries, values: so far, and of its smallest quantity. broken: g is above 0, on average since the delivery
    `since` (from 1). holds: g is at most 0 on average over all of them. reason: why nothing can be said; else empty.
    """

    constraint: Constraint
    deliveries: int
    values: int
    estimate: float
    lower: float
    upper: float
    since: int
    broken: bool
    holds: bool
    reason: str = ""

    def __str__(self) -> str:
        if self.reason:
            return self.reason
        if self.broken:
            since = "" if self.since == 1 else f" since delivery {self.since}"
            return f"{self.constraint.text} is broken{since}: g is {self.lower:.3g} or more."
        if self.holds:
            return f"{self.constraint.text} still holds: g is {self.upper:.3g} or less."
        between = f"g is from {self.lower:.3g} to {self.upper:.3g}"
        return f"{self.constraint.text} is neither broken nor shown to hold: {between}."


def looked_at(demand: Demand, deliveries: Sequence[Delivery]) -> Look:
    """After the latest of the deliveries, all of them given in their order.

    demand: as in the safety test; of its bounds only those of risk measures are used. A value that is not finite or
    outside the declared range leaves nothing to be said of the whole: whoever delivers it has to mend it.
    """
    constraint = demand.constraint
    known = [{each: declared(demand, each, one) for each in constraint.quantities} for one in deliveries]
    record = {each: _Record.of([one[each] for one in known]) for each in constraint.quantities}
    values = min((one.values for one in record.values()), default=0)
    tree = Compiled.of(constraint)
    estimate = tree.value([one.estimate for one in record.values()])
    faults = [f"Delivery {place}: {why}" for place, one in enumerate(known, start=1) for why in _faults(one)]
    if faults or not deliveries:
        reason = faults[0] if faults else "Nothing was delivered yet."
        return Look(constraint, len(deliveries), values, estimate, -math.inf, math.inf, 1, False, False, reason)
    upper = _bound(tree, record, demand.budget, start=0, spent=1.0)
    lower, since = _lowest(constraint, record, len(deliveries))
    return Look(constraint, len(deliveries), values, estimate, lower, upper, since, broken=lower > 0, holds=upper <= 0)


@dataclass(frozen=True, slots=True)
class _Record:
    """One quantity over all deliveries. below, above: for each beginning, the values since, away from that end."""

    parts: tuple[Evidence, ...]
    below: tuple[Tally | None, ...]
    above: tuple[Tally | None, ...]

    @classmethod
    def of(cls, parts: Sequence[Evidence]) -> _Record:
        turned = [mirrored(one.side("upper")) for one in parts]
        return cls(tuple(parts), _since_each([one.side("lower") for one in parts]), _since_each(turned))

    @property
    def values(self) -> int:
        return sum(len(one.values) for one in self.parts)

    @property
    def estimate(self) -> float:
        return risk_estimate(self.joined(0)) if self.parts else math.nan

    def joined(self, start: int) -> Evidence:
        """All values since that delivery, in their order."""
        return _joined(self.parts[start:])

    def interval(self, share: Share, *, start: int, spent: float) -> Interval:
        """Of the average since that delivery, at this look and all others. spent: the part of delta."""
        low = self._from_below(share.delta_lower, "lower", start, spent)
        high = -self._from_below(share.delta_upper, "upper", start, spent)
        found = filled(Interval(low, high), share, (self.parts[0].low, self.parts[0].high)) if low <= high else None
        return found or Interval()

    def _from_below(self, delta: float | None, side: str, start: int, spent: float) -> float:
        """Of the values, or for the side above of the values turned round."""
        first, tallies = self.parts[0].side(side), self.below if side == "lower" else self.above
        tally, seen = tallies[start], first if side == "lower" else mirrored(first)
        if delta is None or tally is None or not math.isfinite(seen.low):
            return -math.inf
        if first.risk:
            looks = len(self.parts) - start
            values = self.joined(start).side(side)
            turned = values if side == "lower" else mirrored(values)
            return Dkw().lower(turned, delta=delta * spent / (looks * (looks + 1)))
        return seen.low + _width(seen) * lower_mean(tally, delta=delta * spent)


def _since_each(parts: Sequence[Evidence]) -> tuple[Tally | None, ...]:
    """For each delivery, the distance from the low end of all values since then; None where there are none."""
    found: list[Tally | None] = []
    for part in reversed(parts):
        own = _tally(part)
        since = found[-1] if found else None
        found.append(own if since is None else since if own is None else own.plus(since))
    return tuple(reversed(found))


def _tally(part: Evidence) -> Tally | None:
    usable = len(part.values) and math.isfinite(part.low) and bool(np.isfinite(part.values).all())
    return Tally.of(np.maximum(part.values - part.low, 0.0) / _width(part)) if usable else None


def _width(evidence: Evidence) -> float:
    """What is taken for 1 where one bets."""
    return evidence.high - evidence.low if math.isfinite(evidence.high) else evidence.unit


def _lowest(constraint: Constraint, record: Mapping[Quantity, _Record], deliveries: int) -> tuple[float, int]:
    """The largest lower bound of g over all stretches up to now, and the delivery at which that one begins."""
    opposite = replace(constraint, root=Operation("sub", (Constant(0.0), constraint.root)))
    ranges = {quantity: (one.parts[0].low, one.parts[0].high) for quantity, one in record.items()}
    tree, budget = Compiled.of(opposite), budget_of(opposite, ranges=ranges)
    found = [
        (-_bound(tree, record, budget, start=start, spent=1 / ((start + 1) * (start + 2))), -start)
        for start in _beginnings(deliveries)
    ]
    lower, start = max(found)
    return lower, 1 - start


def _beginnings(deliveries: int) -> list[int]:
    """All of the latest, and of the older ones fewer and fewer: a long record costs little more than a short one."""
    return [start for start in range(deliveries) if deliveries - start <= LATEST or not start & (start - 1)]


def _bound(tree: Compiled, record: Mapping[Quantity, _Record], budget: Budget, *, start: int, spent: float) -> float:
    """The upper bound of g on average since that delivery."""
    ends = [one.interval(budget[quantity], start=start, spent=spent) for quantity, one in record.items()]
    return tree.bounds([(each.lower, each.upper) for each in ends])[1]


def _joined(parts: Sequence[Evidence]) -> Evidence:
    above = None if parts[0].above is None else _joined([one.side("upper") for one in parts])
    return replace(parts[0], values=np.concatenate([one.values for one in parts]), above=above)


def _faults(delivery: Delivery) -> list[str]:
    """Of every quantity what its values must not be; too few are no fault here."""
    found = []
    for quantity, evidence in delivery.items():
        for side in ("lower", "upper"):
            one = evidence.side(side)
            if not np.isfinite(one.values).all():
                found.append(f"{quantity} has values that are not finite.")
            elif len(one.values) and not within_range(one):
                seen = f"from {one.values.min():g} to {one.values.max():g}"
                found.append(f"{quantity} goes {seen}, beyond {one.low:g} to {one.high:g}.")
    return found
