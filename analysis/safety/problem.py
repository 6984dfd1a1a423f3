"""The search for a candidate in supervised learning: one pass over the rows each way, for any number of constraints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.safety.compiled import Compiled, Slopes
from analysis.safety.panel import Panel, Read, Task, Weights
from analysis.safety.sights import Glance, MomentSight, ValueSight, needs_values, sight_of
from analysis.safety.terms import (
    Array,
    Coordinates,
    Demand,
    Linked,
    LinkedObjective,
    Look,
    Objective,
    Quantity,
    Samples,
    Standardised,
)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One constraint: its tree, and what foresees each of its quantities, in the order of the tree's."""

    tree: Compiled
    sights: tuple[tuple[Quantity, MomentSight | ValueSight], ...]

    def glances(self, read: Read) -> list[Glance]:
        return [
            sight.see(read.mean[quantity], read.deviation[quantity])
            if isinstance(sight, MomentSight)
            else sight.see(read.values[quantity])
            for quantity, sight in self.sights
        ]


class SupervisedProblem:
    """terms.Problem over the candidate rows. size: rows of the safety set, for which bounds are foreseen."""

    def __init__(
        self, samples: Samples, task: Task, objective: Objective, demands: Sequence[Demand], *, size: int
    ) -> None:
        pairs = [(demand, quantity) for demand in demands for quantity in demand.constraint.quantities]
        likes = {quantity: task.measures[quantity.measure].like() for _, quantity in pairs}
        valued = {quantity for demand, quantity in pairs if needs_values(demand, quantity, likes[quantity])}
        self._panel = Panel(samples, task, list(likes), valued)
        self._objective = objective
        self.size, self.count = self._panel.fitted.size, len(demands)
        n = max(len(samples.labels), 1)
        self._foreseen = [
            Foreseen(
                Compiled.of(demand.constraint),
                tuple(
                    (quantity, sight_of(demand, quantity, likes[quantity], sizes=(count, round(count / n * size))))
                    for quantity in demand.constraint.quantities
                    for count in [self._panel.counts[quantity]]
                ),
            )
            for demand in demands
        ]
        fitted = self._panel.fitted
        self._linked = _linked(fitted, objective)

    @property
    def coordinates(self) -> Coordinates | None:
        fitted = self._panel.fitted
        return fitted.coordinates if isinstance(fitted, Standardised) else None

    def look(self, theta: Array) -> Look:
        read = self._panel.read(theta)
        bounds = [each.tree.bounds([one.ends for one in each.glances(read)])[1] for each in self._foreseen]
        return self._look(theta, read, bounds)

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        read = self._panel.read(theta)
        trees = self._trees(read)
        total = Weights.none()
        for each, weight, tree in zip(self._foreseen, weights.tolist(), trees, strict=True):
            if weight:
                _add(total, each, tree, weight)
        look = self._look(theta, read, [slopes.root[1] for _, slopes in trees])
        return look, self._gradient(theta, read, total)

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        read = self._panel.read(theta)
        trees = self._trees(read)
        look = self._look(theta, read, [slopes.root[1] for _, slopes in trees])
        first = self._gradient(theta, read, Weights.none())
        rows = np.empty((self.count, self.size))
        for number, (each, tree) in enumerate(zip(self._foreseen, trees, strict=True)):
            weights = Weights.none()
            _add(weights, each, tree, 1.0)
            rows[number] = self._panel.fitted.pull(theta, read.outputs, self._panel.by_outputs(read, weights))
        return look, first, rows

    def _trees(self, read: Read) -> list[tuple[list[Glance], Slopes]]:
        found = []
        for each in self._foreseen:
            glances = each.glances(read)
            found.append((glances, each.tree.slopes([one.ends for one in glances])))
        return found

    def _look(self, theta: Array, read: Read, bounds: list[float]) -> Look:
        value = self._objective.value(read.outputs, self._panel.labels)
        if self._objective.penalty:
            value += self._objective.penalty * float(theta @ theta)
        return Look(value, np.array([math.inf if math.isnan(bound) else bound for bound in bounds]))

    def _gradient(self, theta: Array, read: Read, weights: Weights) -> Array:
        """Of the objective and what is weighted: by the scores where that is simpler, else by the outputs."""
        fitted, labels = self._panel.fitted, self._panel.labels
        by_outputs = None if weights.empty else self._panel.by_outputs(read, weights)
        if self._linked is None:
            slopes = self._objective.slopes(read.outputs, labels)
            found = fitted.pull(theta, read.outputs, slopes if by_outputs is None else slopes + by_outputs)
        else:
            linked, objective = self._linked
            by_scores = objective.residuals(read.outputs, labels)
            if by_outputs is not None:
                by_scores += linked.bent(read.outputs, by_outputs)
            found = linked.pull_scores(by_scores)
        if self._objective.penalty:
            found = found + 2.0 * self._objective.penalty * theta
        return found


def _add(total: Weights, each: Foreseen, tree: tuple[list[Glance], Slopes], weight: float) -> None:
    glances, slopes = tree
    for (quantity, _), glance, low, high in zip(each.sights, glances, slopes.by_lower, slopes.by_upper, strict=True):
        if low:
            total.add(quantity, weight * low, glance.lower)
        if high:
            total.add(quantity, weight * high, glance.upper)


def _linked(fitted: object, objective: object) -> tuple[Linked, LinkedObjective] | None:
    """Both, if they go by the same link."""
    if isinstance(fitted, Linked) and isinstance(objective, LinkedObjective) and fitted.link == objective.link:
        return fitted, objective
    return None
