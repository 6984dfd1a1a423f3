"""Thompson sampling for successes and failures, or any rewards between two bounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.statistics.bayes.largest import best_beta
from bandits.policies.adaptive.memory import BoundedSumsPolicy
from bandits.policies.adaptive.state import ArmSums
from bandits.policies.adaptive.thompson import Posterior, Thompson
from bandits.policies.parameters import Parameter, Real


@dataclass(frozen=True)
class ThompsonBernoulli(BoundedSumsPolicy, Thompson):
    """Beta(prior_a + successes, prior_b + failures); the default is Jeffreys' prior, Beta(1/2, 1/2).

    A reward between the bounds counts as so much of a success. Kaufmann, Korda and Munos (2012).
    """

    name: ClassVar[str] = "thompson_bernoulli"
    example: ClassVar[Mapping[str, object]] = {"policy": "thompson_bernoulli"}
    parameters: ClassVar[Mapping[str, Parameter]] = {
        **BoundedSumsPolicy.parameters,
        "prior_a": Real(0.5, 1_000_000),
        "prior_b": Real(0.5, 1_000_000),
    }

    prior_a: float = 0.5
    prior_b: float = 0.5

    def posterior(self, sums: ArmSums, pooled: float) -> Posterior:
        n, mean = self.scaled(sums)
        return self.prior_a + n * mean, self.prior_b + n * (1 - mean)

    def best(self, posteriors: Sequence[Posterior]) -> tuple[list[float], float]:
        return best_beta(posteriors)
