"""The search for a candidate in supervised learning: one pass over the rows each way, for any number of constraints."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.safety.interim import Tree
from analysis.safety.membership import members
from analysis.safety.terms import (
    Array,
    Demand,
    Evidence,
    Fitted,
    Foresight,
    Look,
    Measure,
    Objective,
    Quantity,
    Rows,
    Samples,
)

SIDES = ("lower", "upper")
FEWEST = 5
"""With fewer values than these a quantity has no bound (the engine's rule)."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """One quantity of one constraint: its rows, and what foresees its bounds; None: that side is not needed."""

    quantity: Quantity
    measure: Measure
    rows: Rows
    sights: tuple[Foresight | None, Foresight | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one theta makes of a quantity: its interval, and how its ends follow every value."""

    values: Array
    interval: tuple[float, float]
    by_mean: tuple[float, float]
    by_deviation: tuple[float, float]
    deviation: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What is demanded in terms of which measures. size: rows of the safety set, for which bounds are foreseen."""

    demands: tuple[Demand, ...]
    measures: Mapping[str, Measure]
    size: int


class SupervisedProblem:
    """terms.Problem over the candidate rows."""

    def __init__(
        self,
        fitted: Fitted,
        samples: Samples,
        objective: Objective,
        asked: Asked,
    ) -> None:
        demands, measures, size = asked.demands, asked.measures, asked.size
        self.fitted, self.samples, self.objective = fitted, samples, objective
        self.size, self.count = fitted.size, len(demands)
        self._trees = [Tree(demand.constraint.root, demand.constraint.quantities) for demand in demands]
        self._gathered = [
            [_gather(demand, quantity, samples, measures[quantity.measure], size) for quantity in _quantities(demand)]
            for demand in demands
        ]

    def look(self, theta: Array) -> Look:
        return self._forward(self.fitted.outputs(theta))[0]

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        outputs = self.fitted.outputs(theta)
        look, seen = self._forward(outputs)
        by_outputs = self.objective.slopes(outputs, self.samples.labels) + self._backward(outputs, seen, weights)
        return look, self.fitted.pull(theta, outputs, by_outputs)

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        outputs = self.fitted.outputs(theta)
        look, seen = self._forward(outputs)
        first = self.fitted.pull(theta, outputs, self.objective.slopes(outputs, self.samples.labels))
        units = np.eye(self.count)
        rest = [self.fitted.pull(theta, outputs, self._backward(outputs, seen, unit)) for unit in units]
        return look, first, np.array(rest).reshape(self.count, self.size)

    def _forward(self, outputs: Array) -> tuple[Look, list[list[Seen]]]:
        seen = [[self._see(outputs, one) for one in gathered] for gathered in self._gathered]
        bounds = [
            tree.forward({one.quantity: found.interval for one, found in zip(gathered, row, strict=True)})[1]
            for tree, gathered, row in zip(self._trees, self._gathered, seen, strict=True)
        ]
        upper = np.array([math.inf if math.isnan(bound) else bound for bound in bounds])
        return Look(self.objective.value(outputs, self.samples.labels), upper), seen

    def _see(self, outputs: Array, one: Gathered) -> Seen:
        labels = self.samples.labels[one.rows]
        values = one.measure.values(outputs[one.rows], labels, one.quantity.indices)
        if len(values) < FEWEST:
            return Seen(values, (-math.inf, math.inf), (0.0, 0.0), (0.0, 0.0), 0.0)
        mean, deviation = float(values.mean()), float(values.std(ddof=1))
        none = (math.inf, 0.0, 0.0)
        low, high = (sight(mean, deviation) if sight else none for sight in one.sights)
        lower = low[0] if one.sights[0] else -math.inf
        return Seen(values, (lower, high[0]), (low[1], high[1]), (low[2], high[2]), deviation)

    def _backward(self, outputs: Array, seen: list[list[Seen]], weights: Array) -> Array:
        found = np.zeros_like(outputs)
        for tree, gathered, row, weight in zip(self._trees, self._gathered, seen, weights, strict=True):
            if weight == 0:
                continue
            by = tree.backward({one.quantity: it.interval for one, it in zip(gathered, row, strict=True)})
            for one, it in zip(gathered, row, strict=True):
                low, high = by[one.quantity]
                self._spread(found, outputs, one, it, (weight * low, weight * high))
        return found

    def _spread(self, found: Array, outputs: Array, one: Gathered, it: Seen, by: tuple[float, float]) -> None:
        n = len(it.values)
        along = sum(slope * side for slope, side in zip(by, it.by_mean, strict=True)) / n
        across = sum(slope * side for slope, side in zip(by, it.by_deviation, strict=True))
        across = across / ((n - 1) * it.deviation) if it.deviation > 0 else 0.0
        by_values = along + across * (it.values - it.values.mean())
        slopes = one.measure.slopes(outputs[one.rows], self.samples.labels[one.rows], one.quantity.indices)
        found[one.rows] += slopes * (by_values if slopes.ndim == 1 else by_values[:, None])


def _quantities(demand: Demand) -> tuple[Quantity, ...]:
    return demand.constraint.quantities


def _gather(demand: Demand, quantity: Quantity, samples: Samples, measure: Measure, size: int) -> Gathered:
    rows = np.flatnonzero(members(quantity, samples, measure))
    return Gathered(quantity, measure, rows, _sights(demand, quantity, (len(rows), len(samples.labels)), size))


def _sights(
    demand: Demand, quantity: Quantity, seen: tuple[int, int], size: int
) -> tuple[Foresight | None, Foresight | None]:
    """seen: values of the quantity, of how many rows."""
    share = demand.budget[quantity]
    later = round(seen[0] / seen[1] * size)
    span = demand.ranges.get(quantity, (-math.inf, math.inf))
    deltas = (share.delta_lower, share.delta_upper)
    inflations = (share.inflation_lower, share.inflation_upper)
    return tuple(  # type: ignore[return-value]  # two of them
        None
        if delta is None
        else demand.bounds[quantity].foresight(  # type: ignore[attr-defined]  # interim
            side=side, delta=delta, sizes=(seen[0], later), inflation=inflation, span=span
        )
        for side, delta, inflation in zip(SIDES, deltas, inflations, strict=True)
    )


__all__ = ["Evidence", "SupervisedProblem"]
