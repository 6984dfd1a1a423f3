"""What is believed of one mean or rate after the data, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, sqrt

from analysis.statistics.bayes.largest import BETA, GAMMA, NORMAL, STUDENT, chances_above, chances_below, quantiles
from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer

JEFFREYS = (0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Posterior:
    """kind: beta (a, b), gamma (shape, rate), normal (mean, sd) or student (location, scale, degrees of freedom)."""

    kind: str
    parameters: tuple[float, ...]
    n: int = 0

    @property
    def mean(self) -> float:
        """inf - inf is never asked: of Student's t with one degree of freedom its location."""
        first, second = self.parameters[:2]
        if self.kind == BETA:
            return first / (first + second)
        return first / second if self.kind == GAMMA else first

    @property
    def sd(self) -> float:
        """The standard deviation; inf where there is none."""
        first, second = self.parameters[:2]
        if self.kind == BETA:
            return sqrt(first * second / (first + second + 1)) / (first + second)
        if self.kind == GAMMA:
            return sqrt(first) / second
        if self.kind == NORMAL:
            return second
        freedom = self.parameters[2]
        return second * sqrt(freedom / (freedom - 2)) if freedom > 2 else inf

    def quantile(self, share: float) -> float:
        """Below which this share of the belief is."""
        return float(quantiles(self.kind, [self.parameters], (share,))[0, 0])

    def below(self, value: float) -> float:
        """How likely it is to be less."""
        import numpy as np

        return float(chances_below(self.kind, [self.parameters], np.array([self._inside(value)]))[0, 0])

    def above(self, value: float) -> float:
        """How likely it is to be more; exact where that is little."""
        import numpy as np

        return float(chances_above(self.kind, [self.parameters], np.array([self._inside(value)]))[0, 0])

    def _inside(self, value: float) -> float:
        if self.kind == BETA:
            return min(max(value, 0.0), 1.0)
        return max(value, 0.0) if self.kind == GAMMA else value


def rate_posterior(successes: float, n: float, *, prior: tuple[float, float] = JEFFREYS) -> Posterior:
    """Of a rate of yes: Beta(a + successes, b + failures). The default prior is Jeffreys', Beta(1/2, 1/2).

    ValueError unless 0 <= successes <= n and both parameters of the prior are above 0.

    >>> rate_posterior(12, 40).mean
    0.3048780487804878
    """
    if not 0 <= successes <= n:
        raise ValueError(f"successes must be from 0 to n, not {successes} of {n}.")
    a, b = _prior(prior)
    return Posterior(BETA, (a + successes, b + n - successes), int(n))


def count_posterior(total: float, exposure: float, *, prior: tuple[float, float] = (0.5, 0.0)) -> Posterior:
    """Of a rate of events: Gamma(shape + total, rate + exposure). The default prior is Jeffreys', Gamma(1/2, 0).

    exposure: units, or hours. NoAnswer without exposure. ValueError if something is below 0.
    """
    shape, rate = prior
    if total < 0 or exposure < 0 or not shape > 0 or rate < 0:
        raise ValueError(f"counts and exposure must be 0 or more, shape above 0, not {total}, {exposure} and {prior}.")
    if not exposure + rate > 0:
        raise NoAnswer("There is nothing yet that could have had events.")
    return Posterior(GAMMA, (shape + total, rate + exposure), int(exposure))


def mean_posterior(arm: Moments, *, prior: tuple[float, float, float, float] | None = None) -> Posterior:
    """Of a mean of normal values whose spread is not known: Student's t.

    prior: normal-inverse-gamma (mean, units it is worth, shape, scale of the variance); None: Jeffreys', which gives
    the usual interval. NoAnswer with fewer than two values or none that vary, unless a prior says more.
    """
    mean = float(arm.mean[0])
    if prior is None:
        if arm.n < 2 or not arm.variance > 0:
            raise NoAnswer("Fewer than two values, or all the same: without a prior nothing is known of their spread.")
        return Posterior(STUDENT, (mean, sqrt(arm.variance / arm.n), arm.n - 1.0), arm.n)
    centre, worth, shape, scale = prior
    if not (worth > 0 and shape > 0 and scale > 0 and isfinite(centre)):
        raise ValueError(f"The prior's worth, shape and scale must be above 0, not {prior}.")
    whole = worth + arm.n
    shape_now = shape + arm.n / 2
    scale_now = scale + float(arm.scatter[0, 0]) / 2 + worth * arm.n * (mean - centre) ** 2 / (2 * whole)
    location = (worth * centre + arm.n * mean) / whole
    return Posterior(STUDENT, (location, sqrt(scale_now / (shape_now * whole)), 2 * shape_now), arm.n)


def _prior(prior: tuple[float, float]) -> tuple[float, float]:
    if not min(prior) > 0:
        raise ValueError(f"Both parameters of the prior must be above 0, not {prior}.")
    return prior
