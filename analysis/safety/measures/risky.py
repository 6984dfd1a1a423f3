"""The worst of the values rather than their mean: a risk measure of what another measure makes of every row."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.safety.bounds.risks import CVaR, VaR
from analysis.safety.measures.errors import MeanAbsoluteError, MeanSquaredError
from analysis.safety.terms import Array, Evidence, Mask, Measure, Regime, Risk


@dataclass(frozen=True)
class Risky:
    """name: how constraints call it. of: whose values. risk: see `bounds.risks`; only `dkw` (and `auto`) bound it."""

    name: str
    of: Measure
    risk: Risk

    @property
    def regimes(self) -> frozenset[Regime]:
        return self.of.regimes

    @property
    def smooth(self) -> Measure | None:
        return self.of.smooth and Risky(self.name, self.of.smooth, self.risk)

    def subscripts(self, regime: Regime) -> int:
        return self.of.subscripts(regime)

    def like(self) -> Evidence:
        return replace(self.of.like(), risk=self.risk)

    def rows(self, labels: Array, indices: tuple[int, ...]) -> Mask | None:
        return self.of.rows(labels, indices)

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return self.of.values(outputs, labels, indices)

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return self.of.slopes(outputs, labels, indices)


TENTH = 0.1
RISKS: tuple[Risky, ...] = (
    Risky("CVaRSQE", MeanSquaredError(), CVaR(TENTH)),
    Risky("CVaR_Squared_Error", MeanSquaredError(), CVaR(TENTH)),
    Risky("CVaR_Absolute_Error", MeanAbsoluteError(), CVaR(TENTH)),
    Risky("VaR_Squared_Error", MeanSquaredError(), VaR(TENTH)),
    Risky("VaR_Absolute_Error", MeanAbsoluteError(), VaR(TENTH)),
)
"""CVaR: the mean of the largest tenth (`CVaRSQE` under the engine's name). VaR: what only a tenth exceeds."""
