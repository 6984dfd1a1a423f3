"""MOSS with the Bernoulli divergence, without a horizon."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import ClassVar

from bandits.policies.adaptive.divergence import largest_within
from bandits.policies.adaptive.index import IndexPolicy
from bandits.policies.adaptive.state import ArmSums
from bandits.policies.parameters import Optional, Parameter, Whole


@dataclass(frozen=True)
class KlMoss(IndexPolicy):
    """The largest q with n kl(mean, q) <= log+(T / (K n)): Menard and Garivier (2017).

    T is the horizon, or the pulls so far. Without a horizon it had the lowest regret of all in our comparison
    (docs/performance.md).
    """

    name: ClassVar[str] = "kl_moss"
    example: ClassVar[Mapping[str, object]] = {"policy": "kl_moss"}
    parameters: ClassVar[Mapping[str, Parameter]] = {**IndexPolicy.parameters, "horizon": Optional(Whole(1, 10**12))}

    horizon: int | None = None

    def index(self, sums: ArmSums, *, t: float, k: int) -> float:
        n, mean = self.scaled(sums)
        return largest_within(mean, max(log((self.horizon or t) / (k * n)), 0.0) / n)
