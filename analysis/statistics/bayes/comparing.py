"""Two posteriors compared: the difference's interval, the chance to win, what one expects to lose by either choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import inf, sqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.bayes.best import LEVELS
from analysis.statistics.bayes.largest import BETA, GAMMA, NORMAL, STUDENT, chances_above, chances_and_losses, quantiles
from analysis.statistics.bayes.posterior import Posterior
from analysis.statistics.words import Estimate, NoAnswer, Validity

Array = NDArray[np.float64]
NODES, FEW = 24, 10
METHODS = {BETA: "bayes-beta", GAMMA: "bayes-gamma", NORMAL: "bayes-normal", STUDENT: "bayes-student"}


class Believed(Protocol):
    """What is believed of a difference."""

    def above(self, value: float) -> float:
        """The chance of more than that."""

    def quantile(self, share: float) -> float:
        """Below which this share of the belief is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """estimate: central interval. loss_control, loss_treatment: expected by choosing that arm for good.

    Losses are in the measure's own units (of `compare_effect`: in the effect's). More is better; ``lower_is_better``
    turns chance and losses round.
    """

    estimate: Estimate
    chance_to_win: float
    loss_control: float
    loss_treatment: float

    def lower_is_better(self) -> Answer:
        """The same where less is better: the estimate stays."""
        return Answer(self.estimate, 1 - self.chance_to_win, self.loss_treatment, self.loss_control)


@dataclass(frozen=True, slots=True)
class Region:
    """How likely the difference is below, inside and above a region of practical equivalence; they add up to 1."""

    below: float
    inside: float
    above: float

    @property
    def sentence(self) -> str:
        """For people."""
        if self.inside >= 0.95:
            return "Practically equivalent: nearly all of what is believed is inside the region."
        if self.inside <= 0.05:
            return "Different in practice: hardly any of what is believed is inside the region."
        return "Undecided: what is believed lies inside and outside the region."


@dataclass(frozen=True, slots=True)
class Difference:
    """Treatment less control; relative: over control's, which must then be above 0. Posteriors are independent."""

    control: Posterior
    treatment: Posterior
    relative: bool = False

    def above(self, value: float) -> float:
        """The chance of more than that, by quadrature over control's quantiles: to about 1e-9."""
        control, weights = _points(self.control.kind, self.control.parameters)
        points = control * (1 + value) if self.relative else control + value
        low, high = _support(self.treatment.kind)
        chance = chances_above(self.treatment.kind, [self.treatment.parameters], np.clip(points, low, high))[0]
        return float(min(max(chance @ weights, 0.0), 1.0))

    def quantile(self, share: float) -> float:
        """Below which this share of the belief is."""
        from scipy.optimize import brentq
        from scipy.special import ndtri

        middle, step = self._start()
        goal = float(ndtri(share))

        def over(x: float) -> float:  # on the scale of the normal distribution nearly straight
            above = self.above(x)
            return min(max(float(-ndtri(above)), -40.0), 40.0) - goal

        low, high = _walk(lambda x: over(x) > 0, middle, -step), _walk(lambda x: over(x) < 0, middle, step)
        return float(brentq(over, low, high, xtol=1e-10 * step))

    def _start(self) -> tuple[float, float]:
        """About the middle, and about one standard deviation."""
        ends = [each.quantile(share) for each in (self.control, self.treatment) for share in (0.16, 0.5, 0.84)]
        spread = max(sqrt((ends[2] - ends[0]) ** 2 + (ends[5] - ends[3]) ** 2) / 2, 1e-300)
        if self.relative:
            return ends[4] / ends[1] - 1, spread / ends[1]
        return ends[4] - ends[1], spread


