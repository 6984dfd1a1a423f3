"""Two proportions, by the three formulas that fields use."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, sqrt
from typing import ClassVar

from analysis.planning.declared import number, word
from analysis.planning.power.design import Design, needs_units


@dataclass(frozen=True)
class TwoProportions(Design):
    """pooled: error under the null from both arms together (Fleiss). unpooled: from each arm. arcsine: Cohen's h."""

    kind: ClassVar[str] = "proportions"
    title: ClassVar[str] = "Two proportions"
    effect_words: ClassVar[str] = "difference of the proportions (0.02: two points of a hundred)"
    source: ClassVar[str] = "Fleiss, Levin and Paik (2003), ch. 4; Cohen (1988), ch. 6"

    base: float = number(0.5, "Proportion under control", 1e-9, 1 - 1e-9)
    ratio: float = number(1.0, "Units under treatment for one under control", 0.01, 100)
    method: str = word("pooled", "Formula", "pooled", "unpooled", "arcsine")

    @property
    def arms(self) -> float:
        return 1 + self.ratio

    @property
    def largest(self) -> float:
        return 1 - self.base

    @property
    def deepest(self) -> float:
        return self.base

    def power(self, n: float, effect: float) -> float:
        needs_units(n, 1)
        treated = self.base + effect
        if not 0 <= treated <= 1:
            raise ValueError(f"effect must keep the proportion {self.base:g} + effect in [0, 1], not {effect:g}.")
        if self.method == "arcsine":
            h = 2 * asin(sqrt(treated)) - 2 * asin(sqrt(self.base))
            return self.normal_power(abs(h) * sqrt(n * self.ratio / (1 + self.ratio)))
        error = self.error(treated)
        if self.method == "unpooled":
            return self.normal_power(abs(effect) * sqrt(n) / error)
        pooled = (self.base + self.ratio * treated) / (1 + self.ratio)
        under_null = sqrt(pooled * (1 - pooled) * (1 + 1 / self.ratio))
        return self.normal_power(abs(effect) * sqrt(n) / error, widened=under_null / error)

    def error(self, treated: float) -> float:
        """Of the difference, times the root of n."""
        return sqrt(self.base * (1 - self.base) + treated * (1 - treated) / self.ratio)
