"""Sequential quadratic programming, with analytic slopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.learning.components import Real
from analysis.learning.members import takes
from analysis.safety.finite import all_finite
from analysis.safety.optimisers.course import Course
from analysis.safety.optimisers.descending import HUGE, minimise
from analysis.safety.optimisers.method import OPTIMISERS, Method
from analysis.safety.terms import Array
from experiments.types import JsonObject

MOST = 5_000  # its matrices have the square of that
PATIENCE = 30  # steps without a better place: where nothing holds it would go on to the last
NEAR = 1e-6  # a constraint this near to its limit may have a multiplier


@OPTIMISERS.register
@dataclass(frozen=True)
class Sqp(Method):
    """Sequential quadratic programming: a few dozen steps to the optimum of small models.

    Each step takes memory and time that grow with the square and the cube of the number of parameters: up to a
    thousand or two of them. SciPy's SLSQP; Kraft (1988).
    """

    name: ClassVar[str] = "sqp"
    example: ClassVar[JsonObject] = {"type": "sqp", "iterations": 200, "restarts": 3}

    tolerance: float = takes(Real(0, 1, above=True), "It stops when the objective gains less than this.", 1e-9)
    margin: float = takes(
        Real(0, 1), "How far below 0 the bounds are to stay, so that rounding does not carry them above.", 1e-8
    )

    def descend(self, course: Course, start: Array, *, rng: np.random.Generator) -> None:
        if course.size > MOST:
            sentence = f"sqp takes at most {MOST:,} parameters; this model has {course.size:,}."
            raise ValueError(f"{sentence} Write optimiser: adam, or leave it out.")
        view, first = _View(course, self.margin), course.iterations

        def step(theta: Array) -> None:
            course.step(theta, view.multipliers(theta))
            if min(course.idle, course.iterations - first) > PATIENCE:
                raise StopIteration

        minimise(
            view.objective,
            start,
            step,
            "SLSQP",
            jac=view.gradient,
            constraints={"type": "ineq", "fun": view.room, "jac": view.room_slopes},
            options={"maxiter": self.iterations, "ftol": self.tolerance},
        )


class _View:
    """One evaluation serves the four questions that are asked of a place. Nothing that is not finite goes out."""

    def __init__(self, course: Course, margin: float) -> None:
        self._course, self._margin = course, margin
        self._at: bytes | None = None
        self._objective = HUGE
        self._gradient = self._room = self._room_slopes = np.empty(0)

    def objective(self, theta: Array) -> float:
        self._see(theta)
        return self._objective

    def gradient(self, theta: Array) -> Array:
        self._see(theta)
        return self._gradient

    def room(self, theta: Array) -> Array:
        self._see(theta)
        return self._room

    def room_slopes(self, theta: Array) -> Array:
        self._see(theta)
        return self._room_slopes

    def multipliers(self, theta: Array) -> Array:
        """What each constraint weighs here: the least squares of what the objective's slope leaves, none below 0."""
        from scipy.optimize import nnls

        slopes, room = self.room_slopes(theta), self.room(theta)
        weights, active = np.zeros(len(room)), (room <= NEAR) & np.any(slopes, axis=1)
        if active.any():
            weights[active] = nnls(slopes[active].T, self.gradient(theta))[0]
        return weights

    def _see(self, theta: Array) -> None:
        at = theta.tobytes()
        if self._at == at:
            return
        self._at = at
        look, gradient, slopes = self._course.slopes(theta)
        self._objective = float(_finite(np.array(look.objective), nan=HUGE))
        self._gradient, self._room_slopes = _finite(gradient, nan=0.0), _finite(-slopes, nan=0.0)
        self._room = -_finite(look.bounds, nan=HUGE) - self._margin


def _finite(values: Array, *, nan: float) -> Array:
    """The values themselves, if all are finite."""
    if all_finite(values):
        return values
    return np.nan_to_num(values, nan=nan, posinf=HUGE, neginf=-HUGE)
