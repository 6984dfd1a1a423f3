"""What large parameters cost, as the Seldonian Engine counts it. Ours is `Loss.penalty`, in every slope."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.safety.terms import Array, Divisible, Look, Problem, Rows

Norm = Literal["squared", "plain"]


class Penalised:
    """A problem whose objective rises with theta: weight times its squared 2-norm, or its 2-norm itself (plain).

    sloped: whether the gradient knows of it; the engine's built-in gradients do not.
    """

    def __init__(self, problem: Problem, weight: float, *, norm: Norm = "squared", sloped: bool = True) -> None:
        self.size, self.count = problem.size, problem.count
        self._problem, self._weight, self._norm, self._sloped = problem, weight, norm, sloped

    @property
    def strata(self) -> NDArray[np.intp]:
        """Of the problem, if it can be divided."""
        return self._divisible.strata

    def part(self, rows: Rows) -> Penalised:
        """Of the problem, if it can be divided."""
        part = self._divisible.part(rows)
        return Penalised(part, self._weight, norm=self._norm, sloped=self._sloped)

    def look(self, theta: Array) -> Look:
        return self._raised(theta, self._problem.look(theta))

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        look, gradient = self._problem.slope(theta, weights)
        return self._raised(theta, look), gradient + self._slope(theta)

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        look, gradient, jacobian = self._problem.slopes(theta)
        return self._raised(theta, look), gradient + self._slope(theta), jacobian

    @property
    def _divisible(self) -> Divisible:
        if not isinstance(self._problem, Divisible):
            raise ValueError("This problem cannot be divided into batches.")
        return self._problem

    def _raised(self, theta: Array, look: Look) -> Look:
        square = float(theta @ theta)
        return Look(look.objective + self._weight * (square if self._norm == "squared" else square**0.5), look.bounds)

    def _slope(self, theta: Array) -> Array:
        if not self._sloped:
            return np.zeros_like(theta)
        if self._norm == "squared":
            return 2 * self._weight * theta
        length = float(np.linalg.norm(theta))
        return self._weight * theta / length if length else np.zeros_like(theta)
