"""The search for a policy: one pass over the record each way, for any number of constraints."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from analysis.safety.bounds.mixture import deviating
from analysis.safety.compiled import Compiled
from analysis.safety.reinforcement.estimates import Estimate, Sides
from analysis.safety.reinforcement.foreseeing import Sight, sight_of
from analysis.safety.reinforcement.weighing import Pulls, Weighing, Weights
from analysis.safety.terms import Array, Demand, Look, Quantity

Ends: TypeAlias = tuple[float, float]
NAMES = ("lower", "upper")


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """What is sought: a high mean of these values. caution: less so many of its standard errors (Swaminathan and
    Joachims, 2015): else a search is drawn to what the record hardly speaks of.
    """

    estimate: Estimate
    caution: float = 0.0

    def value(self, weights: Weights) -> float:
        """To be minimised."""
        values = self.estimate.values(weights)
        if len(values) < 2:
            return math.nan
        return self.caution * deviating(values)[0] / math.sqrt(len(values)) - float(values.mean())

    def pull(self, weights: Weights, pulls: Pulls) -> None:
        values = self.estimate.values(weights)
        slopes = np.full(len(values), -1 / max(len(values), 1))
        if self.caution and len(values) > 1:
            slopes += self.caution / math.sqrt(len(values)) * deviating(values)[1]
        self.estimate.pull(weights, slopes, pulls)


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

    def look(self, theta: Array) -> Look:
        return self._forward(self._weighing.weights(theta))[0]

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        ratios = self._weighing.weights(theta)
        look, seen = self._forward(ratios)
        pulls = _nothing(ratios)
        self._aim.pull(ratios, pulls)
        self._backward(ratios, seen, weights, pulls)
        return look, self._weighing.pull(theta, pulls)

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        ratios = self._weighing.weights(theta)
        look, seen = self._forward(ratios)
        first = _nothing(ratios)
        self._aim.pull(ratios, first)
        rest = []
        for unit in np.eye(self.count):
            pulls = _nothing(ratios)
            self._backward(ratios, seen, unit, pulls)
            rest.append(self._weighing.pull(theta, pulls))
        return look, self._weighing.pull(theta, first), np.array(rest).reshape(self.count, self.size)

    def _forward(self, ratios: Weights) -> tuple[Look, list[list[Seen]]]:
        seen = [[_see(one, ratios) for one in watched] for watched in self._watched]
        bounds = [tree.bounds([one.interval for one in row])[1] for tree, row in zip(self._trees, seen, strict=True)]
        return Look(self._aim.value(ratios), np.array(bounds)), seen

    def _backward(self, ratios: Weights, seen: list[list[Seen]], weights: Array, pulls: Pulls) -> None:
        for tree, watched, row, weight in zip(self._trees, self._watched, seen, weights, strict=True):
            if weight == 0:
                continue
            by = tree.slopes([one.interval for one in row])
            for one, it, *ends in zip(watched, row, by.by_lower, by.by_upper, strict=True):
                for sight, slopes, end in zip(one.sights, it.slopes, ends, strict=True):
                    if sight is not None and slopes is not None and end != 0:
                        sight.estimate.pull(ratios, float(weight) * end * slopes, pulls)


def _watch(demand: Demand, quantity: Quantity, sides: Sides, sizes: tuple[int, int]) -> Watched:
    lower, upper = (sight_of(demand, quantity, name, sides.side(name), sizes) for name in NAMES)
    return Watched(quantity, (lower, upper))


def _see(one: Watched, ratios: Weights) -> Seen:
    lower, upper = (None if sight is None else sight.foreseen(ratios) for sight in one.sights)
    return Seen(
        (-math.inf if lower is None else lower.bound, math.inf if upper is None else upper.bound),
        (None if lower is None else lower.slopes, None if upper is None else upper.slopes),
    )


def _nothing(ratios: Weights) -> Pulls:
    return Pulls(np.zeros_like(ratios.episodes), None if ratios.steps is None else np.zeros_like(ratios.steps))
