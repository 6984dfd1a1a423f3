"""What is believed of arms before the next look, and what one look at each of them may make of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, betaln, ndtr, ndtri

Array = NDArray[np.float64]
LEVELS = np.array([1e-13, 1e-10, 1e-7, 1e-5, 1e-3, 0.02, 0.16, 0.5])
LEVELS = np.concatenate([LEVELS, 1 - LEVELS[-2::-1]])


class Arms(Protocol):
    """Independent posteriors of K arms. Points are in a variable in which densities are smooth."""

    @property
    def k(self) -> int:
        """How many."""

    def means(self) -> Array:
        """Shape (K,)."""

    def quantiles(self) -> Array:
        """At ``LEVELS``, shape (K, levels), as points."""

    def laws(self, points: Array) -> tuple[Array, Array]:
        """Distribution function and density at the points, both (K, points)."""

    def expecting(self, place: int) -> Arms:
        """The same with one look at that arm under way, which will come out as expected."""

    def outcomes(self) -> tuple[Array, Arms]:
        """What one look may show: its chances (K, M), and the posteriors then, K * M of them, arm by arm."""


@dataclass(frozen=True, slots=True)
class BetaArms:
    """Yes or no: Beta(a, b) each. a, b: shape (K,), above 0."""

    a: Array
    b: Array

    @classmethod
    def of(cls, *pairs: tuple[float, float]) -> BetaArms:
        """From (a, b) of each arm. ValueError unless all are above 0."""
        a, b = (np.array(side, float) for side in zip(*pairs, strict=True))
        if not (len(a) and np.all(a > 0) and np.all(b > 0) and np.isfinite(a + b).all()):
            raise ValueError(f"each arm must be a pair of numbers above 0, not {pairs}.")
        return cls(a, b)

    @property
    def k(self) -> int:
        return len(self.a)

    def means(self) -> Array:
        return self.a / (self.a + self.b)

    def quantiles(self) -> Array:
        return np.asarray(np.arcsin(np.sqrt(betaincinv(self.a[:, None], self.b[:, None], LEVELS))))

    def laws(self, points: Array) -> tuple[Array, Array]:
        """Points are angles whose sine squared is the rate."""
        a, b = self.a[:, None], self.b[:, None]
        sine, cosine = np.maximum(np.sin(points), 1e-300), np.maximum(np.cos(points), 1e-300)
        dense = np.exp(np.log(2.0) - betaln(a, b) + (2 * a - 1) * np.log(sine) + (2 * b - 1) * np.log(cosine))
        return np.asarray(betainc(a, b, sine**2)), np.asarray(dense)

    def expecting(self, place: int) -> BetaArms:
        a, b, mean = self.a.astype(float), self.b.astype(float), float(self.means()[place])
        a[place] += mean
        b[place] += 1 - mean
        return BetaArms(a, b)

    def outcomes(self) -> tuple[Array, BetaArms]:
        mean = self.means()
        a = np.stack([self.a + 1, self.a], axis=1).ravel()
        b = np.stack([self.b, self.b + 1], axis=1).ravel()
        return np.stack([mean, 1 - mean], axis=1), BetaArms(a, b)


@dataclass(frozen=True, slots=True)
class NormalArms:
    """Numbers: each mean is Normal(mean, sd^2), a value has the noise's sd around it. All of shape (K,).

    looks: values of one look, a batch. The outcome is taken at 24 Gauss-Hermite nodes.
    """

    mean: Array
    sd: Array
    noise: Array
    looks: int = 1

    @property
    def k(self) -> int:
        return len(self.mean)

    def means(self) -> Array:
        return self.mean

    def quantiles(self) -> Array:
        return np.asarray(self.mean[:, None] + self.sd[:, None] * ndtri(LEVELS))

    def laws(self, points: Array) -> tuple[Array, Array]:
        z = (points - self.mean[:, None]) / self.sd[:, None]
        return np.asarray(ndtr(z)), np.exp(-z * z / 2) / (np.sqrt(2 * np.pi) * self.sd[:, None])

    def expecting(self, place: int) -> NormalArms:
        sd = self.sd.astype(float)
        sd[place] = 1 / np.sqrt(1 / sd[place] ** 2 + 1 / self.noise[place] ** 2)
        return NormalArms(self.mean, sd, self.noise, self.looks)

    def moved(self) -> Array:
        """The sd of the change of each mean by one look."""
        noise = self.noise**2 / self.looks
        return np.asarray(self.sd**2 / np.sqrt(self.sd**2 + noise))

    def outcomes(self) -> tuple[Array, NormalArms]:
        nodes, weights = np.polynomial.hermite_e.hermegauss(24)
        moved, noise = self.moved(), self.noise**2 / self.looks
        left = np.sqrt(1 / (1 / self.sd**2 + 1 / noise))
        means = (self.mean[:, None] + moved[:, None] * nodes).ravel()
        sds = np.repeat(left, len(nodes))
        chances = np.tile(weights / weights.sum(), (self.k, 1))
        return chances, NormalArms(means, sds, np.repeat(self.noise, len(nodes)))
