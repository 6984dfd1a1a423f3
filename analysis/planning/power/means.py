"""Means: two arms, pairs, and whether one is not worse, or as good as the same."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

from analysis.planning.declared import number
from analysis.planning.power.design import Design, needs_units


@dataclass(frozen=True)
class TwoMeans(Design):
    """Two arms and a t test; with standard deviations that differ, Welch's. Non-central t, exact if they are equal."""

    kind: ClassVar[str] = "means"
    title: ClassVar[str] = "Two means"
    effect_words: ClassVar[str] = "difference of the means, in the measure's own unit"
    source: ClassVar[str] = "Cohen (1988), ch. 2; Harrison and Brady (2004) for unequal variances"

    sd: float = number(1.0, "Standard deviation", 1e-9, 1e12)
    sd_treatment: float = number(0.0, "Standard deviation under treatment (0: the same)", 0, 1e12)
    ratio: float = number(1.0, "Units under treatment for one under control", 0.01, 100)

    @property
    def arms(self) -> float:
        return 1 + self.ratio

    def power(self, n: float, effect: float) -> float:
        needs_units(n, 2)
        control, treatment = self.sd**2 / n, (self.sd_treatment or self.sd) ** 2 / (n * self.ratio)
        if self.sd_treatment and self.sd_treatment != self.sd:
            freedom = (control + treatment) ** 2 / (
                control**2 / max(n - 1, 1) + treatment**2 / max(n * self.ratio - 1, 1)
            )
        else:
            freedom = max(n * (1 + self.ratio) - 2, 1)
        return self.student_power(abs(effect) / sqrt(control + treatment), freedom)


@dataclass(frozen=True)
class PairedMeans(Design):
    """Everybody under both conditions: a t test of the differences within people. n: people."""

    kind: ClassVar[str] = "paired"
    title: ClassVar[str] = "Two conditions within each person"
    effect_words: ClassVar[str] = "mean difference within people, in the measure's own unit"
    source: ClassVar[str] = "Cohen (1988), ch. 2"

    sd: float = number(1.0, "Standard deviation between people", 1e-9, 1e12)
    correlation: float = number(0.5, "Correlation of the two conditions", -0.999, 0.999)

    @property
    def arms(self) -> float:
        return 1.0

    def power(self, n: float, effect: float) -> float:
        needs_units(n, 2)
        spread = self.sd * sqrt(2 * (1 - self.correlation))
        return self.student_power(abs(effect) / spread * sqrt(n), n - 1)


@dataclass(frozen=True)
class NotWorse(Design):
    """Treatment is not worse than control by the margin: a one-sided t test of the shifted difference."""

    kind: ClassVar[str] = "not_worse"
    title: ClassVar[str] = "Not worse by more than a margin"
    effect_words: ClassVar[str] = "margin that must be ruled out"
    source: ClassVar[str] = "Julious (2004), Statistics in Medicine 23"

    sd: float = number(1.0, "Standard deviation", 1e-9, 1e12)
    truth: float = number(0.0, "How much better treatment truly is (below 0: worse)", -1e12, 1e12)
    ratio: float = number(1.0, "Units under treatment for one under control", 0.01, 100)
    sides: int = number(1, "Sides of the test", 1, 1, whole=True)

    @property
    def arms(self) -> float:
        return 1 + self.ratio

    def power(self, n: float, effect: float) -> float:
        needs_units(n, 2)
        error = self.sd * sqrt(1 / n + 1 / (n * self.ratio))
        return self.student_power((effect + self.truth) / error, max(n * (1 + self.ratio) - 2, 1))


@dataclass(frozen=True)
class TheSame(Design):
    """Two one-sided tests: the means differ by less than the margin either way.

    Exact given the estimated standard deviation, which is integrated out with 64 Gauss-Legendre nodes.
    """

    kind: ClassVar[str] = "the_same"
    title: ClassVar[str] = "The same, within a margin (equivalence)"
    effect_words: ClassVar[str] = "margin within which the means count as the same"
    source: ClassVar[str] = "Schuirmann (1987); Phillips (1990), J. Pharmacokin. Biopharm. 18"

    sd: float = number(1.0, "Standard deviation", 1e-9, 1e12)
    truth: float = number(0.0, "How much the means truly differ", -1e12, 1e12)
    sides: int = number(1, "Sides of each of the two tests", 1, 1, whole=True)

    def power(self, n: float, effect: float) -> float:
        import numpy as np
        from scipy.special import ndtr
        from scipy.stats import chi2, t

        needs_units(n, 2)
        if effect <= 0:
            return 0.0
        error, freedom = self.sd * sqrt(2 / n), 2 * n - 2
        beyond = float(t.isf(self.level, freedom))
        nodes, weights = np.polynomial.legendre.leggauss(64)
        shares = (1 + nodes) / 2
        estimated = np.sqrt(chi2.ppf(shares, freedom) / freedom)
        room = np.maximum(effect / error - beyond * estimated, 0.0)
        shift = self.truth / error
        return float(np.clip(ndtr(room - shift) - ndtr(-room - shift), 0, 1) @ weights / 2)
