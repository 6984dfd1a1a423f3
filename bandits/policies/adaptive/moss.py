"""The minimax-optimal index of Audibert and Bubeck."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt
from typing import ClassVar

from bandits.policies.adaptive.index import IndexPolicy
from bandits.policies.adaptive.state import ArmSums
from bandits.policies.parameters import Optional, Parameter, Whole


@dataclass(frozen=True)
class Moss(IndexPolicy):
    """mean + sqrt(log+(T / (K n)) / n) (Audibert and Bubeck 2009); T is the horizon, or the pulls so far.

    >>> round(Moss(horizon=1000).index(ArmSums(50, 5, 5), t=60, k=10), 6)
    0.217741
    """

    name: ClassVar[str] = "moss"
    example: ClassVar[Mapping[str, object]] = {"policy": "moss"}
    parameters: ClassVar[Mapping[str, Parameter]] = {**IndexPolicy.parameters, "horizon": Optional(Whole(1, 10**12))}

    horizon: int | None = None

    def index(self, sums: ArmSums, *, t: float, k: int) -> float:
        n, mean = self.scaled(sums)
        return mean + sqrt(max(log((self.horizon or t) / (k * n)), 0.0) / n)
