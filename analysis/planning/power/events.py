"""Counts, durations and correlations."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, exp, log1p, sqrt
from typing import ClassVar

from analysis.planning.declared import number
from analysis.planning.power.design import Design, needs_units


@dataclass(frozen=True)
class Rates(Design):
    """Counts of events: the logarithm of the ratio of two rates, counts as varied as a negative binomial.

    Zhu and Lakkis (2014), Statistics in Medicine 33, with the variance of the alternative. dispersion 0: Poisson.
    """

    kind: ClassVar[str] = "rates"
    title: ClassVar[str] = "Two rates of events"
    effect_words: ClassVar[str] = "relative change of the rate (0.2: a fifth more, -0.2: a fifth less)"
    source: ClassVar[str] = "Zhu and Lakkis (2014), Statistics in Medicine 33"
    smallest: ClassVar[float] = 1.0

    rate: float = number(1.0, "Events of a unit of time under control", 1e-9, 1e9)
    exposure: float = number(1.0, "Time for which each unit is watched", 1e-9, 1e9)
    dispersion: float = number(0.0, "Dispersion (variance = mean + dispersion x mean squared)", 0, 1e3)

    @property
    def deepest(self) -> float:
        return 1 - 1e-9

    def power(self, n: float, effect: float) -> float:
        needs_units(n, 1)
        if effect <= -1:
            raise ValueError(f"effect must be above -1, the rate cannot fall to nothing or below, not {effect:g}.")
        mean = self.rate * self.exposure
        variance = 1 / mean + 1 / (mean * (1 + effect)) + 2 * self.dispersion
        return self.normal_power(abs(log1p(effect)) * sqrt(n / variance))


@dataclass(frozen=True)
class Durations(Design):
    """Time until something happens: the log-rank test, by the number of events (Schoenfeld 1981)."""

    kind: ClassVar[str] = "durations"
    title: ClassVar[str] = "Two durations (log-rank test)"
    effect_words: ClassVar[str] = "relative change of the hazard (-0.3: it happens three tenths less often)"
    source: ClassVar[str] = "Schoenfeld (1981), Biometrika 68"
    smallest: ClassVar[float] = 1.0

    events: float = number(0.5, "Share of the units under control to whom it happens while they are watched", 1e-6, 1)

    @property
    def deepest(self) -> float:
        return 1 - 1e-9

    def power(self, n: float, effect: float) -> float:
        needs_units(n, 1)
        if effect <= -1:
            raise ValueError(f"effect must be above -1, the hazard cannot fall to nothing or below, not {effect:g}.")
        treated = 1 - exp(log1p(-self.events) * (1 + effect)) if self.events < 1 else 1.0
        return self.normal_power(abs(log1p(effect)) * sqrt(n * (self.events + treated) / 4))


@dataclass(frozen=True)
class Correlation(Design):
    """One group and two measures: Fisher's z. n: all units."""

    kind: ClassVar[str] = "correlation"
    title: ClassVar[str] = "A correlation"
    effect_words: ClassVar[str] = "correlation (0.1 small, 0.3, 0.5 large)"
    source: ClassVar[str] = "Fisher (1921); Cohen (1988), ch. 3"
    smallest: ClassVar[float] = 4.0

    @property
    def arms(self) -> float:
        return 1.0

    @property
    def largest(self) -> float:
        return 1 - 1e-9

    @property
    def deepest(self) -> float:
        return self.largest

    def power(self, n: float, effect: float) -> float:
        needs_units(n, 4)
        if not -1 < effect < 1:
            raise ValueError(f"effect must be a correlation between -1 and 1, not {effect:g}.")
        bias = effect / (2 * (n - 1))
        return self.normal_power(abs(atanh(effect) + bias) * sqrt(n - 3))
