"""Gradient descent on the parameters and ascent on the multipliers of the Lagrangian."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np

from analysis.learning.components import Either, Flag, ListOf, Nullable, Real, Whole
from analysis.learning.members import takes
from analysis.safety.optimisers.course import Course
from analysis.safety.optimisers.method import OPTIMISERS, Method
from analysis.safety.terms import Array
from experiments.types import JsonObject

OFFSET = 1e-6


@OPTIMISERS.register
@dataclass(frozen=True)
class Adam(Method):
    """Adam down the Lagrangian, and the multipliers up it: for models of any size.

    Kingma and Ba (2015). `compounding` keeps what the Seldonian Engine does: it stores the corrected averages back and
    corrects them again, so that the first tens of steps are far too long.
    """

    name: ClassVar[str] = "adam"
    example: ClassVar[JsonObject] = {"type": "adam", "iterations": 1000, "rate": 0.01, "multiplier_rate": 0.01}

    iterations: int = takes(Whole(1, 10_000_000), "After so many it stops, from each beginning.", 1000)
    rate: float = takes(Real(0, above=True), "How far a step goes in each parameter.", 0.01)
    multiplier_rate: float = takes(Real(0), "By how much of its bound a constraint's multiplier rises.", 0.01)
    velocity: float = takes(Real(0, 1, below=True), "How much of the mean gradient is kept at each step.", 0.9)
    rms: float = takes(Real(0, 1, below=True), "How much of the mean squared gradient is kept at each step.", 0.95)
    multipliers: float | tuple[float, ...] = takes(
        Either(Real(0), ListOf(Real(0))), "Where the multipliers begin: one number, or one for each constraint.", 0.5
    )
    clip: tuple[float, ...] | None = takes(
        Nullable(ListOf(Real(), least=2, most=2)), "Between what each parameter is held: [low, high].", None
    )
    compounding: bool = takes(Flag(), "Whether the Seldonian Engine's mistake in the correction is kept.", False)

    def descend(self, course: Course, start: Array, *, rng: np.random.Generator) -> None:
        theta, weights = start.copy(), self.first_multipliers(course.count)
        pace = Pace(self.velocity, self.rms, self.compounding)
        for _ in range(self.iterations):
            look, gradient = course.slope(theta, weights)
            course.step(theta, weights)
            if not (np.isfinite(look.objective) and np.isfinite(look.bounds).all()):
                return
            theta = self._held(theta - pace.step(gradient, self.rate))
            weights = np.maximum(weights + self.multiplier_rate * look.bounds, 0.0)
            if not np.isfinite(theta).all():
                return

    def as_the_engine(self) -> Self:
        return replace(super().as_the_engine(), compounding=True)

    def first_multipliers(self, count: int) -> Array:
        """Shape (count,). ValueError unless there is one number, or one for each constraint."""
        if isinstance(self.multipliers, tuple):
            if len(self.multipliers) != count:
                raise ValueError(f"multipliers must hold {count} numbers, not {len(self.multipliers)}.")
            return np.array(self.multipliers, dtype=np.float64)
        return np.full(count, self.multipliers, dtype=np.float64)

    def _held(self, theta: Array) -> Array:
        return theta if self.clip is None else np.clip(theta, self.clip[0], self.clip[1])


@dataclass
class Pace:
    """Adam's running averages of one descent."""

    velocity: float
    rms: float
    compounding: bool = False
    _mean: Array | float = field(default=0.0)
    _square: Array | float = field(default=0.0)
    _t: int = 0

    def step(self, gradient: Array, rate: float) -> Array:
        """By how much to go down."""
        self._t += 1
        self._mean = self.velocity * self._mean + (1 - self.velocity) * gradient
        self._square = self.rms * self._square + (1 - self.rms) * gradient**2
        mean, square = self._mean / (1 - self.velocity**self._t), self._square / (1 - self.rms**self._t)
        if self.compounding:
            self._mean, self._square = mean, square
        return np.asarray(rate * mean / (np.sqrt(square) + OFFSET), dtype=np.float64)
