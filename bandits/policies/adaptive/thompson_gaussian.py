"""Thompson sampling for real rewards of unknown variance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, ClassVar

from bandits.policies.adaptive.best import LEVELS, chances_to_be_best
from bandits.policies.adaptive.memory import SumsPolicy
from bandits.policies.adaptive.state import ArmSums
from bandits.policies.adaptive.thompson import Posterior, Thompson
from bandits.policies.parameters import Parameter

if TYPE_CHECKING:
    from bandits.policies.adaptive.best import Array

FIRST = 3


@dataclass(frozen=True)
class ThompsonGaussian(Thompson):
    """(mu - mean) sqrt(n (n - 2) / S) ~ t with n - 2 degrees of freedom, after three rewards of each arm.

    Honda and Takemura (2014) with alpha = -1/2; under Jeffreys' prior the regret would be linear. S is the arm's sum of
    squared differences plus the arms' common variance, so an arm whose few rewards were equal is not taken as certain.
    """

    name: ClassVar[str] = "thompson_gaussian"
    example: ClassVar[Mapping[str, object]] = {"policy": "thompson_gaussian"}
    parameters: ClassVar[Mapping[str, Parameter]] = SumsPolicy.parameters

    def posterior(self, sums: ArmSums, pooled: float) -> Posterior | None:
        if sums.n < FIRST - 1e-9:
            return None
        return sums.mean, sqrt((sums.spread + pooled) / sums.n / (sums.n - 2)), sums.n - 2

    def best(self, posteriors: Sequence[Posterior]) -> tuple[list[float], float]:
        return best_student(posteriors)


def best_student(posteriors: Sequence[Posterior]) -> tuple[list[float], float]:
    """Which (location, scale, degrees of freedom) Student t is the largest, on an inverse hyperbolic sine scale."""
    import numpy as np
    from scipy.special import betaln, stdtr, stdtrit

    location, scale, freedom = (column[:, None] for column in np.array(posteriors, dtype=float).T)
    unit = float(scale.max()) or 1.0
    middle = float(location.max())
    away = (location - middle) / unit
    if float(scale.max()) <= 1e-12 * float(np.abs(location).max()):  # no spread at all: whoever is in front
        best = (location == middle).ravel()
        return [float(one) / float(best.sum()) for one in best], 1e-9
    width = np.maximum(scale / unit, 1e-9)
    constant = -betaln(freedom / 2, 0.5) - np.log(freedom) / 2 - np.log(width)

    def cumulative(points: "Array") -> "Array":
        below: Array = stdtr(freedom, (np.sinh(points) - away) / width)
        return below

    def density(points: "Array") -> "Array":
        z = (np.sinh(points) - away) / width
        dense: Array = np.exp(constant - (freedom + 1) / 2 * np.log1p(z * z / freedom)) * np.cosh(points)
        return dense

    return chances_to_be_best(np.arcsinh(away + width * stdtrit(freedom, np.array(LEVELS))), cumulative, density)
