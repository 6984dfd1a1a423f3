"""Thompson sampling for counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bandits.policies.adaptive.best import LEVELS, chances_to_be_best
from bandits.policies.adaptive.memory import SumsPolicy
from bandits.policies.adaptive.state import ArmSums, Reward
from bandits.policies.adaptive.thompson import Posterior, Thompson
from bandits.policies.errors import PolicyError
from bandits.policies.parameters import Parameter

if TYPE_CHECKING:
    from bandits.policies.adaptive.best import Array

LARGEST_COUNT = 1e9


@dataclass(frozen=True)
class ThompsonPoisson(Thompson):
    """Gamma(1/2 + sum, n), Jeffreys' posterior of a Poisson rate, after one reward of each arm."""

    name: ClassVar[str] = "thompson_poisson"
    example: ClassVar[Mapping[str, object]] = {"policy": "thompson_poisson"}
    parameters: ClassVar[Mapping[str, Parameter]] = SumsPolicy.parameters

    def check_reward(self, reward: Reward) -> None:
        super().check_reward(reward)
        if not 0 <= reward.value <= LARGEST_COUNT:
            raise PolicyError.wrong("reward.value", f"a number from 0 to {LARGEST_COUNT:g}", reward.value)

    def posterior(self, sums: ArmSums, pooled: float) -> Posterior | None:
        return (0.5 + max(float(sums.total), 0.0), sums.n) if sums.n > 0 else None

    def best(self, posteriors: Sequence[Posterior]) -> tuple[list[float], float]:
        return best_gamma(posteriors)


def best_gamma(posteriors: Sequence[Posterior]) -> tuple[list[float], float]:
    """Which Gamma(shape, rate), shape at least 1/2, is the largest; in the root, where the densities are smooth."""
    import numpy as np
    from scipy.special import gammainc, gammaincinv, gammaln

    shape, rate = (column[:, None] for column in np.array(posteriors, dtype=float).T)
    rate = rate / float((rate / shape).min())  # in units of the largest mean
    shape_term = np.log(2.0) + shape * np.log(rate) - gammaln(shape)

    def cumulative(roots: "Array") -> "Array":
        below: Array = gammainc(shape, rate * roots**2)
        return below

    def density(roots: "Array") -> "Array":
        dense: Array = np.exp(shape_term + (2 * shape - 1) * np.log(roots) - rate * roots**2)
        return dense

    return chances_to_be_best(np.sqrt(gammaincinv(shape, np.array(LEVELS)) / rate), cumulative, density)
