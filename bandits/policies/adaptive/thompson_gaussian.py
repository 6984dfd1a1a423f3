"""Thompson sampling for real rewards of unknown variance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

from analysis.statistics.bayes.largest import best_student
from bandits.policies.adaptive.memory import SumsPolicy
from bandits.policies.adaptive.state import ArmSums
from bandits.policies.adaptive.thompson import Posterior, Thompson
from bandits.policies.parameters import Parameter

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
