"""How the arms' means move while a policy runs. Each run moves on its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bandits.policies.simulation.arrays import Array, Rng

Moves = Callable[[int], Array]


class Drift(Protocol):
    """A way to move."""

    def begin(self, means: Array, bounds: tuple[float, float], rng: Rng) -> Moves:
        """The means of round 0, 1, 2, …, asked for once each and in this order; shape (runs, arms), within bounds."""


@dataclass(frozen=True)
class Steady:
    """Not at all."""

    def begin(self, means: Array, bounds: tuple[float, float], rng: Rng) -> Moves:
        return lambda t: means


@dataclass(frozen=True)
class Turning:
    """After every so many rounds each arm takes the mean of the next one."""

    every: int

    def begin(self, means: Array, bounds: tuple[float, float], rng: Rng) -> Moves:
        return lambda t: np.roll(means, -(t // self.every), axis=1)


@dataclass(frozen=True)
class ChangePoints:
    """After every so many rounds (on average, at random moments) the means are dealt anew among the arms."""

    every: float

    def begin(self, means: Array, bounds: tuple[float, float], rng: Rng) -> Moves:
        held = [means]

        def moved(t: int) -> Array:
            struck = np.flatnonzero(rng.random(len(means)) * self.every < 1) if t else np.zeros(0, dtype=int)
            if len(struck):
                held[0] = held[0].copy()
                held[0][struck] = rng.permuted(held[0][struck], axis=1)
            return held[0]

        return moved


@dataclass(frozen=True)
class Walk:
    """A random walk of each arm, with this standard deviation per round, thrown back at the bounds."""

    step: float

    def begin(self, means: Array, bounds: tuple[float, float], rng: Rng) -> Moves:
        held = [means]

        def moved(t: int) -> Array:
            if t:
                held[0] = reflected(held[0] + rng.normal(scale=self.step, size=means.shape), bounds)
            return held[0]

        return moved


@dataclass(frozen=True)
class Sine:
    """Up and down by ``swing`` within ``period`` rounds, one arm after the other; thrown back at the bounds."""

    period: float
    swing: float

    def begin(self, means: Array, bounds: tuple[float, float], rng: Rng) -> Moves:
        phase = np.arange(means.shape[1]) / means.shape[1]
        return lambda t: reflected(means + self.swing * np.sin(2 * np.pi * (t / self.period + phase)), bounds)


def reflected(means: Array, bounds: tuple[float, float]) -> Array:
    """Thrown back at the bounds, as often as it takes.

    >>> reflected(np.array([0.5, 1.25, -0.25, 2.5]), (0.0, 1.0)).tolist()
    [0.5, 0.75, 0.25, 0.5]
    """
    low, high = bounds
    if low == -np.inf:
        return means
    if high == np.inf:
        return np.abs(means - low) + low
    width = high - low
    folded: Array = width - np.abs((means - low) % (2 * width) - width)
    return folded + low
