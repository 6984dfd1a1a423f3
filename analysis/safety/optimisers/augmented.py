"""Augmented Lagrangian: a row of searches without constraints, whose penalties learn the multipliers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from analysis.learning.components import Real, Whole
from analysis.learning.members import takes
from analysis.safety.optimisers.course import Course
from analysis.safety.optimisers.descending import HUGE, minimise
from analysis.safety.optimisers.method import OPTIMISERS, Method
from analysis.safety.terms import Array
from experiments.types import JsonObject

STEEPEST: Final = 1e8


@OPTIMISERS.register
@dataclass(frozen=True)
class AugmentedLagrangian(Method):
    """Augmented Lagrangian over L-BFGS: for models with more parameters than sqp can take.

    Memory and time of a step grow with the number of parameters, not with its square. Powell (1969), Hestenes (1969),
    Rockafellar (1973) for inequalities.
    """

    name: ClassVar[str] = "augmented_lagrangian"
    example: ClassVar[JsonObject] = {"type": "augmented_lagrangian", "iterations": 500, "rounds": 20}

    iterations: int = takes(Whole(1, 10_000_000), "After so many it stops, all rounds together.", 500)
    rounds: int = takes(Whole(1, 1000), "How often the multipliers are learnt at most.", 20)
    penalty: float = takes(Real(0, above=True), "How steep the penalty is at first.", 10.0)
    steeper: float = takes(
        Real(1, above=True), "By how much it gets steeper when a round has not drawn near enough to the limits.", 5.0
    )
    tolerance: float = takes(Real(0, 1, above=True), "How far from the limits it may end.", 1e-6)

    def descend(self, course: Course, start: Array, *, rng: np.random.Generator) -> None:
        theta, penalty, left, before = start, self.penalty, self.iterations, np.inf
        multipliers = np.zeros(course.count)
        for _ in range(self.rounds):
            first = course.iterations
            theta = self._round(course, theta, (multipliers, penalty), left)
            left -= course.iterations - first
            inside = course.look(theta).bounds + 2 * self.tolerance  # aimed for: a little inside the limits
            if left <= 0 or not np.isfinite(inside).all():
                return
            gap = float(np.max(np.abs(np.maximum(inside, -multipliers / penalty)), initial=0.0))
            multipliers = np.maximum(multipliers + penalty * inside, 0.0)
            if gap <= self.tolerance:
                return
            if gap > before / 4:
                penalty = min(penalty * self.steeper, STEEPEST)
            before = gap

    def _round(self, course: Course, start: Array, weighing: tuple[Array, float], left: int) -> Array:
        multipliers, penalty = weighing

        def function(theta: Array) -> tuple[float, Array]:
            look, gradient, slopes = course.slopes(theta)
            pressed = np.maximum(multipliers + penalty * (look.bounds + 2 * self.tolerance), 0.0)
            value = look.objective + float(pressed @ pressed - multipliers @ multipliers) / (2 * penalty)
            slope = gradient + pressed @ np.where(pressed[:, None] > 0, slopes, 0.0)
            return (value, slope) if np.isfinite(value) and np.isfinite(slope).all() else (HUGE, np.zeros(course.size))

        def step(theta: Array) -> None:
            look = course.look(theta)
            course.step(theta, np.maximum(multipliers + penalty * (look.bounds + 2 * self.tolerance), 0.0))

        options = {"maxiter": left, "ftol": 1e-12, "gtol": self.tolerance / 10}
        return minimise(function, start, step, "L-BFGS-B", jac=True, options=options)
