"""From the candidate rows to a candidate. Nothing here has ever seen a row of the safety set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.safety.bounds.one_sided import FEWEST
from analysis.safety.terms import (
    Array,
    Candidate,
    Coordinates,
    Demand,
    Look,
    Mode,
    Optimiser,
    Problem,
    Quantity,
    Rows,
    Share,
    Standardised,
    Subject,
    Trace,
    Watch,
)
from analysis.safety.testing.sufficiency import Sufficiency, sufficiency

FEW: Final = 20_000
"""Rows of a safety set up to which an answer costs next to nothing."""
LESS_RESERVE: Final = (0.5, 0.0)
"""What is left of the reserve (inflation above 1) at the second and the third attempt."""
WITHOUT_RESERVE: Final = (
    "Nothing was found that is foreseen to pass with the full reserve for chance; this is foreseen to pass with "
    "{left:.0%} of it."
)


class Divided:
    """The problem over those rows of a subject, which can be had in batches as well."""

    def __init__(self, subject: Subject, rows: Rows, demands: tuple[Demand, ...], *, size: int) -> None:
        """size: rows of the safety set."""
        self._subject, self._rows, self._demands, self._size = subject, rows, demands, size
        self._whole = subject.problem(rows, demands, size=size)
        self.size, self.count = self._whole.size, self._whole.count

    @property
    def coordinates(self) -> Coordinates | None:
        return self._whole.coordinates if isinstance(self._whole, Standardised) else None

    @property
    def strata(self) -> NDArray[np.intp]:
        return self._subject.strata()[self._rows]

    def part(self, rows: Rows) -> Problem:
        return self._subject.problem(self._rows[rows], self._demands, size=self._size)

    def look(self, theta: Array) -> Look:
        return self._whole.look(theta)

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        return self._whole.slope(theta, weights)

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        return self._whole.slopes(theta)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is sought, and how: a candidate that meets these demands on a safety set of `size` rows."""

    demands: tuple[Demand, ...]
    optimiser: Optimiser
    size: int
    mode: Mode = Mode.DEFAULT


def search(subject: Subject, rows: Rows, wanted: Wanted, *, rng: np.random.Generator, watch: Watch) -> Candidate:
    """The best that the optimiser finds on those rows; subject: prepared with them.

    Candidates look better on the rows that chose them than on others, so bounds are foreseen wider than they will be
    (`Share.inflation_*`). Where nothing passes that, less of the reserve is kept: the test itself decides.
    """
    start, optimiser = subject.start(rows, rng=rng), wanted.optimiser
    whole = Divided(subject, rows, wanted.demands, size=wanted.size)
    if wanted.mode != Mode.ENGINE and _doubtful(whole.look(start), wanted.size):
        reason = hopeless(subject, rows, wanted, start)
        if reason:
            return Candidate(None, feasible=False, trace=_nothing_seen(len(wanted.demands)), reason=reason)
    found = optimiser.select(whole, start, rng=rng, watch=watch)
    if wanted.mode == Mode.ENGINE or found.feasible or not any(_has_reserve(demand) for demand in wanted.demands):
        return found
    for left in LESS_RESERVE:
        demands = tuple(with_reserve(demand, left) for demand in wanted.demands)
        problem = Divided(subject, rows, demands, size=wanted.size)
        again = optimiser.select(problem, start if found.theta is None else found.theta, rng=rng, watch=watch)
        if again.feasible:
            return replace(again, feasible=False, reason=WITHOUT_RESERVE.format(left=left))
        found = again if again.theta is not None else found
    return found


def _doubtful(look: Look, size: int) -> bool:
    """Whether it is worth the time to ask if any model could pass: always for few rows, else if bounds are infinite."""
    return not np.isfinite(look.bounds).all() or (size <= FEW and not look.feasible)


def hopeless(subject: Subject, rows: Rows, wanted: Wanted, theta: Array) -> str:
    """Why no model at all can pass on so many rows like these, constraint by constraint; empty: one might."""
    quantities = tuple(dict.fromkeys(one for demand in wanted.demands for one in demand.constraint.quantities))
    evidence = subject.evidence(theta, rows, quantities)
    found = [sufficiency(demand, evidence, rows=wanted.size) for demand in wanted.demands]
    return " ".join(_why(each) for each in found if each.hopeless)


def _why(one: Sufficiency) -> str:
    name, n = one.sparse
    if n >= FEWEST:
        return str(one)
    return (
        f"{one.text}: about {n} of the {one.rows:,} rows of the safety set would be of {name}, "
        f"and nothing is said of fewer than {FEWEST}."
    )


def _nothing_seen(count: int) -> Trace:
    return Trace(np.empty(0), np.empty((0, count)), np.empty((0, count)), np.empty(0), best=-1)


def with_reserve(demand: Demand, left: float) -> Demand:
    """With that share of what every inflation is above 1."""
    budget: Mapping[Quantity, Share] = {
        quantity: replace(
            share,
            inflation_lower=_shrunk(share.inflation_lower, left),
            inflation_upper=_shrunk(share.inflation_upper, left),
        )
        for quantity, share in demand.budget.items()
    }
    return replace(demand, budget=budget)


def _shrunk(inflation: float, left: float) -> float:
    return 1 + (inflation - 1) * left if inflation > 1 else inflation


def _has_reserve(demand: Demand) -> bool:
    return any(max(share.inflation_lower, share.inflation_upper) > 1 for share in demand.budget.values())
