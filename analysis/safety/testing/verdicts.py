"""The safety test: evidence in, verdicts out. It fails closed: what is not shown does not pass."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from analysis.safety.bounds.risks import risk_estimate
from analysis.safety.budgets import filled
from analysis.safety.compiled import Compiled
from analysis.safety.terms import Demand, Evidence, Interval, Mode, Quantity, Reading, Verdict
from analysis.safety.testing.ranges import declared
from analysis.safety.testing.sufficiency import advice


def verdict_of(demand: Demand, evidence: Mapping[Quantity, Evidence], *, mode: Mode = Mode.DEFAULT) -> Verdict:
    """One constraint. evidence: of each of its quantities, from rows that the search never saw; one missing fails.

    mode: the engine-compatible one does not cut bounds to the declared range.
    """
    constraint = demand.constraint
    known = {quantity: declared(demand, quantity, evidence) for quantity in constraint.quantities}
    readings = tuple(read(demand, quantity, known[quantity]) for quantity in constraint.quantities)
    tree = Compiled.of(constraint, strict=mode == Mode.DEFAULT)
    ends = [one.interval if mode == Mode.ENGINE else _within(one, known[one.quantity]) for one in readings]
    upper = tree.bounds([(each.lower, each.upper) for each in ends])[1]
    estimate = tree.value([one.estimate for one in readings])
    reason = _reason(readings, upper)
    way_on = ""
    if reason and not any(one.reason for one in readings):
        way_on = advice(demand, evidence, rows=max(one.rows for one in known.values()))
    return Verdict(constraint, estimate, upper, readings, passed=not reason, reason=reason, advice=way_on)


def read(demand: Demand, quantity: Quantity, evidence: Evidence) -> Reading:
    """What the safety set says of one quantity. A side that is not needed is infinite; so is all that is refused."""
    share, bound = demand.budget[quantity], demand.bounds[quantity].chosen(evidence)
    reason = _refusal(demand, quantity, evidence)
    lower = -math.inf if share.delta_lower is None else bound.lower(evidence, delta=share.delta_lower)
    upper = math.inf if share.delta_upper is None else bound.upper(evidence, delta=share.delta_upper)
    if not reason and not lower <= upper:
        reason = f"The bounds of {quantity} contradict each other ({lower:g} and {upper:g})."
    return Reading(
        quantity,
        n=len(evidence.values),
        estimate=risk_estimate(evidence),
        interval=Interval() if reason else Interval(lower, upper),
        share=share,
        method=bound.name,
        exact=bound.exact and evidence.independent,
        reason=reason,
        warning=("" if reason else bound.warning(evidence)) or "",
    )


def _within(reading: Reading, evidence: Evidence) -> Interval:
    return filled(reading.interval, reading.share, (evidence.low, evidence.high))


def _refusal(demand: Demand, quantity: Quantity, evidence: Evidence) -> str:
    """Why the data say nothing of it, in a sentence; empty: they say something."""
    if evidence.refused:
        return f"{quantity}: {evidence.refused}"
    bound, share = demand.bounds[quantity].chosen(evidence), demand.budget[quantity]
    sides = [side for side, delta in (("lower", share.delta_lower), ("upper", share.delta_upper)) if delta is not None]
    for side in sides:
        why = bound.refusal(evidence.side(side))
        if why:
            return f"{quantity}: {why}"
    values = evidence.values
    if not (evidence.binary and bound.exact) and bool(np.all(values == values[0])):
        return f"{quantity}: all {len(values)} values are the same ({values[0]:g}): their spread is unknown."
    return ""


def _reason(readings: tuple[Reading, ...], upper: float) -> str:
    """Why it does not pass; empty: it passes."""
    refused = [one.reason for one in readings if one.reason]
    if refused:
        return " ".join(refused)
    if not math.isfinite(upper):
        return "From these bounds nothing follows for the constraint, as where a divisor may be 0."
    return f"The bound is {upper:.4g}, above 0." if upper > 0 else ""
