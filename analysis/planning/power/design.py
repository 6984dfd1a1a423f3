"""What all designs of a study share: a test of a level, and its power with n units at an effect."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import ClassVar

from scipy.special import ndtr, ndtri

from analysis.planning.declared import Declared, number

MOST_UNITS = 1e9


@dataclass(frozen=True)
class Design(Declared):
    """One kind of study. level: the error allowed; sides: 2, or 1 where only one direction is of interest.

    n is everywhere the number of analysed units in one arm (the first, where they differ), and may be a fraction
    while a root is sought. effect_words: what ``effect`` is of this design. A one-sided test looks in its direction.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    effect_words: ClassVar[str]
    source: ClassVar[str]
    smallest: ClassVar[float] = 2.0

    level: float = number(0.05, "Error allowed", 1e-9, 0.5)
    sides: int = number(2, "Sides of the test", 1, 2, whole=True)

    @property
    def arms(self) -> float:
        """How many times n the whole study has."""
        return 2.0

    @property
    def largest(self) -> float:
        """The end of the range of effects."""
        return 1e6

    @property
    def deepest(self) -> float:
        """The same below 0, as a positive number."""
        return 1e6

    def power(self, n: float, effect: float) -> float:
        """The chance to find the effect, if it is that large. In [0, 1]; ValueError for an effect that cannot be."""
        raise NotImplementedError

    @property
    def critical(self) -> float:
        """The z value beyond which the test rejects, positive."""
        return float(-ndtri(self.level / self.sides))

    def normal_power(self, shift: float, *, widened: float = 1.0) -> float:
        """P(|Z + shift| beyond the critical value). widened: of the error of the null over that of the alternative.

        One-sided: P(Z + shift above it).
        """
        z = self.critical * widened
        upper = float(ndtr(shift - z))
        return upper + float(ndtr(-shift - z)) if self.sides == 2 else upper

    def student_power(self, shift: float, freedom: float) -> float:
        """The same of a t test: non-central t. Where SciPy's is no number (huge freedom), the normal one."""
        from scipy.stats import nct, t

        beyond = float(t.isf(self.level / self.sides, freedom))
        found = float(nct.sf(beyond, freedom, shift))
        if self.sides == 2:
            found += float(nct.cdf(-beyond, freedom, shift))
        return min(max(found, 0.0), 1.0) if isfinite(found) else self.normal_power(shift)


def shared(n: float, ratio: float) -> float:
    """The units of each of two equal arms that tell as much as n and ratio * n."""
    return 2 * n * ratio / (1 + ratio)


def root(value: float) -> float:
    """Its square root; 0 below 0."""
    return sqrt(max(value, 0.0))


def needs_units(n: float, least: float) -> None:
    """ValueError with too few of them."""
    if not least <= n <= MOST_UNITS * 10:
        raise ValueError(f"n must be from {least:g} to {MOST_UNITS * 10:g} units in an arm, not {n:g}.")
