"""Models that can be drawn from, for information that has no closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Rng = np.random.Generator


class Model(Protocol):
    """A prior of p parameters, and answers of m looks by a design."""

    def draw(self, n: int, rng: Rng) -> Array:
        """Parameters from the prior, (n, p)."""

    def log_prior(self, parameters: Array) -> Array:
        """Their log density, (n,)."""

    def answers(self, parameters: Array, rng: Rng) -> Array:
        """One set of answers for each, (n, m)."""

    def log_likelihood(self, answers: Array, parameters: Array) -> Array:
        """Of each set of answers under each parameters, (answers, parameters)."""


@dataclass(frozen=True, eq=False)
class _GaussianPrior:
    """design: (m, p). mean: (p,). prior: (p, p), positive definite."""

    design: Array
    mean: Array
    prior: Array

    def __post_init__(self) -> None:
        m, p = self.design.shape
        if self.mean.shape != (p,) or self.prior.shape != (p, p) or not m:
            raise ValueError(f"mean must have {p} entries and prior {p} by {p}, with one look or more.")

    def draw(self, n: int, rng: Rng) -> Array:
        return self.mean + rng.normal(size=(n, len(self.mean))) @ np.linalg.cholesky(self.prior).T

    def log_prior(self, parameters: Array) -> Array:
        scaled = np.linalg.solve(np.linalg.cholesky(self.prior), (parameters - self.mean).T)
        _, volume = np.linalg.slogdet(2 * np.pi * self.prior)
        return np.asarray(-(np.sum(scaled**2, axis=0) + volume) / 2)


@dataclass(frozen=True, eq=False)
class LogisticAnswers(_GaussianPrior):
    """Yes (1) or no (0), by a logistic model."""

    @classmethod
    def of(cls, design: ArrayLike, mean: ArrayLike, prior: ArrayLike) -> LogisticAnswers:
        """From lists."""
        return cls(*(np.asarray(part, float) for part in (design, mean, prior)))

    def answers(self, parameters: Array, rng: Rng) -> Array:
        chances = 1 / (1 + np.exp(-parameters @ self.design.T))
        return (rng.random(chances.shape) < chances).astype(float)

    def log_likelihood(self, answers: Array, parameters: Array) -> Array:
        logits = parameters @ self.design.T
        return np.asarray(answers @ logits.T - np.logaddexp(0, logits).sum(axis=1))


@dataclass(frozen=True, eq=False)
class LinearAnswers(_GaussianPrior):
    """Numbers, by a linear model with normal noise: the one whose information is known exactly, to check by."""

    noise_sd: float = 1.0

    def answers(self, parameters: Array, rng: Rng) -> Array:
        expected = parameters @ self.design.T
        return np.asarray(expected + self.noise_sd * rng.normal(size=expected.shape))

    def log_likelihood(self, answers: Array, parameters: Array) -> Array:
        gaps = answers[:, None, :] - (parameters @ self.design.T)[None]
        constant = answers.shape[1] * np.log(2 * np.pi * self.noise_sd**2) / 2
        return np.asarray(-((gaps / self.noise_sd) ** 2).sum(axis=2) / 2 - constant)