def compare(control: Posterior, treatment: Posterior, *, relative: bool = False, level: float = 0.05) -> Answer:
    """Two posteriors of the same kind. relative: the middle of the belief stands for the mean, which may not exist.

    Losses are in the measure's own units. NoAnswer where relative to a mean that may be 0 or less.

    >>> from analysis.statistics.bayes.posterior import rate_posterior
    >>> found = compare(rate_posterior(12, 40), rate_posterior(29, 40))
    >>> round(found.chance_to_win, 4), round(found.loss_control, 4), round(found.estimate.low, 3)
    (0.9999, 0.4146, 0.211)
    """
    if control.kind != treatment.kind:
        raise ValueError(f"Posteriors must be of one kind, not {control.kind} and {treatment.kind}.")
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, not {level}.")
    if relative and control.quantile(1e-9) <= 0 and control.kind not in (BETA, GAMMA):
        raise NoAnswer("The control's mean may be 0 or less: a relative difference has no meaning.")
    believed = Difference(control, treatment, relative)
    low, middle, high = (believed.quantile(share) for share in (level / 2, 0.5, 1 - level / 2))
    value = middle if relative else min(max(treatment.mean - control.mean, low), high)
    spread = sqrt(control.sd**2 + treatment.sd**2)
    error = None if relative or spread == inf else spread
    chances, losses = chances_and_losses(control.kind, [control.parameters, treatment.parameters])
    method, n = METHODS[control.kind], control.n + treatment.n
    estimate = Estimate(value, low, high, level, n, method, Validity.POSTERIOR, None, error)
    return Answer(estimate, chances[1], losses[0], losses[1])


def region(believed: Believed, low: float, high: float) -> Region:
    """Of practical equivalence, from low to high. Kruschke (2018), Advances in Methods and Practices 1.

    ValueError unless low < high.
    """
    if not low < high:
        raise ValueError(f"low must be below high, not {low} and {high}.")
    above, not_below = believed.above(high), believed.above(low)
    return Region(1 - not_below, max(not_below - above, 0.0), above)


def densest(believed: Believed, *, level: float = 0.05) -> tuple[float, float]:
    """The shortest interval with 1 - level of the belief (highest density), of a belief with one peak."""
    from scipy.optimize import minimize_scalar

    def ends(share: float) -> tuple[float, float]:
        return believed.quantile(share), believed.quantile(min(share + 1 - level, 1 - 1e-12))

    def width(share: float) -> float:
        low, high = ends(share)
        return high - low

    found = minimize_scalar(width, bounds=(1e-12, level - 1e-12), method="bounded", options={"xatol": 1e-4 * level})
    return ends(float(found.x))


def with_interval(answer: Answer, ends: tuple[float, float]) -> Answer:
    """The same with another interval, such as the ``densest``."""
    return replace(answer, estimate=replace(answer.estimate, low=ends[0], high=ends[1]))


def _support(kind: str) -> tuple[float, float]:
    return {BETA: (0.0, 1.0), GAMMA: (0.0, inf)}.get(kind, (-inf, inf))


def _walk(before: Callable[[float], bool], at: float, step: float) -> float:
    """The first place from ``at``, in growing steps, where it is no more so."""
    for _ in range(200):
        if not before(at):
            return at
        at, step = at + step, 2 * step
    return at


@lru_cache(maxsize=128)
def _points(kind: str, parameters: tuple[float, ...]) -> tuple[Array, Array]:
    """Quantiles of a posterior and the belief that each stands for."""
    shares, weights = _nodes()
    return quantiles(kind, [parameters], shares.tolist())[0], weights


@lru_cache(maxsize=1)
def _nodes() -> tuple[Array, Array]:
    """Shares from 0 to 1 and their weights, close together at both ends."""
    edges = [0.0, *LEVELS, 1.0]
    parts = [_part(low, high) for low, high in pairwise(edges)]
    return np.concatenate([shares for shares, _ in parts]), np.concatenate([weights for _, weights in parts])


def _part(low: float, high: float) -> tuple[Array, Array]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES if high - low > 1e-6 else FEW)
    half = (high - low) / 2
    return low + half * (1 + nodes), half * weights
