"""The upper quantile of the posterior."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from bandits.policies.adaptive.index import IndexPolicy
from bandits.policies.adaptive.state import ArmSums
from bandits.policies.parameters import Parameter, Real


@dataclass(frozen=True)
class BayesUcb(IndexPolicy):
    """The quantile 1 - 1/t of the posterior, Beta(prior, prior) before: Kaufmann, Cappe and Garivier (2012)."""

    name: ClassVar[str] = "bayes_ucb"
    example: ClassVar[Mapping[str, object]] = {"policy": "bayes_ucb"}
    parameters: ClassVar[Mapping[str, Parameter]] = {**IndexPolicy.parameters, "prior": Real(0.5, 1_000)}

    prior: float = 0.5

    def index(self, sums: ArmSums, *, t: float, k: int) -> float:
        from scipy.special import betainccinv

        n, mean = self.scaled(sums)
        return float(betainccinv(n * mean + self.prior, n * (1 - mean) + self.prior, 1 / max(t, 2)))
