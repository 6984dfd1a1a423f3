"""Several data sets for one model: some quantities of a constraint are bounded from other rows than the rest.

Rows are numbered through: those of the primary data first, then those of each additional set. So one split, one batch
or one trial world shares all of them out alike, and no row is in both parts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from analysis.safety.budgets import filled
from analysis.safety.compiled import Compiled
from analysis.safety.terms import (
    Array,
    Constant,
    Coordinates,
    Demand,
    Evidence,
    Interval,
    Leaf,
    Look,
    Node,
    Operation,
    Problem,
    Quantity,
    Rows,
    Share,
    Standardised,
    Subject,
)

PRIMARY: Final = 0
FEW: Final = 8  # rows are enough to ask a subject what a quantity can be at all


@dataclass(frozen=True, eq=False)
class Joined:
    """terms.Subject. over: for each additional set, the subject that trains the primary one's model over its rows.

    which: the number of the set, from 1, that a quantity is bounded from; the others come from the primary data, and so
    do the objective and the start. ValueError for a set that there is not, or that serves nothing.
    """

    primary: Subject
    over: tuple[Callable[[Subject], Subject], ...]
    which: Mapping[Quantity, int]

    def __post_init__(self) -> None:
        for quantity, number in self.which.items():
            if not 1 <= number <= len(self.over):
                raise ValueError(f"{quantity}: there are {len(self.over)} additional data sets; there is no {number}.")
        idle = set(range(1, len(self.over) + 1)) - set(self.which.values())
        if idle:
            raise ValueError(f"Additional data set {min(idle)} is used by no quantity: leave it out.")

    @cached_property
    def subjects(self) -> list[Subject]:
        """The primary one, then the others."""
        return [self.primary, *(over(self.primary) for over in self.over)]

    @property
    def count(self) -> int:
        return sum(subject.count for subject in self.subjects)

    def strata(self, wholes: tuple[Quantity, ...] = ()) -> NDArray[np.intp]:
        """No stratum has rows of two sets."""
        found: list[NDArray[np.intp]] = []
        for number, subject in enumerate(self.subjects):
            first = int(found[-1].max(initial=-1)) + 1 if found else 0
            here = tuple(each for each in wholes if self.which.get(each, PRIMARY) == number)
            found.append(subject.strata(here) + first)
        return np.concatenate(found)

    def prepared(self, rows: Rows, *, rng: np.random.Generator) -> Self:
        return replace(self, primary=self.primary.prepared(self.parted(rows)[PRIMARY], rng=rng))

    def start(self, rows: Rows, *, rng: np.random.Generator) -> Array:
        return self.primary.start(self.parted(rows)[PRIMARY], rng=rng)

    def problem(self, rows: Rows, demands: tuple[Demand, ...], *, size: int) -> JoinedProblem:
        parts = self.parted(rows)
        sizes = [round(len(part) / max(len(rows), 1) * size) for part in parts]
        return JoinedProblem(self, [*zip(self.subjects, parts, sizes, strict=True)], demands)

    def evidence(self, theta: Array, rows: Rows, quantities: tuple[Quantity, ...]) -> Mapping[Quantity, Evidence]:
        found: dict[Quantity, Evidence] = {}
        for number, (subject, part) in enumerate(zip(self.subjects, self.parted(rows), strict=True)):
            here = tuple(each for each in quantities if self.which.get(each, PRIMARY) == number)
            if here:
                found.update(subject.evidence(theta, part, here))
        return {quantity: found[quantity] for quantity in quantities}

    def parted(self, rows: Rows) -> list[Rows]:
        """By set, in each one's own numbers."""
        ends = np.cumsum([0, *(subject.count for subject in self.subjects)])
        return [rows[(rows >= first) & (rows < last)] - first for first, last in pairwise(ends)]


@dataclass(frozen=True, slots=True)
class Atom:
    """One side of one quantity of a constraint, asked of its data set as a constraint of its own."""

    constraint: int
    quantity: Quantity
    side: str

    def demand(self, of: Demand) -> Demand:
        """Whose upper bound is the quantity's upper, or less its lower one."""
        leaf, share = Leaf(self.quantity), of.budget[self.quantity]
        upper = self.side == "upper"
        root: Node = leaf if upper else Operation("sub", (Constant(0.0), leaf))
        own = (
            Share(None, share.delta_upper, share.inflation_lower, share.inflation_upper)
            if upper
            else Share(share.delta_lower, None, share.inflation_lower, share.inflation_upper)
        )
        constraint = replace(of.constraint, root=root, quantities=(self.quantity,))
        return replace(of, constraint=constraint, budget={self.quantity: own})


