"""Thompson sampling for counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.statistics.bayes.largest import best_gamma
from bandits.policies.adaptive.memory import SumsPolicy
from bandits.policies.adaptive.state import ArmSums, Reward
from bandits.policies.adaptive.thompson import Posterior, Thompson
from bandits.policies.errors import PolicyError
from bandits.policies.parameters import Parameter

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
