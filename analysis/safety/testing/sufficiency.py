"""How many rows it takes: the smallest safety set that could pass, before the test and after one that did not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from analysis.safety.bounds.one_sided import FEWEST, moments
from analysis.safety.bounds.risks import risk_estimate
from analysis.safety.budgets import filled
from analysis.safety.compiled import Compiled
from analysis.safety.terms import Demand, Evidence, Interval, MomentBound, Quantity
from analysis.safety.testing.ranges import declared

MOST = 10**9
"""Rows beyond which nobody collects: then more rows are no help."""

FAIR = 400
"""Values of the smallest quantity with which the most favourable means are looked for."""

HALVINGS, ROUNDS = 9, 2
"""Steps of half the range, a quarter, and so on; how often each is tried."""

MARGIN = 0.75
"""Bounds are foreseen to a tenth or so: only what lies this far below the least number is called hopeless."""


@dataclass(frozen=True, slots=True)
class Sufficiency:
    """Of one constraint, in rows of the safety set; None: no number would do.

    rows: there are. least: below that no model can pass. likely: a model with the means and the spread that were seen
    passes half of the time from there on. sparse: the quantity with the fewest values, and how many.
    """

    text: str
    rows: int
    least: int | None
    likely: int | None
    sparse: tuple[str, int]

    @property
    def hopeless(self) -> bool:
        """No model can pass on this safety set."""
        return self.least is None or self.rows < MARGIN * self.least

    def __str__(self) -> str:
        if not self.sparse[1]:
            return f"{self.text}: no model can pass, because {self.sparse[0]} has no rows."
        if self.least is None:
            return f"{self.text}: no model can pass with these bounds and ranges, however many rows there are."
        if self.hopeless:
            return (
                f"{self.text}: no model can pass on {self.rows:,} rows: it takes {self.least:,} at least "
                f"({self.sparse[0]} has {self.sparse[1]:,} values)."
            )
        if self.likely is None:
            return f"{self.text}: enough rows for some model, but one like this breaks it, however many there are."
        if self.likely > self.rows:
            return (
                f"{self.text}: one like this would need about {self.likely:,} rows in the safety set "
                f"to be shown to hold it, and there are {self.rows:,}."
            )
        return f"{self.text}: {self.rows:,} rows are enough; about {self.likely:,} would do for a model like this."


def sufficiency(demand: Demand, evidence: Mapping[Quantity, Evidence], *, rows: int) -> Sufficiency:
    """What `rows` in a safety set can show, if they are like those that the evidence is from.

    evidence: of each quantity from some model, on candidate rows before the test, on safety rows after it;
    `Evidence.rows` says from how many. Costs a pass over the values of each quantity, then next to nothing (for risk
    measures, a sort for each number of rows that is tried).
    """
    needs = [_Need.of(demand, quantity, evidence) for quantity in demand.constraint.quantities]
    tree = Compiled.of(demand.constraint)
    least, likely = _least(tree, needs), _smallest(lambda n: _upper(tree, needs, n) <= 0)
    sparse = min(needs, key=lambda need: need.share)
    return Sufficiency(
        demand.constraint.text,
        rows,
        least,
        likely if likely is None or least is None else max(least, likely),
        (str(sparse.quantity), sparse.size(rows)),
    )


@dataclass(frozen=True, slots=True)
class _Need:
    """One quantity: what was seen of it, and its share of the rows."""

    demand: Demand
    quantity: Quantity
    evidence: Evidence
    share: float
    mean: float
    deviation: float

    @classmethod
    def of(cls, demand: Demand, quantity: Quantity, evidence: Mapping[Quantity, Evidence]) -> _Need:
        found = declared(demand, quantity, evidence)
        count = len(found.values)
        mean, deviation = moments(found.values)
        return cls(demand, quantity, found, count / found.rows if found.rows else float(count > 0), mean, deviation)

    def size(self, rows: int) -> int:
        return math.floor(rows * self.share + 1e-9)

    def at(self, mean: float) -> _Need:
        """As if all values were there."""
        return replace(self, mean=mean, deviation=0.0)

    def interval(self, rows: int) -> tuple[float, float]:
        share = self.demand.budget[self.quantity]
        lower, upper = (
            open_end if delta is None else self._end(side, delta, self.size(rows))
            for side, delta, open_end in (
                ("lower", share.delta_lower, -math.inf),
                ("upper", share.delta_upper, math.inf),
            )
        )
        found = filled(Interval(lower, upper), share, (self.evidence.low, self.evidence.high))
        return found.lower, found.upper

    def _end(self, side: str, delta: float, size: int) -> float:
        evidence = self.evidence.side(side)
        bound = self.demand.bounds[self.quantity].chosen(evidence)
        if evidence.risk is not None or not hasattr(bound, "foresight"):
            seen = replace(evidence, values=evidence.values * 0 + self.mean) if self.deviation == 0 else evidence
            return bound.foresee(seen, side=side, delta=delta, size=size, inflation=1.0).bound
        of_moments = cast(MomentBound, bound)
        mean, deviation = (self.mean, self.deviation) if evidence is self.evidence else moments(evidence.values)
        foresight = of_moments.foresight(
            side=side, delta=delta, sizes=(size, size), inflation=1.0, span=(evidence.low, evidence.high)
        )
        return foresight(mean, deviation)[0]


def _upper(tree: Compiled, needs: list[_Need], rows: int) -> float:
    return tree.bounds([need.interval(rows) for need in needs])[1]


def _least(tree: Compiled, needs: list[_Need]) -> int | None:
    """With the most favourable mean of every quantity, and no spread."""
    found = [_smallest(lambda n, kept=kept: _upper(tree, kept, n) <= 0) for kept in _favourable(tree, needs)]  # type: ignore[misc]
    return min((n for n in found if n is not None), default=None)


def _favourable(tree: Compiled, needs: list[_Need]) -> Iterator[list[_Need]]:
    """Means at which the constraint holds with room to spare, from several beginnings."""
    spans = [_span(need, needs) for need in needs]
    for part in (0.0, 0.5, 1.0):
        yield _improved(
            tree, [need.at(low + part * (high - low)) for need, (low, high) in zip(needs, spans, strict=True)]
        )
    yield _improved(tree, [need.at(need.mean) for need in needs])


def _improved(tree: Compiled, needs: list[_Need]) -> list[_Need]:
    """Every mean moved, by ever smaller steps, to where the bound is lowest with a fair number of rows."""
    rows = min(math.ceil(FAIR / max(min(need.share for need in needs), 1e-9)), MOST)
    spans = [_span(need, needs) for need in needs]
    lowest = _upper(tree, needs, rows)
    for halved in range(HALVINGS):
        for _ in range(ROUNDS):
            for place, (low, high) in enumerate(spans):
                for way in (-1, 1):
                    mean = needs[place].mean + way * (high - low) / 2 ** (halved + 1)
                    tried = [*needs[:place], needs[place].at(min(max(mean, low), high)), *needs[place + 1 :]]
                    bound = _upper(tree, tried, rows)
                    if bound < lowest:
                        needs, lowest = tried, bound
    return needs


def _span(need: _Need, needs: list[_Need]) -> tuple[float, float]:
    """Where the mean can be; where the range has no end, far beyond all means that were seen."""
    seen = [abs(each.mean) + each.deviation for each in needs if math.isfinite(each.mean + each.deviation)]
    far = 1000 * (1 + max(seen, default=0.0))
    low, high = need.evidence.low, need.evidence.high
    return low if math.isfinite(low) else -far, high if math.isfinite(high) else far


def _smallest(passes: Callable[[int], bool]) -> int | None:
    """The smallest number of rows that passes: doubled until one does, then halved between."""
    below, above = FEWEST - 1, FEWEST
    while not passes(above):
        below, above = above, above * 2
        if above > MOST:
            return None
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (below, middle) if passes(middle) else (middle, above)
    return above


def advice(demand: Demand, evidence: Mapping[Quantity, Evidence], *, rows: int) -> str:
    """What would help after a test that did not pass, in a sentence."""
    values = [risk_estimate(declared(demand, each, evidence)) for each in demand.constraint.quantities]
    estimate = Compiled.of(demand.constraint).value(values)
    if math.isnan(estimate):
        return "See to it that every group has rows, and every value is a finite number."
    if estimate > 0:
        return f"On the safety set itself it is broken by {estimate:.3g}: more rows will not help, another model may."
    found = sufficiency(demand, evidence, rows=rows)
    if found.likely is None:
        return "No number of rows would do with these bounds: declare ranges, or allow a larger delta."
    return f"About {found.likely:,} rows in the safety set (now {rows:,}) would show that a model like this holds it."