class JoinedProblem:
    """terms.Problem. A constraint of one data set is asked of it whole; of others every side that is needed."""

    def __init__(self, joined: Joined, sources: Sequence[tuple[Subject, Rows, int]], demands: Sequence[Demand]) -> None:
        """sources: subject, rows, and rows of the safety set, of each data set."""
        self._demands, self._trees = demands, [Compiled.of(demand.constraint) for demand in demands]
        self._whole, asked = _asked(demands, joined.which, len(sources))
        self._atoms = asked
        self._problems: list[Problem | None] = [
            subject.problem(rows, tuple(_demands(number, demands, self._whole, asked[number])), size=size)
            if number == PRIMARY or asked[number]
            else None
            for number, (subject, rows, size) in enumerate(sources)
        ]
        primary = self._problems[PRIMARY]
        if primary is None:
            raise ValueError("There is no primary data set.")
        self._primary = primary
        self.size, self.count = primary.size, len(demands)
        self._within = _within(sources, demands, joined.which, self.size)

    @property
    def coordinates(self) -> Coordinates | None:
        return self._primary.coordinates if isinstance(self._primary, Standardised) else None

    def look(self, theta: Array) -> Look:
        looks = [None if each is None else each.look(theta) for each in self._problems]
        bounds, _ = self._joined([None if look is None else (look.bounds, None) for look in looks])
        return Look(looks[PRIMARY].objective if looks[PRIMARY] else math.nan, bounds)

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        look, gradient, rows = self.slopes(theta)
        used = weights != 0
        return look, gradient + weights[used] @ rows[used]

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        look, gradient, rows = self._primary.slopes(theta)
        found: list[tuple[Array, Array | None] | None] = [(look.bounds, rows)]
        for each in self._problems[1:]:
            seen = None if each is None else each.slopes(theta)
            found.append(None if seen is None else (seen[0].bounds, seen[2]))
        bounds, jacobian = self._joined(found)
        return Look(look.objective, bounds), gradient, jacobian

    def _joined(self, seen: Sequence[tuple[Array, Array | None] | None]) -> tuple[Array, Array]:
        """Every constraint's bound, and its slopes where those of its parts are known."""
        bounds, slopes = np.full(self.count, math.inf), np.zeros((self.count, self.size))
        primary = seen[PRIMARY]
        for place, number in enumerate(self._whole):
            if primary is not None:
                bounds[number] = primary[0][place]
                if primary[1] is not None:
                    slopes[number] = primary[1][place]
        ends: dict[tuple[int, Quantity, str], tuple[float, Array | None]] = {}
        for source, atoms in enumerate(self._atoms):
            first, here = (len(self._whole) if source == PRIMARY else 0), seen[source]
            for place, atom in enumerate(atoms, start=first):
                if here is not None:
                    row = None if here[1] is None else here[1][place]
                    ends[atom.constraint, atom.quantity, atom.side] = (float(here[0][place]), row)
        for number in set(range(self.count)) - set(self._whole):
            bounds[number], slopes[number] = self._combined(number, ends)
        return bounds, slopes

    def _combined(
        self, number: int, ends: Mapping[tuple[int, Quantity, str], tuple[float, Array | None]]
    ) -> tuple[float, Array]:
        demand, intervals = self._demands[number], []
        for quantity in demand.constraint.quantities:
            lower, upper = ends.get((number, quantity, "lower")), ends.get((number, quantity, "upper"))
            interval = Interval(-lower[0] if lower else -math.inf, upper[0] if upper else math.inf)
            within = filled(interval, demand.budget[quantity], self._within[number, quantity])
            intervals.append((within.lower, within.upper))
        tree, slopes = self._trees[number].slopes(intervals), np.zeros(self.size)
        pairs = zip(demand.constraint.quantities, intervals, tree.by_lower, tree.by_upper, strict=True)
        for quantity, (low, high), by_lower, by_upper in pairs:
            for side, by, end in (("lower", -by_lower, -low), ("upper", by_upper, high)):
                value, row = ends.get((number, quantity, side), (math.nan, None))
                if by and row is not None and value == end:  # cut to the range: it does not move
                    slopes += by * row
        return tree.root[1], slopes


def _asked(demands: Sequence[Demand], which: Mapping[Quantity, int], count: int) -> tuple[list[int], list[list[Atom]]]:
    """The constraints that the primary data alone decide, and for each data set the sides that it is asked for."""
    whole: list[int] = []
    asked: list[list[Atom]] = [[] for _ in range(count)]
    for number, demand in enumerate(demands):
        if all(which.get(each, PRIMARY) == PRIMARY for each in demand.constraint.quantities):
            whole.append(number)
            continue
        for quantity in demand.constraint.quantities:
            share = demand.budget[quantity]
            sides = [("lower", share.delta_lower), ("upper", share.delta_upper)]
            needed = [Atom(number, quantity, side) for side, delta in sides if delta is not None]
            asked[which.get(quantity, PRIMARY)] += needed
    return whole, asked


def _demands(source: int, demands: Sequence[Demand], whole: Sequence[int], atoms: Sequence[Atom]) -> list[Demand]:
    first = [demands[number] for number in whole] if source == PRIMARY else []
    return [*first, *(atom.demand(demands[atom.constraint]) for atom in atoms)]


def _within(
    sources: Sequence[tuple[Subject, Rows, int]], demands: Sequence[Demand], which: Mapping[Quantity, int], size: int
) -> dict[tuple[int, Quantity], tuple[float, float]]:
    """What each quantity can be at all: as declared, or as its own kind is."""
    found = {}
    for number, demand in enumerate(demands):
        for quantity in demand.constraint.quantities:
            subject, rows, _ = sources[which.get(quantity, PRIMARY)]
            if quantity in demand.ranges:
                found[number, quantity] = demand.ranges[quantity]
            else:
                evidence = subject.evidence(np.zeros(size), rows[:FEW], (quantity,))[quantity]
                found[number, quantity] = (evidence.low, evidence.high)
    return found
