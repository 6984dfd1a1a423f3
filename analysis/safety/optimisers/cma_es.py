"""Evolution with a covariance that adapts: no slopes, and no fear of rough ground."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.learning.components import Nullable, Real, Whole
from analysis.learning.members import takes
from analysis.safety.optimisers.course import Course
from analysis.safety.optimisers.method import OPTIMISERS, Method
from analysis.safety.terms import Array, Look
from experiments.types import JsonObject


@OPTIMISERS.register
@dataclass(frozen=True)
class CmaEs(Method):
    """CMA-ES: a cloud of parameters that moves, stretches and shrinks towards the better half of itself.

    For bounds without useful slopes, or with many hollows; up to some hundred parameters. What breaks a constraint is
    worse than whatever breaks none, so it needs no wall of a certain height. Hansen (2016), arXiv:1604.00772.
    """

    name: ClassVar[str] = "cma_es"
    goes_by_slopes: ClassVar[bool] = False
    example: ClassVar[JsonObject] = {"type": "cma_es", "iterations": 300, "spread": 0.2}

    iterations: int = takes(Whole(1, 10_000_000), "After so many generations it stops, from each beginning.", 300)
    spread: float = takes(Real(0, above=True), "How wide the first cloud is, in each parameter.", 0.2)
    size: int | None = takes(
        Nullable(Whole(4, 100_000)), "How many are in a cloud. Null: 4 and three times the logarithm of d.", None
    )
    tolerance: float = takes(Real(0, 1, above=True), "It stops when the cloud is this small.", 1e-9)

    def descend(self, course: Course, start: Array, *, rng: np.random.Generator) -> None:
        cloud = Cloud(start, self.spread, self.size or 4 + int(3 * math.log(max(1, len(start)))))
        for _ in range(self.iterations):
            thetas = cloud.drawn(rng)
            order = sorted(range(len(thetas)), key=[standing(course.look(theta)) for theta in thetas].__getitem__)
            cloud.move(thetas[order])
            if not np.isfinite(cloud.mean).all():
                return
            course.look(cloud.mean)
            course.step(cloud.mean, np.zeros(course.count))
            if cloud.width() < self.tolerance:
                return


def standing(look: Look) -> tuple[float, float]:
    """The less, the better: first what is above 0 in the bounds, then the objective; not a number is last of all."""
    above = float(np.maximum(look.bounds, 0.0).sum())
    objective = look.objective if math.isfinite(look.objective) else math.inf
    return (math.inf if math.isnan(above) or math.isinf(objective) else above), objective


class Cloud:
    """A normal distribution on its way. mean: shape (d,)."""

    def __init__(self, mean: Array, spread: float, size: int) -> None:
        d = len(mean)
        self.mean, self.spread, self.size = mean.copy(), spread, size
        raw = np.log((size + 1) / 2) - np.log(np.arange(1, size // 2 + 1))
        self._weights = raw / raw.sum()
        self._mass = 1.0 / float(self._weights @ self._weights)
        self._rates = Rates(d, self._mass)
        self._covariance, self._axes, self._lengths = np.eye(d), np.eye(d), np.ones(d)
        self._path, self._spread_path = np.zeros(d), np.zeros(d)
        self._age = self._stale = 0

    def drawn(self, rng: np.random.Generator) -> Array:
        """Shape (size, d)."""
        steps = (rng.normal(size=(self.size, len(self.mean))) * self._lengths) @ self._axes.T
        return np.asarray(self.mean + self.spread * steps, dtype=np.float64)

    def width(self) -> float:
        """Along its longest axis."""
        return float(self.spread * self._lengths.max())

    def move(self, best_first: Array) -> None:
        """Towards the better half of what was drawn. best_first: shape (size, d)."""
        self._age += 1
        steps = (best_first[: len(self._weights)] - self.mean) / self.spread
        step = self._weights @ steps
        self.mean = self.mean + self.spread * step
        settled = self._lengthen(step)
        self._stretch(steps, step, settled=settled)

    def _lengthen(self, step: Array) -> bool:
        """Longer steps where they lead on, shorter ones where they undo each other; whether the path is short."""
        rates, d = self._rates, len(self.mean)
        whitened = self._axes @ ((self._axes.T @ step) / self._lengths)
        along = math.sqrt(rates.spread * (2 - rates.spread) * self._mass)
        self._spread_path = (1 - rates.spread) * self._spread_path + along * whitened
        length = float(np.linalg.norm(self._spread_path))
        expected = math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d))
        self.spread *= math.exp(min(1.0, rates.spread / rates.damping * (length / expected - 1)))
        faded = math.sqrt(1 - (1 - rates.spread) ** (2 * self._age))
        return length / faded < (1.4 + 2 / (d + 1)) * expected

    def _stretch(self, steps: Array, step: Array, *, settled: bool) -> None:
        """Longer where good steps lie, by the path (rank one) and by the better half (rank mu)."""
        rates = self._rates
        along = math.sqrt(rates.path * (2 - rates.path) * self._mass) if settled else 0.0
        self._path = (1 - rates.path) * self._path + along * step
        lost = 0.0 if settled else rates.one * rates.path * (2 - rates.path)
        kept = 1 - rates.one - rates.many + lost
        many = (steps.T * self._weights) @ steps
        self._covariance = kept * self._covariance + rates.one * np.outer(self._path, self._path) + rates.many * many
        self._stale += 1
        if self._stale >= rates.patience:
            self._stale = 0
            self._covariance = (self._covariance + self._covariance.T) / 2
            squares, self._axes = np.linalg.eigh(self._covariance)
            self._lengths = np.sqrt(np.maximum(squares, 1e-300))


class Rates:
    """How fast each thing is learnt in d dimensions. Hansen (2016), table 1. mass: of the weights."""

    def __init__(self, d: int, mass: float) -> None:
        self.path = (4 + mass / d) / (d + 4 + 2 * mass / d)
        self.spread = (mass + 2) / (d + mass + 5)
        self.one = 2 / ((d + 1.3) ** 2 + mass)
        self.many = min(1 - self.one, 2 * (mass - 2 + 1 / mass) / ((d + 2) ** 2 + mass))
        self.damping = 1 + 2 * max(0.0, math.sqrt((mass - 1) / (d + 1)) - 1) + self.spread
        self.patience = max(1, int(1 / (10 * d * (self.one + self.many))))
