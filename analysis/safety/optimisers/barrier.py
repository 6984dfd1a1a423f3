"""One number for objective and constraints: a barrier around where a constraint is foreseen to fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Final, Protocol, Self

import numpy as np

from analysis.learning.components import OneOf, Real, Whole
from analysis.learning.members import takes
from analysis.safety.optimisers.course import Course
from analysis.safety.optimisers.descending import HUGE, NEARLY, minimise
from analysis.safety.optimisers.method import OPTIMISERS, Method
from analysis.safety.terms import Array, Look
from experiments.types import JsonObject

HEIGHT: Final = 100_000.0
WEIGHTS: Final = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)  # of the slope, one after the other


class Side(Protocol):
    """What is minimised, at one place; its derivatives by the objective and by the bounds, shape (k,)."""

    value: float
    by_objective: float
    by_bounds: Array


class Wall:
    """The objective; or, if any bound is above 0, the height of the wall and the sum of what is above 0.

    What is not a number counts as infinite: nobody gets past the wall by dividing by nothing.
    """

    def __init__(self, look: Look, height: float = HEIGHT) -> None:
        above = _above(look)
        self.value = look.objective if look.feasible else height + (float(above.sum()) or HUGE)
        self.by_objective = 1.0 if look.feasible else 0.0
        self.by_bounds = np.zeros(len(above)) if look.feasible else (above > 0).astype(np.float64)


class Outside:
    """What is above 0, and a little more, so that whoever comes in is well inside."""

    def __init__(self, look: Look) -> None:
        above = _above(Look(look.objective, look.bounds + NEARLY))
        self.value, self.by_objective, self.by_bounds = float(above @ above) / 2, 0.0, above


class Slope:
    """The objective less `weight` times the logarithm of the room that each constraint leaves."""

    def __init__(self, look: Look, weight: float) -> None:
        room = -look.bounds
        if not (look.feasible and (room > 0).all()):
            self.value, self.by_objective, self.by_bounds = HUGE, 0.0, _above(look)
            return
        finite = np.isfinite(room)
        self.value = look.objective - weight * float(np.log(room[finite]).sum())
        self.by_objective, self.by_bounds = 1.0, np.where(finite, weight / np.where(finite, room, 1.0), 0.0)


def _above(look: Look) -> Array:
    return np.maximum(np.nan_to_num(look.bounds, nan=HUGE, posinf=HUGE, neginf=-HUGE), 0.0)


@dataclass(frozen=True)
class Barrier(Method):
    """A method for one number, over objective and barrier."""

    goes_by_slopes: ClassVar[bool] = False
    scipy_method: ClassVar[str]

    iterations: int = takes(Whole(1, 10_000_000), "After so many it stops, from each beginning.", 5000)
    barrier: str = takes(
        OneOf("slope", "wall"),
        "slope: it rises towards the limits, less and less far from them, so that the way along them is open. "
        "wall: the engine's, upright at the limits.",
        "slope",
    )
    height: float = takes(
        Real(0, above=True), "How high the wall is; above anything that the objective may come to.", HEIGHT
    )
    tolerance: float = takes(Real(0, 1, above=True), "It stops when it gains less than this.", 1e-8)

    def descend(self, course: Course, start: Array, *, rng: np.random.Generator) -> None:
        if self.barrier == "wall":
            self._down(course, start, partial(Wall, height=self.height))
            return
        if not course.look(start).feasible:
            start = self._down(course, start, Outside, until_inside=True)
        if course.look(start).feasible:
            for weight in WEIGHTS:
                start = self._down(course, start, partial(Slope, weight=weight))

    def as_the_engine(self) -> Self:
        return replace(super().as_the_engine(), barrier="wall")

    def _down(self, course: Course, start: Array, side: Callable[[Look], Side], *, until_inside: bool = False) -> Array:
        def step(theta: Array) -> None:
            course.step(theta, np.zeros(course.count))
            if until_inside and course.look(theta).feasible:
                raise StopIteration

        def value(theta: Array) -> float:
            return side(course.look(theta)).value

        def sloped(theta: Array) -> tuple[float, Array]:
            look, gradient, slopes = course.slopes(theta)
            here = side(look)
            weights = here.by_bounds
            return here.value, here.by_objective * gradient + weights @ np.where(weights[:, None] > 0, slopes, 0.0)

        options = {"maxiter": self.iterations, **self._options()}
        knows = self._knows_slopes()
        return minimise(sloped if knows else value, start, step, self.scipy_method, jac=knows, options=options)

    def _options(self) -> dict[str, float | bool]:
        return {}

    def _knows_slopes(self) -> bool:
        return False


@OPTIMISERS.register
@dataclass(frozen=True)
class Powell(Barrier):
    """Powell's method over a barrier: one direction after the other, without slopes.

    For small models, and for bounds whose slopes are of no use. Powell (1964).
    """

    name: ClassVar[str] = "powell"
    example: ClassVar[JsonObject] = {"type": "powell", "iterations": 1000}
    scipy_method: ClassVar[str] = "Powell"

    def _options(self) -> dict[str, float | bool]:
        return {} if self.plain else {"xtol": 1e-6, "ftol": self.tolerance}


@OPTIMISERS.register
@dataclass(frozen=True)
class NelderMead(Barrier):
    """Nelder and Mead's simplex over a barrier: a flock of d + 1 points that walks downhill, without slopes.

    For models of up to about ten parameters. Nelder and Mead (1965).
    """

    name: ClassVar[str] = "nelder_mead"
    example: ClassVar[JsonObject] = {"type": "nelder_mead", "iterations": 2000}
    scipy_method: ClassVar[str] = "Nelder-Mead"

    def _options(self) -> dict[str, float | bool]:
        return {} if self.plain else {"xatol": 1e-6, "fatol": self.tolerance, "adaptive": True}


@dataclass(frozen=True)
class Sloped(Barrier):
    """These go by slopes."""

    goes_by_slopes: ClassVar[bool] = True

    slopes: str = takes(
        OneOf("analytic", "differences"), "The derivative itself, or the engine's finite differences.", "analytic"
    )

    def _knows_slopes(self) -> bool:
        return self.slopes == "analytic"

    def as_the_engine(self) -> Self:
        return replace(super().as_the_engine(), slopes="differences")


@OPTIMISERS.register
@dataclass(frozen=True)
class ConjugateGradient(Sloped):
    """Conjugate gradients over a barrier: for models with many parameters. Polak and Ribière (1969)."""

    name: ClassVar[str] = "conjugate_gradient"
    example: ClassVar[JsonObject] = {"type": "conjugate_gradient", "iterations": 500}
    scipy_method: ClassVar[str] = "CG"


@OPTIMISERS.register
@dataclass(frozen=True)
class Bfgs(Sloped):
    """Broyden, Fletcher, Goldfarb and Shanno's method over a barrier. Fletcher (1970)."""

    name: ClassVar[str] = "bfgs"
    example: ClassVar[JsonObject] = {"type": "bfgs", "iterations": 500}
    scipy_method: ClassVar[str] = "BFGS"
