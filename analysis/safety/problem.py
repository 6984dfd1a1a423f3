"""The search for a candidate in supervised learning: one pass over the rows each way, for any number of constraints."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.safety.compiled import Compiled, Slopes
from analysis.safety.panel import Learning, Panel, Read, View, Weights
from analysis.safety.sights import Glance, MomentSight, ValueSight, needs_values, sight_of
from analysis.safety.terms import (
    Array,
    Coordinates,
    Demand,
    Evidence,
    Linked,
    LinkedObjective,
    Look,
    Objective,
    Quantity,
    Standardised,
)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One constraint: its tree, and what foresees each of its quantities, in the order of the tree's.

    sights: each with the quantity's position in the panel.
    """

    tree: Compiled
    sights: tuple[tuple[int, MomentSight | ValueSight], ...]

    def glances(self, read: Read) -> list[Glance]:
        return [
            sight.see(read.mean[number], read.deviation[number])
            if isinstance(sight, MomentSight)
            else sight.see(read.values[number])
            for number, sight in self.sights
        ]


@dataclass(frozen=True, slots=True)
class Asked:
    """size: rows of the safety set, for which bounds are foreseen."""

    demands: tuple[Demand, ...]
    size: int


class SupervisedProblem:
    """terms.Problem over the candidate rows; it is Standardised if its model is."""

    def __init__(self, view: View, learning: Learning, objective: Objective, asked: Asked) -> None:
        self._objective, self._later = objective, asked.size / max(len(view.rows), 1)
        pairs = [(demand, quantity) for demand in asked.demands for quantity in demand.constraint.quantities]
        likes = {quantity: learning.measures[quantity.measure].like() for _, quantity in pairs}
        valued = {quantity for demand, quantity in pairs if needs_values(demand, quantity, likes[quantity])}
        self._panel = Panel(view, learning, list(likes), valued)
        fitted = self._panel.fitted
        self._bendable = fitted if isinstance(fitted, Linked) else None  # asked once: a protocol's check is slow
        self._linked = _linked(self._bendable, objective)
        self.size, self.count = self._panel.fitted.size, len(asked.demands)
        self._foreseen = [self._foresee(demand, likes) for demand in asked.demands]

    def _foresee(self, demand: Demand, likes: Mapping[Quantity, Evidence]) -> Foreseen:
        """Later there are as many values of a quantity as its share of these rows makes of the safety set."""
        places = {quantity: number for number, quantity in enumerate(likes)}
        sights = []
        for quantity in demand.constraint.quantities:
            n = self._panel.counts[places[quantity]]
            sight = sight_of(demand, quantity, likes[quantity], sizes=(n, round(n * self._later)))
            sights.append((places[quantity], sight))
        return Foreseen(Compiled.of(demand.constraint), tuple(sights))

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
        look = self._look(theta, read, [slopes.root[1] for _, slopes in trees])
        asked = weights.tolist()
        if not any(asked):
            return look, self._gradient(theta, read, None)
        total = Weights(len(read.mean))
        for each, weight, tree in zip(self._foreseen, asked, trees, strict=True):
            if weight:
                _add(total, each, tree, weight)
        return look, self._gradient(theta, read, self._panel.by_outputs(read, total))

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        read = self._panel.read(theta)
        trees = self._trees(read)
        look = self._look(theta, read, [slopes.root[1] for _, slopes in trees])
        parts = [self._by_outputs(read, each, tree) for each, tree in zip(self._foreseen, trees, strict=True)]
        return look, self._gradient(theta, read, None), self._pulled(theta, read, parts)

    def _pulled(self, theta: Array, read: Read, parts: list[Array]) -> Array:
        """Gradients of the bounds, (count, size), from what each says of the outputs."""
        if not parts:
            return np.empty((0, self.size))
        if len(parts) > 1 and self._bendable is not None:
            return self._bendable.pull_many(np.array([self._bendable.bent(read.outputs, part) for part in parts]))
        return np.array([self._panel.fitted.pull(theta, read.outputs, part) for part in parts])

    def _by_outputs(self, read: Read, each: Foreseen, tree: tuple[list[Glance], Slopes]) -> Array:
        weights = Weights(len(read.mean))
        _add(weights, each, tree, 1.0)
        return self._panel.by_outputs(read, weights)

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

    def _gradient(self, theta: Array, read: Read, by_outputs: Array | None) -> Array:
        """Of the objective, and of what the constraints say of the outputs: by the scores, where that is simpler."""
        fitted, labels = self._panel.fitted, self._panel.labels
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
    for (number, _), glance, low, high in zip(each.sights, glances, slopes.by_lower, slopes.by_upper, strict=True):
        if low:
            total.add(number, weight * low, glance.lower)
        if high:
            total.add(number, weight * high, glance.upper)


def _linked(fitted: Linked | None, objective: Objective) -> tuple[Linked, LinkedObjective] | None:
    """Both, if they go by the same link."""
    if fitted is not None and isinstance(objective, LinkedObjective) and fitted.link == objective.link:
        return fitted, objective
    return None
