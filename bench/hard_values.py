"""Values on which confidence bounds go wrong: rare events, skewed errors, weighted returns. True means are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.safety.bounds import OneSided
from analysis.safety.terms import Array, Evidence

Draw = Callable[[np.random.Generator, int], Array]


@dataclass(frozen=True, slots=True)
class Hard:
    """Values whose mean is wanted from one side. low, high: their declared range."""

    title: str
    draw: Draw
    mean: float
    side: str = "upper"
    low: float = 0.0
    high: float = 1.0
    binary: bool = False

    def evidence(self, rng: np.random.Generator, n: int) -> Evidence:
        return Evidence(self.draw(rng, n), self.low, self.high, rows=n, binary=self.binary)

    def missed(self, bound: OneSided, evidence: Evidence, *, delta: float) -> bool:
        """Whether the bound claims what is not so: then a constraint that is broken by a hair passes."""
        if self.side == "upper":
            return bound.upper(evidence, delta=delta) < self.mean
        return bound.lower(evidence, delta=delta) > self.mean

    def width(self, bound: OneSided, evidence: Evidence, *, delta: float) -> float:
        """Between bound and true mean; below 0 if it missed."""
        if self.side == "upper":
            return bound.upper(evidence, delta=delta) - self.mean
        return self.mean - bound.lower(evidence, delta=delta)


def bernoulli(rate: float) -> Draw:
    return lambda rng, n: (rng.random(n) < rate).astype(np.float64)


def confident(rng: np.random.Generator, n: int) -> Array:
    """Predicted probabilities of a sure classifier: near 0, now and then near 1."""
    return np.where(rng.random(n) < 0.05, rng.beta(20, 1, n), rng.beta(1, 30, n))


def skewed_errors(rng: np.random.Generator, n: int) -> Array:
    """Squared errors: 98 % of .1, 2 % of 3."""
    return np.where(rng.random(n) < 0.02, 9.0, 0.01)


def weighted_returns(horizon: int) -> Draw:
    """Costs of a policy that takes the dearer of two actions nine times in ten, seen under one that tosses a coin."""

    def draw(rng: np.random.Generator, n: int) -> Array:
        dear = rng.random((n, horizon)) < 0.5
        costs = rng.random((n, horizon)) < np.where(dear, 0.7, 0.3)
        weights = np.where(dear, 1.8, 0.2).prod(axis=1)
        found: Array = -weights * costs.mean(axis=1)
        return found

    return draw


def returns_case(horizon: int) -> Hard:
    return Hard(f"returns over {horizon} steps", weighted_returns(horizon), -0.66, "lower", -(1.8**horizon), 0.0)


RARE = Hard("rare events, 2 %", bernoulli(0.02), 0.02, binary=True)
ERRORS = Hard("skewed squared errors", skewed_errors, 0.98 * 0.01 + 0.02 * 9, high=9.0)
CONFIDENT = Hard("sure classifier", confident, 0.05 * 20 / 21 + 0.95 / 31)
BETA = Hard("Beta(.2, 8)", lambda rng, n: rng.beta(0.2, 8, n), 0.2 / 8.2)
EVEN = Hard("fair coin", bernoulli(0.5), 0.5, binary=True)
UNIFORM = Hard("uniform", lambda rng, n: rng.random(n), 0.5)
SHORT, MIDDLE, LONG = returns_case(3), returns_case(5), returns_case(10)

HARD = (RARE, ERRORS, CONFIDENT, BETA, SHORT, MIDDLE, LONG)
EASY = (EVEN, UNIFORM)
