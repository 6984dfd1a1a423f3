"""Best arm with a fixed number of pulls: the worse half is dropped after each round."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from analysis.statistics.adaptive.rounds import sequential_halving
from bandits.policies.adaptive.elimination import Elimination


@dataclass(frozen=True)
class SequentialHalving(Elimination):
    """log2 K rounds of equal length, half of the arms stay: Karnin, Koren and Somekh (2013), with all rewards kept.

    >>> SequentialHalving(horizon=240).rounds(4)
    [(30, 2), (90, 1)]
    """

    name: ClassVar[str] = "sequential_halving"
    example: ClassVar[Mapping[str, object]] = {"policy": "sequential_halving", "horizon": 1_000}

    def rounds(self, k: int) -> list[tuple[int, int]]:
        return sequential_halving(self.horizon, k)
