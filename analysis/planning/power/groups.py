"""Several groups, several conditions within people, factors that cross."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import ClassVar

from analysis.planning.declared import number
from analysis.planning.power.design import Design, needs_units


@dataclass(frozen=True)
class OfVariance(Design):
    """What tests by F share. They have no direction, so their level is not divided."""

    sides: int = number(1, "Sides of the test", 1, 1, whole=True)

    @property
    def largest(self) -> float:
        return 100.0

    def variance_power(self, freedom: tuple[float, float], noncentral: float) -> float:
        """P(F beyond its critical value). Where SciPy's is no number, it is as good as certain."""
        from scipy.stats import f, ncf

        between, within = freedom[0], max(freedom[1], 1.0)
        if noncentral < 1e-12:  # SciPy's has no value there
            return self.level
        found = float(ncf.sf(f.isf(self.level, between, within), between, within, noncentral))
        return min(max(found, 0.0), 1.0) if isfinite(found) else 1.0


@dataclass(frozen=True)
class Groups(OfVariance):
    """One-way analysis of variance; with ``tested`` degrees of freedom, one effect of a factorial design.

    n: units in each group (cell).
    """

    kind: ClassVar[str] = "groups"
    title: ClassVar[str] = "Several groups (analysis of variance)"
    effect_words: ClassVar[str] = "Cohen's f: sd of the groups' means over the sd within (0.1 small, 0.25, 0.4 large)"
    source: ClassVar[str] = "Cohen (1988), ch. 8"

    groups: int = number(3, "Groups, or cells of the factorial design", 2, 1000, whole=True)
    tested: int = number(0, "Degrees of freedom of the effect (0: groups - 1)", 0, 1000, whole=True)

    @property
    def arms(self) -> float:
        return float(self.groups)

    def power(self, n: float, effect: float) -> float:
        needs_units(n, 1)
        total = n * self.groups
        return self.variance_power((self.tested or self.groups - 1, total - self.groups), effect**2 * total)


@dataclass(frozen=True)
class Conditions(OfVariance):
    """Several conditions within each person: repeated-measures analysis of variance. n: people.

    Faul, Erdfelder, Lang and Buchner (2007), Behavior Research Methods 39: f is that between groups of the same
    conditions, sharpened by 1 / (1 - correlation). sphericity: Box's epsilon, 1 if differences vary alike.
    """

    kind: ClassVar[str] = "conditions"
    title: ClassVar[str] = "Several conditions within each person"
    effect_words: ClassVar[str] = "Cohen's f: sd of the conditions' means over the sd of people within a condition"
    source: ClassVar[str] = "Faul et al. (2007), Behavior Research Methods 39"

    conditions: int = number(3, "Conditions", 2, 200, whole=True)
    correlation: float = number(0.5, "Correlation between conditions", -0.99, 0.999)
    sphericity: float = number(1.0, "Sphericity (Box's epsilon)", 0.05, 1)

    @property
    def arms(self) -> float:
        return 1.0

    def power(self, n: float, effect: float) -> float:
        needs_units(n, 2)
        tested, epsilon = (self.conditions - 1) * self.sphericity, self.sphericity
        noncentral = effect**2 * n * self.conditions / (1 - self.correlation) * epsilon
        return self.variance_power((tested, (n - 1) * (self.conditions - 1) * epsilon), noncentral)


@dataclass(frozen=True)
class Clusters(Design):
    """Whole clusters (classes, practices, days) are assigned: their units resemble each other.

    n: units in an arm, n / size clusters. t with 2 (clusters - 1) degrees of freedom and the design effect
    1 + ((1 + cv^2) size - 1) icc, cv that of the sizes: Eldridge, Ashby and Kerry (2006).
    """

    kind: ClassVar[str] = "clusters"
    title: ClassVar[str] = "Two arms of whole clusters"
    effect_words: ClassVar[str] = "difference of the means, in the measure's own unit"
    source: ClassVar[str] = "Donner and Klar (2000); Eldridge, Ashby and Kerry (2006), Int. J. Epidemiology 35"

    sd: float = number(1.0, "Standard deviation of all units", 1e-9, 1e12)
    size: float = number(10.0, "Units in a cluster", 1, 1e6)
    icc: float = number(0.05, "Correlation within clusters (ICC)", 0, 1)
    variation: float = number(0.0, "Coefficient of variation of the sizes", 0, 5)

    @property
    def inflation(self) -> float:
        """Units for one independent unit."""
        return 1 + ((1 + self.variation**2) * self.size - 1) * self.icc

    @property
    def least(self) -> float:
        """Two clusters in an arm."""
        return 2 * self.size

    def power(self, n: float, effect: float) -> float:
        needs_units(n, 2)
        clusters = n / self.size
        error = self.sd * sqrt(2 * max(self.inflation, 1 / self.size) / n)
        return self.student_power(abs(effect) / error, max(2 * (clusters - 1), 1))
