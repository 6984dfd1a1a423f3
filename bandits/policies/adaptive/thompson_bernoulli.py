"""Thompson sampling for successes and failures, or any rewards between two bounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bandits.policies.adaptive.best import LEVELS, chances_to_be_best
from bandits.policies.adaptive.memory import BoundedSumsPolicy
from bandits.policies.adaptive.state import ArmSums
from bandits.policies.adaptive.thompson import Posterior, Thompson
from bandits.policies.parameters import Parameter, Real

if TYPE_CHECKING:
    from bandits.policies.adaptive.best import Array


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


def best_beta(posteriors: Sequence[Posterior]) -> tuple[list[float], float]:
    """Which Beta(a, b), a and b at least 1/2, is the largest; in the angle whose sine squared is the rate.

    >>> [round(chance, 6) for chance in best_beta([(13, 89), (19, 82), (9, 93)])[0]]
    [0.111853, 0.87632, 0.011828]
    """
    import numpy as np
    from scipy.special import betainc, betaincinv, betaln

    a, b = (column[:, None] for column in np.array(posteriors, dtype=float).T)
    constant = np.log(2.0) - betaln(a, b)

    def cumulative(angles: "Array") -> "Array":
        below: Array = betainc(a, b, np.sin(angles) ** 2)
        return below

    def density(angles: "Array") -> "Array":
        logarithm = constant + (2 * a - 1) * np.log(np.sin(angles)) + (2 * b - 1) * np.log(np.cos(angles))
        dense: Array = np.exp(logarithm)
        return dense

    return chances_to_be_best(np.arcsin(np.sqrt(betaincinv(a, b, np.array(LEVELS)))), cumulative, density)
