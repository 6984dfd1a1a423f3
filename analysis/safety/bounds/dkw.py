"""Anderson's bound (1969) by the inequality of Dvoretzky, Kiefer and Wolfowitz: for means, CVaR and other risks.

With probability 1 - delta the true distribution function nowhere lies further than sqrt(log(1 / delta) / 2n) below the
one seen (Massart, 1990: one side, delta <= 1/2). The worst distribution within gives the bound of every risk measure;
for CVaR it is that of Thomas and Learned-Miller (2019), Theorems 3 and 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.safety.bounds.hoeffding import Hoeffding, hoeffding_width
from analysis.safety.bounds.one_sided import BOUNDS, FEWEST, mirrored
from analysis.safety.terms import Array, Evidence, Prediction, Risk
from experiments.types import JsonObject

MOST_DELTA = 0.5


def _worst(values: Array, margin: float, span: tuple[float, float], risk: Risk | None) -> tuple[float, Array]:
    """The risk under the worst distribution of the band, and its derivative by every value."""
    order = np.argsort(values, kind="stable")
    heights = np.minimum(1 - np.arange(len(values) + 1) / len(values) + margin, 1.0)
    heights = heights if risk is None else risk.weight(heights)
    edges = np.concatenate([[span[0]], values[order], [span[1]]])
    slopes = np.empty(len(values))
    slopes[order] = -np.diff(heights)
    return span[0] + float(np.diff(edges) @ heights), slopes


@BOUNDS.register
@dataclass(frozen=True)
class Dkw(Hoeffding):
    """Anderson's bound by Dvoretzky, Kiefer and Wolfowitz. For CVaR and other risks; no worse than Hoeffding."""

    name: ClassVar[str] = "dkw"
    example: ClassVar[JsonObject] = {"type": "dkw"}
    takes_risk: ClassVar[bool] = True

    def above(self, evidence: Evidence, *, delta: float) -> float:
        if delta > MOST_DELTA:
            return math.inf
        span = evidence.low, evidence.high
        return _worst(evidence.values, hoeffding_width(len(evidence.values), delta=delta), span, evidence.risk)[0]

    def foresee(self, evidence: Evidence, *, side: str, delta: float, size: int, inflation: float) -> Prediction:
        """Exact, not by moments: the band of `size` values around those seen, `inflation` times as wide."""
        evidence = evidence.side(side)
        sign = 1.0 if side == "upper" else -1.0
        seen = evidence if side == "upper" else mirrored(evidence)
        if min(len(seen.values), size) < FEWEST or delta > MOST_DELTA or not self.bounds_above(seen):
            return Prediction(sign * math.inf, np.zeros(len(seen.values)))
        margin = inflation * hoeffding_width(size, delta=delta)
        bound, slopes = _worst(seen.values, margin, (seen.low, seen.high), seen.risk)
        return Prediction(sign * bound, slopes)
