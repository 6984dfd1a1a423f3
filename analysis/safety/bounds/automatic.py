"""The tightest exact bound for what is declared of the values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from analysis.safety.bounds.betting import Betting
from analysis.safety.bounds.clopper_pearson import ClopperPearson
from analysis.safety.bounds.dkw import Dkw
from analysis.safety.bounds.one_sided import BOUNDS, OneSided
from analysis.safety.bounds.ordered import Ordered
from analysis.safety.terms import Evidence, Foresight, Prediction
from experiments.types import JsonObject


@BOUNDS.register
@dataclass(frozen=True)
class Auto(Ordered):
    """The tightest exact bound: Clopper and Pearson for yes or no, Anderson for CVaR and other risks, else betting.

    It goes by what is declared, never by the values: a choice by the values would spend more than delta. Without a
    declared range there is no exact bound, and nothing passes.
    """

    name: ClassVar[str] = "auto"
    example: ClassVar[JsonObject] = {"type": "auto"}
    takes_risk: ClassVar[bool] = True

    def chosen(self, evidence: Evidence) -> OneSided:
        if evidence.risk is not None:
            return Dkw()
        return ClopperPearson() if evidence.binary else Betting(seed=self.seed)

    def refusal(self, evidence: Evidence) -> str | None:
        return self.chosen(evidence).refusal(evidence)

    def warning(self, evidence: Evidence) -> str | None:
        return self.chosen(evidence).warning(evidence)

    def bounds_above(self, evidence: Evidence) -> bool:
        return self.chosen(evidence).bounds_above(evidence)

    def above(self, evidence: Evidence, *, delta: float) -> float:
        return self.chosen(evidence).above(evidence, delta=delta)

    def foresee(self, evidence: Evidence, *, side: str, delta: float, size: int, inflation: float) -> Prediction:
        return self.chosen(evidence).foresee(evidence, side=side, delta=delta, size=size, inflation=inflation)

    def foresight_above(
        self, *, delta: float, sizes: tuple[int, int], inflation: float, span: tuple[float, float]
    ) -> Foresight:
        return Betting().foresight_above(delta=delta, sizes=sizes, inflation=inflation, span=span)
