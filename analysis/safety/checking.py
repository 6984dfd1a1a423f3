"""Everything that can be said of the text of a constraint: its tree and what it needs, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from analysis.safety.bounds import OneSided
from analysis.safety.bounds.one_sided import mirrored
from analysis.safety.budgets import Sides, sides_needed
from analysis.safety.constraints import ConstraintError, Vocabulary, parse_constraint
from analysis.safety.constraints.outline import Branch, Known, outline
from analysis.safety.constraints.remarks import remarks
from analysis.safety.constraints.showing import as_json
from analysis.safety.constraints.tree import count_leaves, count_nodes
from analysis.safety.demanding import Terms, demand_of
from analysis.safety.intervals import EVERYTHING
from analysis.safety.terms import Bound, Constraint, Demand, Evidence, Quantity, Share
from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject

UNDECLARED = (
    "{quantity}: {bound} needs the range of a single value, and none is declared. Until you write "
    "`ranges: {{{measure}: [low, high]}}` nothing passes."
)


@dataclass(frozen=True, slots=True)
class Need:
    """What one quantity of a constraint asks of the data. refusal: why its bound cannot serve as things are."""

    quantity: Quantity
    sides: Sides
    share: Share
    range: tuple[float, float]
    bound: str
    exact: bool
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that was looked at: either an error, or a demand with its tree and what it needs."""

    text: str
    delta: float
    error: ConstraintError | None = None
    demand: Demand | None = None
    needs: tuple[Need, ...] = ()
    remarks: tuple[str, ...] = ()
    tree: Branch | None = None

    @property
    def constraint(self) -> Constraint | None:
        return None if self.demand is None else self.demand.constraint

    @property
    def in_order(self) -> bool:
        return self.error is None


def check(text: str, vocabulary: Vocabulary, *, delta: float, terms: Terms | None = None) -> Checked:
    """What is wrong with a text is in the answer; ValueError for a delta, range or vector that cannot be."""
    terms = terms or Terms()
    try:
        constraint = parse_constraint(text, vocabulary, delta=delta)
    except ConstraintError as error:
        return Checked(text, delta, error)
    demand = demand_of(constraint, terms)
    needs = tuple(_needs(demand, terms))
    known = Known(demand.budget, demand.ranges, mode=terms.mode)
    said = *remarks(constraint, demand.ranges), *(need.refusal for need in needs if need.refusal)
    return Checked(text, delta, None, demand, needs, tuple(dict.fromkeys(said)), outline(constraint, known))


def _needs(demand: Demand, terms: Terms) -> Iterator[Need]:
    needed = sides_needed(demand.constraint.root, ranges=demand.ranges, mode=terms.mode)
    for quantity, sides in needed.items():
        measure = terms.measures.get(quantity.measure)
        low, high = demand.ranges.get(quantity, EVERYTHING)
        like = replace(measure.like() if measure else Evidence(np.empty(0)), low=low, high=high)
        chosen = demand.bounds[quantity].chosen(like)
        refusal = _refusal(quantity, sides, chosen, like) if measure else ""
        share = demand.budget[quantity]
        yield Need(quantity, sides, share, (low, high), chosen.name, chosen.exact, refusal)


def _refusal(quantity: Quantity, sides: Sides, bound: Bound, like: Evidence) -> str:
    """Returns of policies have ranges that follow from the data; of everything else the range has to be declared."""
    if not isinstance(bound, OneSided):
        return ""
    if (not sides.upper or bound.bounds_above(like)) and (not sides.lower or bound.bounds_above(mirrored(like))):
        return ""
    return UNDECLARED.format(quantity=quantity, bound=bound.name, measure=quantity.measure)


def as_document(checked: Checked) -> JsonObject:
    """The same as plain JSON, for programs."""
    found: dict[str, Json] = {"text": checked.text, "delta": checked.delta, "in_order": checked.in_order}
    if checked.error is not None:
        return {**found, "problem": _problem(checked.error)}
    if checked.constraint is None or checked.tree is None:
        return found
    root = checked.constraint.root
    counts = {"nodes": count_nodes(root), "leaves": count_leaves(root)}
    counts["bounds"] = sum(need.sides.count for need in checked.needs)
    found["normalised"], found["counts"] = checked.constraint.normalised, dict(counts)
    found["quantities"] = [_need(need) for need in checked.needs]
    return {**found, "remarks": list(checked.remarks), "tree": as_json(checked.tree)}


def _problem(error: ConstraintError) -> JsonObject:
    end = max(error.span.end, error.span.start + 1)
    message = {"message": error.sentence, "hint": error.hint, "pointed": error.pointed()}
    return {"column": error.column, "end": end, **message}


def _need(need: Need) -> JsonObject:
    share = need.share
    found: dict[str, Json] = {"quantity": str(need.quantity), "bound": need.bound, "exact": need.exact}
    found["range"] = [finite_or_text(end) for end in need.range]
    return {**found, "delta_lower": share.delta_lower, "delta_upper": share.delta_upper, "refusal": need.refusal}
