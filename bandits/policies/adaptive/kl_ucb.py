"""Optimism measured by the Bernoulli divergence."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import ClassVar

from bandits.policies.adaptive.divergence import largest_within
from bandits.policies.adaptive.index import IndexPolicy
from bandits.policies.adaptive.state import ArmSums
from bandits.policies.parameters import Parameter, Real


@dataclass(frozen=True)
class KlUcb(IndexPolicy):
    """The largest q with n kl(mean, q) <= log t + c log log t: Garivier and Cappe (2011).

    >>> round(KlUcb().index(ArmSums(10, 5, 5), t=100, k=2), 6)
    0.887909
    """

    name: ClassVar[str] = "kl_ucb"
    example: ClassVar[Mapping[str, object]] = {"policy": "kl_ucb", "c": 0}
    parameters: ClassVar[Mapping[str, Parameter]] = {**IndexPolicy.parameters, "c": Real(0, 10)}

    c: float = 0.0

    def index(self, sums: ArmSums, *, t: float, k: int) -> float:
        n, mean = self.scaled(sums)
        steps = log(max(t, 1))
        return largest_within(mean, (steps + self.c * log(max(steps, 1))) / n)


@dataclass(frozen=True)
class KlUcbPlus(IndexPolicy):
    """KL-UCB with log(t / n) in the place of log t: less exploring, and better in practice."""

    name: ClassVar[str] = "kl_ucb_plus"
    example: ClassVar[Mapping[str, object]] = {"policy": "kl_ucb_plus"}

    def index(self, sums: ArmSums, *, t: float, k: int) -> float:
        n, mean = self.scaled(sums)
        return largest_within(mean, max(log(t / n), 0.0) / n)
