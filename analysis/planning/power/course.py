"""A study that is looked at whenever somebody likes: by which number of units it has found its effect."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from analysis.planning.power.crossing import first_crossings
from analysis.planning.power.design import Design
from analysis.planning.power.groups import OfVariance
from analysis.planning.power.solving import units
from analysis.statistics.sequential.asymptotics import ENOUGH, TUNING_N, Sequence
from analysis.statistics.words import NoAnswer

Array = NDArray[np.float64]
LOOKS = 100
FEW_LOOKS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """sizes: units under control, rising. chances: that the effect was found by then. Both of shape (looks,)."""

    sizes: Array
    chances: Array

    def power(self, n: float) -> float:
        """The chance that it is found by n units under control."""
        return float(np.interp(n, self.sizes, self.chances, left=0.0))

    def expected(self, n: float) -> float:
        """Units under control when such a study ends, on average: at n, or where it found the effect before."""
        sizes = np.append(self.sizes[self.sizes < n], n)
        reached = np.array([self.power(size) for size in sizes])
        before = np.diff(np.concatenate([[0.0], reached]))
        return float(before @ sizes + (1 - reached[-1]) * n)

    def units(self, power: float) -> float | None:
        """The fewest units that give that power; None if none that was tried does."""
        place = int(np.searchsorted(self.chances, power - 1e-12))
        if place == len(self.sizes):
            return None
        if not place:
            return float(self.sizes[0])
        (low, high), (less, more) = self.sizes[place - 1 : place + 1], self.chances[place - 1 : place + 1]
        return float(low + (high - low) * (power - less) / (more - less))


@lru_cache(maxsize=128)
def asymptotic_course(design: Design, effect: float, looks: int = LOOKS) -> Course:
    """Of the asymptotic sequence as results have it: narrowest at a thousand units, silent before thirty in an arm.

    A hundred looks at steps that grow; between them nobody looks, which understates the power by a point or two.
    NoAnswer where no number of units finds the effect, or several groups are tested at once.
    """
    if isinstance(design, OfVariance):
        raise NoAnswer(
            "Several groups are tested together at one look only. Who looks at any time compares them by pairs: plan "
            "`means` (or `paired`) at the level divided by the number of pairs."
        )
    once, z = units(design, effect, 0.8), float(-ndtri(design.level / design.sides))
    rate = (z + float(ndtri(0.8))) / sqrt(once)
    sizes = np.geomspace(first := _first(design), max(12 * once, 2 * first), looks)
    sequence = Sequence(design.level, TUNING_N, "two-sided" if design.sides == 2 else "greater")
    bounds = np.array([sequence.spread(_even(design, float(n))) for n in sizes])
    up, down = first_crossings(sizes / sizes[-1], bounds, rate * sqrt(float(sizes[-1])))
    found = np.cumsum(up + down if design.sides == 2 else up)
    return Course(sizes, np.clip(found, 0, 1))


def _first(design: Design) -> float:
    """Units under control before anything is claimed."""
    ratio = _ratio(design)
    return float(ceil(ENOUGH * max(ratio, 1 / ratio) ** 0.5 / min(ratio, 1.0)))


def _even(design: Design, n: float) -> float:
    """The units of two even arms that tell as much."""
    if design.arms == 1:
        return n
    ratio = _ratio(design)
    return 4 * n * ratio / (1 + ratio)


def _ratio(design: Design) -> float:
    return float(getattr(design, "ratio", 1.0))
