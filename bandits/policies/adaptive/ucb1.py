"""The optimistic index of Auer, Cesa-Bianchi and Fischer."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt
from typing import ClassVar

from bandits.policies.adaptive.index import IndexPolicy
from bandits.policies.adaptive.state import ArmSums
from bandits.policies.parameters import Parameter, Real


@dataclass(frozen=True)
class Ucb1(IndexPolicy):
    """mean + alpha x sqrt(2 log t / n) (Auer, Cesa-Bianchi and Fischer 2002); alpha = 1 is the textbook.

    >>> round(Ucb1().index(ArmSums(10, 5, 5), t=100, k=2), 6)
    1.459705
    """

    name: ClassVar[str] = "ucb1"
    example: ClassVar[Mapping[str, object]] = {"policy": "ucb1", "alpha": 0.25}
    parameters: ClassVar[Mapping[str, Parameter]] = {**IndexPolicy.parameters, "alpha": Real(0, 100)}

    alpha: float = 1.0

    def index(self, sums: ArmSums, *, t: float, k: int) -> float:
        n, mean = self.scaled(sums)
        return mean + self.alpha * sqrt(2 * log(max(t, 1)) / n)
