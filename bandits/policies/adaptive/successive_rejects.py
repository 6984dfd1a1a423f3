"""Best arm with a fixed number of pulls: the worst arm is dropped after each round."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from analysis.statistics.adaptive.rounds import successive_rejects
from bandits.policies.adaptive.elimination import Elimination


@dataclass(frozen=True)
class SuccessiveRejects(Elimination):
    """K - 1 rounds: Audibert, Bubeck and Munos (2010).

    After round i each arm left has ceil((T - K) / (L (K + 1 - i))) pulls, L = 1/2 + sum of 1/j, j = 2..K.

    >>> SuccessiveRejects(horizon=100).rounds(3)
    [(25, 2), (37, 1)]
    """

    name: ClassVar[str] = "successive_rejects"
    example: ClassVar[Mapping[str, object]] = {"policy": "successive_rejects", "horizon": 1_000}

    def rounds(self, k: int) -> list[tuple[int, int]]:
        return successive_rejects(self.horizon, k)
