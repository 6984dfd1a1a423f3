"""A policy whose actions are numbers, around a mean that depends on what is seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log, pi
from typing import ClassVar, Self

import numpy as np

from analysis.learning.components import Finding, ListOf, Nullable, Real, Whole
from analysis.learning.members import takes
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.fourier import coefficients, cosines, scaled
from analysis.safety.reinforcement.policies.fourier_softmax import range_faults
from analysis.safety.reinforcement.policies.policy import POLICIES, Cells, FittedPolicy, Policy
from analysis.safety.terms import Array
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class FittedGaussian:
    """features: (c, p). actions: (c, k). theta: weights (p, k), then logarithms of deviations (k,) where learned."""

    features: Array
    actions: Array
    deviation: float | None

    @property
    def size(self) -> int:
        k = int(self.actions.shape[1])
        return int(self.features.shape[1]) * k + (k if self.deviation is None else 0)

    def logs(self, theta: Array) -> Array:
        away, deviations = self._away(theta)
        with np.errstate(over="ignore"):
            squares = (away**2).sum(axis=1)
        found: Array = -0.5 * squares - np.log(deviations).sum() - 0.5 * len(deviations) * log(2 * pi)
        return found

    def pull(self, theta: Array, weights: Array) -> Array:
        away, deviations = self._away(theta)
        with np.errstate(over="ignore", invalid="ignore"):
            slopes = (self.features.T @ (weights[:, None] * away / deviations)).reshape(-1)
            return slopes if self.deviation is not None else np.concatenate([slopes, weights @ (away**2 - 1)])

    def _away(self, theta: Array) -> tuple[Array, Array]:
        """How many deviations each action is off its mean, (c, k), and the deviations, (k,)."""
        weights, deviations = split(theta, self.features.shape[1], self.actions.shape[1], self.deviation)
        return (self.actions - self.features @ weights) / deviations, deviations


def split(theta: Array, p: int, k: int, deviation: float | None) -> tuple[Array, Array]:
    """Weights (p, k) and deviations (k,)."""
    weights = theta[: p * k].reshape(p, k)
    return weights, np.full(k, deviation) if deviation is not None else np.exp(theta[p * k :])


@POLICIES.register
@dataclass(frozen=True)
class Gaussian(Policy):
    """Actions that are numbers, drawn around a mean.

    The mean is linear in what is seen, or in cosines of it (order above 0, with a range); each number of an action has
    its own deviation, learned or fixed.
    """

    name: ClassVar[str] = "gaussian"
    example: ClassVar[JsonObject] = {"type": "gaussian", "deviation": 0.5}

    low: tuple[float, ...] = takes(ListOf(Real()), "The least that each number can be, for cosines.", (), [])
    high: tuple[float, ...] = takes(ListOf(Real()), "The most that each number can be, for cosines.", (), [])
    order: int = takes(Whole(0, 100), "How fast the fastest cosine is; 0: linear in what is seen.", 0)
    deviation: float | None = takes(Nullable(Real(0, above=True)), "Of every action; null: learned.", None)
    numbers: int | None = takes(Nullable(Whole(0)), "Numbers of an observation; null: as in the episodes.", None)
    action_numbers: int | None = takes(Nullable(Whole(1)), "Numbers of an action; null: as in the episodes.", None)

    def disagreements(self) -> Iterator[Finding]:
        yield from range_faults(self.low, self.high)
        if self.order and not self.low:
            yield ("order",), "Cosines need the range of what is seen.", "Write low and high."

    def shaped(self, episodes: Episodes) -> Self:
        numbers, actions = episodes.observations.shape[1], episodes.actions.shape[1]
        return replace(
            self,
            numbers=numbers if self.numbers is None else self.numbers,
            action_numbers=actions if self.action_numbers is None else self.action_numbers,
        )

    def over(self, cells: Cells) -> FittedPolicy:
        if cells.actions.shape[1] != self.shape()[1]:
            raise ValueError(f"The actions have {cells.actions.shape[1]} numbers, not {self.shape()[1]}.")
        return FittedGaussian(self.features(cells.observations), cells.actions, self.deviation)

    def neutral(self) -> Array:
        p, k = self.shape()
        return np.zeros(p * k + (k if self.deviation is None else 0))

    def features(self, observations: Array) -> Array:
        """Shape (n, p)."""
        if observations.shape[1] != self.numbers:
            raise ValueError(f"Observations have {observations.shape[1]} numbers, not {self.numbers}.")
        if not self.order:
            return np.column_stack([np.ones(len(observations)), observations])
        return cosines(scaled(observations, np.array(self.low), np.array(self.high)), self._vectors())

    def sample(self, theta: Array, observations: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        weights, deviations = split(theta, *self.shape(), self.deviation)
        away = rng.standard_normal((len(observations), len(deviations)))
        logs = -0.5 * (away**2).sum(axis=1) - np.log(deviations).sum() - 0.5 * len(deviations) * log(2 * pi)
        return self.features(observations) @ weights + away * deviations, np.exp(logs)

    def shape(self) -> tuple[int, int]:
        """Features, and numbers of an action. ValueError if they are not known yet."""
        if self.numbers is None or self.action_numbers is None:
            raise ValueError("A policy without sizes has to be shaped by episodes first.")
        return (len(self._vectors()) if self.order else self.numbers + 1), self.action_numbers

    def _vectors(self) -> Array:
        return coefficients(len(self.low), self.order)
