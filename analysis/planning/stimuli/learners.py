"""What is believed of one participant, looked at through stimuli: one interface for four models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import log, pi
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.planning.information.best_arm import entropy, two_way
from analysis.planning.information.conjugate import one_yes_or_no
from analysis.planning.information.psychometric import Grid, Shape

Array = NDArray[np.float64]
Estimates = Mapping[str, tuple[float, float]]
PARAMETERS = ("threshold", "slope", "guess", "lapse")
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
NEWTON_STEPS = 50


class Learner(Protocol):
    """A belief about one participant; stimuli are places 0 … n - 1 of the pool."""

    def learned(self, place: int, outcome: float) -> Self:
        """After an outcome (0 or 1, or a number where the model is of numbers) at a stimulus."""
        ...

    def information(self, about: str = "") -> Array:
        """Of one look at each stimulus, in nats, (n,). about: one parameter alone; empty: all of them."""
        ...

    def estimates(self) -> Estimates:
        """{parameter: (posterior mean, posterior sd)}."""
        ...

    def entropy(self) -> float:
        """Of the belief, in nats: of cells where it is a grid, differential otherwise."""
        ...


@dataclass(frozen=True, eq=False)
class Psychometric:
    """A psychometric function on a grid of parameters: QUEST+ (Watson 2017)."""

    grid: Grid
    form: str = "weibull"

    def learned(self, place: int, outcome: float) -> Psychometric:
        """Bayes' rule, cell by cell."""
        return replace(self, grid=self.grid.answered(place, outcome > 0.5))

    def information(self, about: str = "") -> Array:
        """Exact on the grid; about one parameter, the others are a nuisance."""
        if not about:
            return self.grid.information()
        return self.grid.information_about(PARAMETERS.index(about))

    def estimates(self) -> Estimates:
        """Of those of threshold, slope, guess and lapse whose grid has more than one value."""
        cells = self.grid.cells
        unsure = [column for column in range(len(PARAMETERS)) if np.ptp(cells[:, column]) > 0]
        return {PARAMETERS[column]: self.grid.moments(column) for column in unsure}

    def entropy(self) -> float:
        """Of the cells."""
        return entropy(self.grid.belief)

    def curve(self, x: Array, *, level: float = 0.05) -> tuple[Array, Array, Array]:
        """(mean, low, high) of the chance at each intensity: the posterior's, and its central 1 - level, (len(x),).

        Pointwise: each intensity by itself.
        """
        chances = np.array([Shape(self.form).chance(x, *map(float, cell)) for cell in self.grid.cells])
        low, high = (_quantile(chances, self.grid.belief, part) for part in (level / 2, 1 - level / 2))
        return np.asarray(self.grid.belief @ chances), low, high

    def block(self, size: int, costs: Array) -> float:
        """What a block of ``size`` answers teaches per unit of its cost, its stimuli chosen before any is answered."""
        chosen, known = self.grid.block(size, costs)
        return known / float(costs[chosen].sum())


@dataclass(frozen=True, eq=False)
class Bernoulli:
    """A chance of its own for each stimulus, under Beta(a, b)."""

    a: Array
    b: Array

    def learned(self, place: int, outcome: float) -> Bernoulli:
        """One more yes, or one more no."""
        a, b = self.a.copy(), self.b.copy()
        a[place] += outcome > 0.5
        b[place] += outcome <= 0.5
        return replace(self, a=a, b=b)

    def information(self, about: str = "") -> Array:
        """About the stimulus's own chance: no other teaches anything of it."""
        return one_yes_or_no(self.a, self.b)

    def estimates(self) -> Estimates:
        """The mean of all chances, which is what the pool as a whole says."""
        n = self.a + self.b
        mean, variance = self.a / n, self.a * self.b / (n**2 * (n + 1))
        return {"mean": (float(mean.mean()), float(np.sqrt(variance.sum())) / len(mean))}

    def entropy(self) -> float:
        """Differential, of all chances together."""
        from scipy.special import betaln, psi

        a, b = self.a, self.b
        each = betaln(a, b) - (a - 1) * psi(a) - (b - 1) * psi(b) + (a + b - 2) * psi(a + b)
        return float(each.sum())


@dataclass(frozen=True, eq=False)
class _Regression:
    """Weights with a normal belief. design: (n, p), the first column ones."""

    design: Array
    names: tuple[str, ...]

    def believed(self) -> tuple[Array, Array]:
        """(mean, covariance) of the weights, (p,) and (p, p)."""
        raise NotImplementedError

    def estimates(self) -> Estimates:
        """Of the weights, the intercept first."""
        mean, covariance = self.believed()
        sds = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        return {name: (float(m), float(sd)) for name, m, sd in zip(self.names, mean, sds, strict=True)}

    def entropy(self) -> float:
        """Differential, of the weights."""
        _, volume = np.linalg.slogdet(self.believed()[1])
        return (len(self.names) * (1 + log(2 * pi)) + float(volume)) / 2


