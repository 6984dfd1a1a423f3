"""The search for a policy: one pass over the record each way, for any number of constraints."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from analysis.safety.bounds.mixture import deviating
from analysis.safety.compiled import Compiled, Slopes
from analysis.safety.reinforcement.estimates import Sides
from analysis.safety.reinforcement.foreseeing import Sight, sight_of
from analysis.safety.reinforcement.weighing import Pulls, Weighing, Weights
from analysis.safety.reinforcement.weighted import Estimate
from analysis.safety.terms import Array, Demand, Look, Quantity

Ends: TypeAlias = tuple[float, float]
Valued: TypeAlias = Mapping[Estimate, Array]
"""What one theta makes of every estimate: its values, shape (m,)."""
NAMES = ("lower", "upper")


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """What is sought: a high mean of these values. caution: less so many of its standard errors (Swaminathan and
    Joachims, 2015): else a search is drawn to what the record hardly speaks of.
    """

    estimate: Estimate
    caution: float = 0.0

    def value(self, valued: Valued) -> float:
        """To be minimised."""
        values = valued[self.estimate]
        if len(values) < 2:
            return math.nan
        missing = -float(values.sum()) / len(values)
        return self.caution * deviating(values)[0] / math.sqrt(len(values)) + missing if self.caution else missing

    def slopes(self, valued: Valued) -> Array:
        """By every value, shape (m,)."""
        values = valued[self.estimate]
        found = np.full(len(values), -1 / max(len(values), 1))
        if self.caution and len(values) > 1:
            found += self.caution / math.sqrt(len(values)) * deviating(values)[1]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """One quantity of one constraint: what foresees each of its bounds; None: that side is not needed."""

    quantity: Quantity
    sights: tuple[Sight | None, Sight | None]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What one theta makes of a quantity: its interval, and how its ends follow every value."""

    interval: Ends
    slopes: tuple[Array | None, Array | None]


class PolicyProblem:
    """terms.Problem over recorded episodes."""

    def __init__(
        self,
        weighing: Weighing,
        aim: Aim,
        demands: Sequence[Demand],
        sides: Mapping[Quantity, Sides],
        sizes: tuple[int, int],
    ) -> None:
        """sides: the estimates of every quantity. sizes: episodes of the search, and of the safety test."""
        self.size, self.count = weighing.size, len(demands)
        self._weighing, self._aim = weighing, aim
        self._trees = [Compiled.of(demand.constraint) for demand in demands]
        self._watched = [
            [_watch(demand, quantity, sides[quantity], sizes) for quantity in demand.constraint.quantities]
            for demand in demands
        ]
        sights = [sight for row in self._watched for one in row for sight in one.sights if sight is not None]
        self._estimates = list(dict.fromkeys([aim.estimate, *(sight.estimate for sight in sights)]))

    def look(self, theta: Array) -> Look:
        valued = self._valued(self._weighing.weights(theta))
        return self._look(valued, [slopes.root[1] for _, slopes in self._seen(valued)])

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        ratios = self._weighing.weights(theta)
        valued = self._valued(ratios)
        seen = self._seen(valued)
        by = {self._aim.estimate: self._aim.slopes(valued)}
        for watched, (row, slopes), weight in zip(self._watched, seen, weights.tolist(), strict=True):
            if weight:
                _gather(by, _parts(watched, row, slopes, weight))
        return self._look(valued, [slopes.root[1] for _, slopes in seen]), self._pulled(theta, ratios, by)

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        ratios = self._weighing.weights(theta)
        valued = self._valued(ratios)
        seen = self._seen(valued)
        rows = np.empty((self.count, self.size))
        for found, watched, (row, slopes) in zip(rows, self._watched, seen, strict=True):
            by: dict[Estimate, Array] = {}
            _gather(by, _parts(watched, row, slopes, 1.0))
            found[:] = self._pulled(theta, ratios, by)
        gradient = self._pulled(theta, ratios, {self._aim.estimate: self._aim.slopes(valued)})
        return self._look(valued, [slopes.root[1] for _, slopes in seen]), gradient, rows

    def _valued(self, ratios: Weights) -> Valued:
        """Once for all that look at the same estimate."""
        return {estimate: estimate.values(ratios) for estimate in self._estimates}

    def _seen(self, valued: Valued) -> list[tuple[list[Seen], Slopes]]:
        found = []
        for tree, watched in zip(self._trees, self._watched, strict=True):
            row = [_see(one, valued) for one in watched]
            found.append((row, tree.slopes([one.interval for one in row])))
        return found

    def _look(self, valued: Valued, bounds: list[float]) -> Look:
        return Look(self._aim.value(valued), np.array(bounds, dtype=np.float64))

    def _pulled(self, theta: Array, ratios: Weights, by: Valued) -> Array:
        """The gradient, shape (size,), from the slopes by every estimate's values."""
        pulls = Pulls(np.zeros_like(ratios.episodes), None if ratios.steps is None else np.zeros_like(ratios.steps))
        for estimate, slopes in by.items():
            estimate.pull(ratios, slopes, pulls)
        return self._weighing.pull(theta, pulls)


def _gather(by: dict[Estimate, Array], parts: Iterator[tuple[Estimate, Array]]) -> None:
    for estimate, part in parts:
        before = by.get(estimate)
        by[estimate] = part if before is None else before + part


def _parts(
    watched: Sequence[Watched], row: Sequence[Seen], slopes: Slopes, weight: float
) -> Iterator[tuple[Estimate, Array]]:
    """What one constraint says of the values of its estimates."""
    for one, it, *ends in zip(watched, row, slopes.by_lower, slopes.by_upper, strict=True):
        for sight, along, end in zip(one.sights, it.slopes, ends, strict=True):
            if sight is not None and along is not None and end:
                yield sight.estimate, weight * end * along


def _watch(demand: Demand, quantity: Quantity, sides: Sides, sizes: tuple[int, int]) -> Watched:
    lower, upper = (sight_of(demand, quantity, name, sides.side(name), sizes) for name in NAMES)
    return Watched(quantity, (lower, upper))


def _see(one: Watched, valued: Valued) -> Seen:
    lower, upper = (None if sight is None else sight.foreseen(valued[sight.estimate]) for sight in one.sights)
    return Seen(
        (-math.inf if lower is None else lower.bound, math.inf if upper is None else upper.bound),
        (None if lower is None else lower.slopes, None if upper is None else upper.slopes),
    )
