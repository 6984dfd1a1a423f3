"""Whatever else has parameters and rows: an objective and measures of one's own, as functions of both.

    from analysis.safety.custom import Custom, OwnQuantity

    measures = {"Shortfall": OwnQuantity("Shortfall", shortfall, span=(0.0, 1.0))}
    subject = Custom(rows, cost, begin, measures, groups={"NIGHT": at_night})
    known = Vocabulary.of(Regime.CUSTOM, groups=subject.groups, measures=measures)
    demand = demand_of(parse_constraint("(Shortfall | [NIGHT]) <= 0.1", known, delta=0.05), Terms(measures=measures))
    outcome = train(subject, Training((demand,), OPTIMISERS.parse("sqp")), rng=rng)

Slopes are taken by differences, two looks for each parameter: right for a few dozen of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from analysis.safety.compiled import Compiled
from analysis.safety.sights import Glance, MomentSight, ValueSight, sight_of
from analysis.safety.terms import (
    Array,
    Demand,
    Evidence,
    Look,
    Mask,
    Measure,
    Problem,
    Quantity,
    Regime,
    Risk,
    Rows,
)
from analysis.safety.testing.splitting import uncut

Stored = NDArray[Any]
STEP = 1e-6


@dataclass(frozen=True)
class OwnQuantity:
    """function(theta, rows) -> (m,), one value for each of the rows, each within span; risk: None for the mean."""

    name: str
    function: Callable[[Array, Stored], Array]
    span: tuple[float, float]
    risk: Risk | None = None

    regimes: ClassVar[frozenset[Regime]] = frozenset({Regime.CUSTOM})
    smooth: ClassVar[Measure | None] = None

    def subscripts(self, regime: Regime) -> int:
        return 0

    def like(self) -> Evidence:
        return Evidence(np.empty(0), low=self.span[0], high=self.span[1], risk=self.risk)

    def rows(self, labels: Array, indices: tuple[int, ...]) -> Mask | None:
        return None

    def of(self, theta: Array, rows: Stored) -> Array:
        """ValueError if the function does not give one number a row."""
        found = np.asarray(self.function(theta, rows), dtype=float)
        if found.shape != (len(rows),):
            raise ValueError(f"{self.name} gave values of shape {found.shape} for {len(rows)} rows.")
        return found

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        """Nothing: it is a function of parameters, not of a model's outputs."""
        raise NotImplementedError(f"{self.name} is a measure of the regime custom.")

    slopes = values


@dataclass(frozen=True)
class Custom:
    """terms.Subject. rows: (n, …). objective(theta, rows) -> what is minimised. begin(rows, rng) -> the first theta."""

    rows: Stored
    objective: Callable[[Array, Stored], float]
    begin: Callable[[Stored, np.random.Generator], Array]
    measures: Mapping[str, OwnQuantity]
    groups: Mapping[str, Mask] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.rows)

    def strata(self, wholes: tuple[Quantity, ...] = ()) -> NDArray[np.intp]:
        members = [np.asarray(each, dtype=float) for each in self.groups.values()]
        if not members:
            return np.zeros(self.count, dtype=np.intp)
        strata = np.unique(np.column_stack(members), axis=0, return_inverse=True)[1].reshape(-1).astype(np.intp)
        return uncut(strata, (self.members(each, np.arange(self.count)) for each in wholes))

    def prepared(self, rows: Rows, *, rng: np.random.Generator) -> Self:
        return self

    def start(self, rows: Rows, *, rng: np.random.Generator) -> Array:
        return np.asarray(self.begin(self.rows[rows], rng), dtype=float).reshape(-1)

    def problem(self, rows: Rows, demands: tuple[Demand, ...], *, size: int) -> Problem:
        beginning = self.start(rows, rng=np.random.default_rng(0))
        return CustomProblem(self, rows, demands, sizes=(size, len(beginning)))

    def evidence(self, theta: Array, rows: Rows, quantities: tuple[Quantity, ...]) -> Mapping[Quantity, Evidence]:
        found = self.read(theta, rows, quantities)
        likes = {each: self.measures[each.measure].like() for each in quantities}
        return {each: replace(likes[each], values=values, rows=len(rows)) for each, values in found}

    def read(self, theta: Array, rows: Rows, quantities: Sequence[Quantity]) -> list[tuple[Quantity, Array]]:
        """Values of each quantity; a measure that stands in several is computed once."""
        stored = self.rows[rows]
        whole = {name: self.measures[name].of(theta, stored) for name in {each.measure for each in quantities}}
        return [(each, whole[each.measure][self.members(each, rows)]) for each in quantities]

    def members(self, quantity: Quantity, rows: Rows) -> Mask:
        """Which of the rows are in every group of its condition."""
        among: Mask = np.ones(len(rows), dtype=bool)
        for name in quantity.where:
            among &= self.groups[name][rows]
        return among


class CustomProblem:
    """terms.Problem. sizes: rows of the safety set, parameters."""

    def __init__(self, subject: Custom, rows: Rows, demands: tuple[Demand, ...], *, sizes: tuple[int, int]) -> None:
        self._subject, self._rows = subject, rows
        self.count, self.size = len(demands), sizes[1]
        self._trees = [Compiled.of(demand.constraint) for demand in demands]
        self._quantities = list(dict.fromkeys(each for demand in demands for each in demand.constraint.quantities))
        counts = {each: int(subject.members(each, rows).sum()) for each in self._quantities}
        self._sights = [
            [
                (each, sight_of(demand, each, subject.measures[each.measure].like(), sizes=(counts[each], later)))
                for each in demand.constraint.quantities
                for later in [round(counts[each] / max(len(rows), 1) * sizes[0])]
            ]
            for demand in demands
        ]

    def look(self, theta: Array) -> Look:
        values = dict(self._subject.read(theta, self._rows, self._quantities))
        bounds = [
            tree.bounds([_glance(sight, values[each]).ends for each, sight in sights])[1]
            for tree, sights in zip(self._trees, self._sights, strict=True)
        ]
        value = float(self._subject.objective(theta, self._subject.rows[self._rows]))
        return Look(value, np.where(np.isnan(bounds), np.inf, np.array(bounds, dtype=float)))

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        look, gradient, slopes = self.slopes(theta)
        return look, gradient + weights @ slopes

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        gradient, slopes = np.empty(self.size), np.empty((self.count, self.size))
        for place in range(self.size):
            away = np.zeros(self.size)
            away[place] = STEP * max(1.0, abs(float(theta[place])))
            up, down = self.look(theta + away), self.look(theta - away)
            width = 2.0 * away[place]
            gradient[place] = (up.objective - down.objective) / width
            with np.errstate(invalid="ignore"):
                slopes[:, place] = np.nan_to_num((up.bounds - down.bounds) / width, posinf=0.0, neginf=0.0)
        return self.look(theta), gradient, slopes


def _glance(sight: MomentSight | ValueSight, values: Array) -> Glance:
    if not isinstance(sight, MomentSight):
        return sight.see(values)
    if len(values) < 2:
        return sight.see(float("nan"), float("nan"))
    return sight.see(float(values.mean()), float(values.std(ddof=1)))
