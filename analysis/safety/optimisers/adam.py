"""Gradient descent on the parameters and ascent on the multipliers of the Lagrangian."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import ceil, cos, isfinite, pi
from typing import ClassVar, Self

import numpy as np

from analysis.learning.components import Either, Flag, ListOf, Nullable, OneOf, Real, Whole
from analysis.learning.components.errors import Finding
from analysis.learning.members import takes
from analysis.safety.finite import all_finite
from analysis.safety.optimisers.batches import in_order, partition
from analysis.safety.optimisers.course import Course, Parts
from analysis.safety.optimisers.method import OPTIMISERS, Method
from analysis.safety.terms import Array, Look, Problem
from experiments.types import JsonObject

OFFSET = 1e-6


@OPTIMISERS.register
@dataclass(frozen=True)
class Adam(Method):
    """Adam down the Lagrangian, and the multipliers up it: for models of any size, batch by batch if need be.

    Kingma and Ba (2015). `compounding` keeps what the Seldonian Engine does: it stores the corrected averages back and
    corrects them again, so that the first tens of steps are far too long.
    """

    name: ClassVar[str] = "adam"
    example: ClassVar[JsonObject] = {"type": "adam", "iterations": 1000, "rate": 0.02, "multiplier_rate": 0.1}

    iterations: int = takes(Whole(1, 10_000_000), "After so many steps it stops, from each beginning.", 1000)
    rate: float = takes(Real(0, above=True), "How far a step goes in each parameter.", 0.02)
    multiplier_rate: float = takes(Real(0), "By how much of its bound a constraint's multiplier rises.", 0.1)
    velocity: float = takes(Real(0, 1, below=True), "How much of the mean gradient is kept at each step.", 0.9)
    rms: float = takes(Real(0, 1, below=True), "How much of the mean squared gradient is kept at each step.", 0.95)
    multipliers: float | tuple[float, ...] = takes(
        Either(Real(0), ListOf(Real(0))), "Where the multipliers begin: one number, or one for each constraint.", 0.5
    )
    decay: str = takes(
        OneOf("cosine", "none"), "Whether both rates fall to 0 towards the end, along half a wave.", "cosine"
    )
    patience: int | None = takes(
        Nullable(Whole(1)), "It stops after so many steps (in batches: epochs) without a better one. Null: never.", None
    )
    clip: tuple[float, ...] | None = takes(
        Nullable(ListOf(Real(), least=2, most=2)), "Between what each parameter is held: [low, high].", None
    )
    batch_size: int | None = takes(
        Nullable(Whole(1)), "How many rows a step looks at. Null: all, which costs more and gets farther.", None
    )
    epochs: int | None = takes(
        Nullable(Whole(1)), "How often it goes through all batches. Null: as often as `iterations` steps allow.", None
    )
    compounding: bool = takes(Flag(), "Whether the Seldonian Engine's mistake in the correction is kept.", False)

    def disagreements(self) -> Iterator[Finding]:
        if self.clip is not None and self.clip[0] >= self.clip[1]:
            yield ("clip",), f"{self.clip[0]} is not below {self.clip[1]}.", "Write the lower end first: [-10, 10]."
        if self.epochs is not None and self.batch_size is None:
            yield ("epochs",), "Epochs are counted only in batches.", "Write batch_size, or iterations instead."

    def descend(self, course: Course, start: Array, *, rng: np.random.Generator) -> None:
        walk = _Walk(self, course, start.copy(), self.first_multipliers(course.count))
        if self.batch_size is None:
            walk.over_all(self.iterations)
        elif course.parts is None:
            raise ValueError("batch_size: this problem cannot be divided into batches; leave it out.")
        elif self.plain:
            walk.judging_batches(course.parts, self.batch_size, self._epochs(course.parts))
        else:
            walk.through_batches(course.parts, self.batch_size, self._epochs(course.parts), rng)

    def as_the_engine(self) -> Self:
        return replace(super().as_the_engine(), compounding=True, decay="none", patience=None)

    def first_multipliers(self, count: int) -> Array:
        """Shape (count,). ValueError unless there is one number, or one for each constraint."""
        if isinstance(self.multipliers, tuple):
            if len(self.multipliers) != count:
                raise ValueError(f"multipliers must hold {count} numbers, not {len(self.multipliers)}.")
            return np.array(self.multipliers, dtype=np.float64)
        return np.full(count, self.multipliers, dtype=np.float64)

    def _epochs(self, parts: Parts) -> int:
        return self.epochs or max(1, self.iterations // ceil(len(parts.strata) / (self.batch_size or 1)))


@dataclass
class _Walk:
    """One descent."""

    settings: Adam
    course: Course
    theta: Array
    weights: Array
    steps: int = 0
    total: int = 1

    def __post_init__(self) -> None:
        self.pace = Pace(self.settings.velocity, self.settings.rms, self.settings.compounding)

    def over_all(self, iterations: int) -> None:
        """Every step looks at all rows, and is an iteration."""
        self.total = iterations
        goes_on = True
        while goes_on and self.steps < iterations and not self._is_idle():
            look, gradient = self.course.slope(self.theta, self.weights)
            self.course.step(self.theta, self.weights)
            goes_on = self._move(look, gradient)

    def judging_batches(self, parts: Parts, size: int, epochs: int) -> None:
        """Every batch is an iteration, and what holds in it is taken to hold: the engine's way."""
        problems: dict[int, Problem] = {}
        for batch in in_order(len(parts.strata), size, epochs):
            first = int(batch.rows[0])
            problem = problems[first] = problems.get(first) or parts.part(batch.rows)
            look, gradient = problem.slope(self.theta, self.weights)
            self.course.note(self.theta, look, counts=not batch.is_short)
            self.course.step(self.theta, self.weights)
            if not self._move(look, gradient):
                return

    def through_batches(self, parts: Parts, size: int, epochs: int, rng: np.random.Generator) -> None:
        """Every epoch is an iteration, at whose end all rows are looked at."""
        batches = [parts.part(batch.rows) for batch in partition(parts.strata, size, rng=rng)]
        self.total = epochs * len(batches)
        for _ in range(epochs):
            for place in rng.permutation(len(batches)):
                if not self._step_in(batches[place]):
                    return
            self.course.step(self.theta, self.weights)
            if self._is_idle():
                return

    def _step_in(self, batch: Problem) -> bool:
        """What a batch has too few rows for is not asked of it."""
        look, gradient = batch.slope(self.theta, self.weights)
        known = np.isfinite(look.bounds)
        if not known.all():
            look, gradient = batch.slope(self.theta, np.where(known, self.weights, 0.0))
        return self._move(Look(look.objective, np.where(known, look.bounds, 0.0)), gradient)

    def _move(self, look: Look, gradient: Array) -> bool:
        """Whether everything is a number still."""
        if not (isfinite(look.objective) and all_finite(look.bounds)):
            return False
        share = 1.0 if self.settings.decay == "none" else (1 + cos(pi * self.steps / self.total)) / 2
        self.theta = self._held(self.theta - self.pace.step(gradient, share * self.settings.rate))
        self.weights = np.maximum(self.weights + share * self.settings.multiplier_rate * look.bounds, 0.0)
        self.steps += 1
        return all_finite(self.theta)

    def _held(self, theta: Array) -> Array:
        clip = self.settings.clip
        return theta if clip is None else np.clip(theta, clip[0], clip[1])

    def _is_idle(self) -> bool:
        patience = self.settings.patience
        return patience is not None and self.course.holds() and self.course.idle > patience


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
