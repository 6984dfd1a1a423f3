"""UCB1 with the observed variance."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt
from typing import ClassVar

from bandits.policies.adaptive.index import IndexPolicy
from bandits.policies.adaptive.state import ArmSums


@dataclass(frozen=True)
class Ucb1Tuned(IndexPolicy):
    """mean + sqrt(log t / n x min(1/4, variance + sqrt(2 log t / n))): Auer, Cesa-Bianchi and Fischer (2002).

    >>> round(Ucb1Tuned().index(ArmSums(10, 5, 5), t=100, k=2), 6)
    0.839307
    """

    name: ClassVar[str] = "ucb1_tuned"
    example: ClassVar[Mapping[str, object]] = {"policy": "ucb1_tuned"}

    def index(self, sums: ArmSums, *, t: float, k: int) -> float:
        n, mean = self.scaled(sums)
        rate = log(max(t, 1)) / n
        return mean + sqrt(rate * min(0.25, self.deviation(sums) + sqrt(2 * rate)))
