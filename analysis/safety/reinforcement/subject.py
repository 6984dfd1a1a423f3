"""A policy over recorded episodes, as training sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analysis.safety.reinforcement.behaviour import likeliest
from analysis.safety.reinforcement.diagnosis import Diagnosis, require_possible
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.estimates import Recipe, Sides, sides_of
from analysis.safety.reinforcement.foreseeing import evidence_of
from analysis.safety.reinforcement.measures import RETURNS, Weight
from analysis.safety.reinforcement.policies.policy import Policy
from analysis.safety.reinforcement.problem import Aim, PolicyProblem
from analysis.safety.reinforcement.weighing import Weighing, Weights
from analysis.safety.terms import Array, Demand, Evidence, Mask, Problem, Quantity, Rows
from analysis.safety.testing.splitting import uncut


@dataclass(frozen=True, slots=True, eq=False)
class PolicySubject:
    """terms.Subject. aim: the return that is to be high. begins: theta to begin with; None: the likeliest to have
    played. ValueError if the episodes leave their declared ranges, or weights show that their chances are wrong.
    """

    episodes: Episodes
    policy: Policy
    recipe: Recipe
    aim: Quantity = field(default_factory=lambda: Quantity("J_pi_new_IS"))
    begins: Array | None = None

    def __post_init__(self) -> None:
        self.recipe.returns.require(self.episodes)

    @property
    def count(self) -> int:
        """Units, where episodes have some: all of a unit's are on the same side of every division."""
        units = self.episodes.units
        return len(self.episodes) if units is None else int(units.max()) + 1

    def strata(self, wholes: tuple[Quantity, ...] = ()) -> NDArray[np.intp]:
        if not self.episodes.groups:
            return np.zeros(self.count, dtype=np.intp)
        members = np.column_stack([self._of_rows(mask).astype(np.int8) for mask in self.episodes.groups.values()])
        strata = np.unique(members, axis=0, return_inverse=True)[1].reshape(-1).astype(np.intp)
        return uncut(strata, (self._of_rows(self.episodes.member_of(each.where)) for each in wholes))

    def prepared(self, rows: Rows, *, rng: np.random.Generator) -> Self:
        """Sizes that were left open are facts of the task, so they are taken of all episodes: a state that the search
        has not met keeps the chances that it began with.
        """
        return replace(self, policy=self.policy.shaped(self.episodes))

    def start(self, rows: Rows, *, rng: np.random.Generator) -> Array:
        policy = self.policy.shaped(self.episodes)
        if self.begins is None:
            return likeliest(policy, self.taken(rows))
        if self.begins.size != policy.neutral().size:
            raise ValueError(f"The start has {self.begins.size} parameters; the policy has {policy.neutral().size}.")
        return self.begins.astype(np.float64).reshape(-1)

    def problem(self, rows: Rows, demands: tuple[Demand, ...], *, size: int) -> Problem:
        episodes = self.taken(rows)
        asked = {self.aim, *(quantity for demand in demands for quantity in demand.constraint.quantities)}
        sides = {quantity: sides_of(quantity, episodes, self.recipe) for quantity in asked}
        aim = Aim(sides[self.aim].plain, self.recipe.caution)
        weighing = self._weighing(episodes, asked)
        return PolicyProblem(weighing, aim, demands, sides, (len(rows), size))

    def evidence(self, theta: Array, rows: Rows, quantities: tuple[Quantity, ...]) -> Mapping[Quantity, Evidence]:
        episodes = self.taken(rows)
        weights = self._weighing(episodes, set(quantities)).weights(theta)
        require_possible(_by_unit(weights.episodes, episodes.units))
        return {one: _evidence(sides_of(one, episodes, self.recipe), weights, len(rows)) for one in quantities}

    def diagnosis(self, theta: Array, rows: Rows) -> Diagnosis:
        """How much these episodes are worth to the policy of that theta."""
        return Diagnosis.of(self._weighing(self.taken(rows), set()).weights(theta).episodes)

    def taken(self, rows: Rows) -> Episodes:
        """The episodes of these rows: of these units, in the order of the record."""
        units = self.episodes.units
        return self.episodes.take(rows if units is None else np.flatnonzero(np.isin(units, rows)))

    def _of_rows(self, mask: Mask) -> Mask:
        """Which rows have an episode in it."""
        units = self.episodes.units
        return mask if units is None else np.bincount(units[mask], minlength=self.count) > 0

    def _weighing(self, episodes: Episodes, quantities: set[Quantity]) -> Weighing:
        by_step = any(RETURNS[quantity.measure].weight == Weight.STEP for quantity in quantities)
        return Weighing(self.policy.shaped(self.episodes), episodes, by_step=by_step)


def _by_unit(weights: Array, units: NDArray[np.intp] | None) -> Array:
    """The mean weight of each unit's episodes: independent, as weights of one unit are not."""
    if units is None:
        return weights
    of = np.unique(units, return_inverse=True)[1].reshape(-1)
    means: Array = np.bincount(of, weights) / np.bincount(of)
    return means


def _evidence(sides: Sides, weights: Weights, rows: int) -> Evidence:
    plain = sides.plain.values(weights)
    estimate = float(plain.mean()) if len(plain) else None
    lower = replace(evidence_of(sides.lower, sides.lower.values(weights), rows=rows), estimate=estimate)
    if sides.upper is sides.lower:
        return lower
    upper = replace(evidence_of(sides.upper, sides.upper.values(weights), rows=rows), estimate=estimate)
    return replace(lower, above=upper)
