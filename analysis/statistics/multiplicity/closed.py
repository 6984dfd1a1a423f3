"""Closed testing: how many of any set that somebody picks, before or after seeing the answers, are real at least.

Simes' test of every intersection; the short cut of Goeman, Meijer, Krebs and Solari (2019), Biometrika 106, of Goeman
and Solari (2011), Statistical Science 26. Holds for all sets at once, where answers go together (as Simes' test does).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.multiplicity.adjusting import Array, checked


@dataclass(frozen=True, slots=True)
class Closed:
    """All p-values of a family, and the level. most_null: the size of the largest set that is not refuted."""

    p: Array
    level: float
    most_null: int

    def discoveries(self, chosen: Sequence[int]) -> int:
        """At least so many of the chosen are real. With chance 1 - level right of every set at once.

        ValueError for a place outside the family, or one twice.
        """
        places = list(chosen)
        if len(set(places)) != len(places) or any(not 0 <= each < len(self.p) for each in places):
            raise ValueError(f"chosen must be different places from 0 to {len(self.p) - 1}, not {places}.")
        if not places:
            return 0
        at = np.ceil(self.most_null * np.sort(self.p[places]) / self.level - 1e-12)
        reached = np.searchsorted(np.sort(at), np.arange(1, len(places) + 1), side="right")
        return max(0, int((1 - np.arange(1, len(places) + 1) + reached).max()))

    def false_share(self, chosen: Sequence[int]) -> float:
        """At most that part of the chosen is not real; 0 of none."""
        return 1 - self.discoveries(chosen) / len(chosen) if len(chosen) else 0.0


def closed(p_values: ArrayLike, *, level: float) -> Closed:
    """Ready to be asked of any set.

    >>> closed([0.001, 0.004, 0.03, 0.6], level=0.05).discoveries([0, 1, 2])
    2
    """
    p = checked(p_values)
    return Closed(p, level, _most_null(np.sort(p), level))


def _most_null(p: Array, level: float) -> int:
    """The largest i for which the i largest p-values pass Simes' test: i p_(m-i+j) > j level for every j."""
    m = len(p)
    for size in range(m, 0, -1):
        if (size * p[m - size :] > np.arange(1, size + 1) * level).all():
            return size
    return 0