@dataclass(frozen=True, eq=False)
class Linear(_Regression):
    """Numbers by a linear model with normal noise: y = b'x + noise."""

    mean: Array
    covariance: Array
    noise_sd: float

    def believed(self) -> tuple[Array, Array]:
        """As they stand."""
        return self.mean, self.covariance

    def learned(self, place: int, outcome: float) -> Linear:
        """The conjugate update."""
        x = self.design[place]
        towards = self.covariance @ x
        total = float(x @ towards) + self.noise_sd**2
        mean = self.mean + towards * (outcome - float(x @ self.mean)) / total
        return replace(self, mean=mean, covariance=self.covariance - np.outer(towards, towards) / total)

    def information(self, about: str = "") -> Array:
        """Exact: half the logarithm of 1 + x'Sx / noise variance; about one weight, how much its own variance falls."""
        spread = np.einsum("np,pq,nq->n", self.design, self.covariance, self.design) + self.noise_sd**2
        if not about:
            return np.asarray(np.log(spread / self.noise_sd**2) / 2)
        place = self.names.index(about)
        fallen = (self.design @ self.covariance[place]) ** 2 / spread / self.covariance[place, place]
        return np.asarray(-np.log1p(-np.minimum(fallen, 1 - 1e-12)) / 2)


@dataclass(frozen=True, eq=False)
class Logistic(_Regression):
    """Yes or no by a logistic model of the stimulus's attributes; the belief is normal, by Laplace at its mode."""

    prior: Array
    seen: tuple[tuple[int, float], ...] = ()

    def learned(self, place: int, outcome: float) -> Logistic:
        """One more answer; what is believed is worked out when somebody asks."""
        return replace(self, seen=(*self.seen, (place, float(outcome > 0.5))))

    def believed(self) -> tuple[Array, Array]:
        """At the mode."""
        return self._fitted

    @property
    def mean(self) -> Array:
        """Of the weights, at the mode."""
        return self._fitted[0]

    @property
    def covariance(self) -> Array:
        """Of the weights, by the curvature there."""
        return self._fitted[1]

    @cached_property
    def _fitted(self) -> tuple[Array, Array]:
        """The mode and its curvature, from all answers anew: the order of answers does not matter."""
        x = self.design[np.array([at for at, _ in self.seen], int)]
        y = np.array([said for _, said in self.seen])
        precision, mode = np.linalg.inv(self.prior), np.zeros(len(self.names))
        for _ in range(NEWTON_STEPS):
            chance = 1 / (1 + np.exp(-np.clip(x @ mode, -700, 700)))
            curved = precision + (x.T * (chance * (1 - chance))) @ x
            step = np.linalg.solve(curved, x.T @ (y - chance) - precision @ mode)
            mode = mode + step * min(1.0, 3 / max(float(np.abs(x @ step).max(initial=0.0)), 1e-12))
            if float(np.abs(step).max()) < 1e-10:
                break
        return mode, np.asarray(np.linalg.inv(curved), float)

    def information(self, about: str = "") -> Array:
        """About all weights: an answer sees only x'b, so a quadrature over that one normal number is exact for it.

        about: one weight alone; given its value, x'b is normal too.
        """
        middle = self.design @ self.mean
        variance = np.einsum("np,pq,nq->n", self.design, self.covariance, self.design)
        known = _expected(middle, variance, two_way)
        marginal = two_way(_expected(middle, variance, lambda chance: chance))
        if not about:
            return np.maximum(marginal - known, 0.0)
        place = self.names.index(about)
        own = (self.design @ self.covariance[place]) ** 2 / self.covariance[place, place]
        left = np.maximum(variance - own, 0.0)
        given = np.array([_expected(middle + np.sqrt(own) * node, left, lambda chance: chance) for node in NODES])
        return np.asarray(np.maximum(marginal - WEIGHTS @ two_way(given) / np.sqrt(2 * pi), 0.0))


def regression(features: ArrayLike, names: tuple[str, ...], prior_sd: float, noise_sd: float | None) -> Learner:
    """A model of weights under N(0, prior_sd²) each, with an intercept. noise_sd None: of yes or no."""
    rows = np.asarray(features, float)
    design = np.column_stack([np.ones(len(rows)), rows])
    mean, prior = np.zeros(design.shape[1]), np.eye(design.shape[1]) * prior_sd**2
    named = ("intercept", *names)
    if noise_sd is None:
        return Logistic(design, named, prior)
    return Linear(design, named, mean, prior, noise_sd)


def _quantile(values: Array, weight: Array, part: float) -> Array:
    """Of each column of (cells, n), weighted: the smallest value that is reached with that chance."""
    order = np.argsort(values, axis=0)
    reached = np.cumsum(weight[order], axis=0) >= part * (1 - 1e-12)
    place = np.where(reached.any(axis=0), reached.argmax(axis=0), len(weight) - 1)
    return np.asarray(np.take_along_axis(np.take_along_axis(values, order, 0), place[None], 0)[0])


def _expected(middle: Array, variance: Array, of: Callable[[Array], Array]) -> Array:
    """E of a function of the chance, x'b being normal with that mean and variance; (n,)."""
    eta = middle[:, None] + np.sqrt(np.maximum(variance, 0.0))[:, None] * NODES
    chance = 1 / (1 + np.exp(-np.clip(eta, -700, 700)))
    return np.asarray(of(chance) @ WEIGHTS / np.sqrt(2 * pi))
