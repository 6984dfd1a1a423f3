"""Capping extreme values, as declared beforehand: at both tails, with caps from all arms together, and printed.

Winsor's idea, Tukey (1962). What is estimated is then the mean of capped values, and the reader is told so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.moments import Array
from analysis.statistics.words import NoAnswer


@dataclass(frozen=True, slots=True)
class Caps:
    """low, high: values outside are set to them; -inf or inf where that tail is left alone."""

    low: float
    high: float
    capped_below: int = 0
    capped_above: int = 0
    n: int = 0

    @property
    def method(self) -> str:
        """Its key of the methods page: said beside that of the estimate."""
        return "winsorised"

    @property
    def sentence(self) -> str:
        """What was done, for the report."""
        sides = []
        if isfinite(self.low):
            sides.append(f"{self.capped_below} below {self.low:g}")
        if isfinite(self.high):
            sides.append(f"{self.capped_above} above {self.high:g}")
        return f"Of {self.n} values, {' and '.join(sides)} were set to that cap." if sides else "No value was capped."


def caps(arms: Sequence[ArrayLike], *, lower: float = 0.0, upper: float = 1.0, ignore_zeros: bool = False) -> Caps:
    """Caps at these fractions of the values of all arms together; 0 and 1 leave a tail alone.

    ignore_zeros: fractions of the values that are not 0 (most people buy nothing: a cap of 0 would erase everybody).
    NoAnswer if the caps would make all values the same, or there are none. ValueError unless 0 <= lower < upper <= 1.
    """
    if not 0 <= lower < upper <= 1:
        raise ValueError(f"lower and upper must be fractions, lower below upper, not {lower} and {upper}.")
    together = np.concatenate([np.asarray(arm, dtype=float).ravel() for arm in arms])
    counted = together[together != 0] if ignore_zeros else together
    if not len(counted) or not np.isfinite(counted).all():
        raise NoAnswer("There are no values to find caps from, or one is missing or infinite.")
    low = float(np.quantile(counted, lower)) if lower > 0 else -inf
    high = float(np.quantile(counted, upper)) if upper < 1 else inf
    if ignore_zeros:
        low, high = min(low, 0.0), max(high, 0.0)
    if low >= high:
        raise NoAnswer(f"Caps at these fractions are both {low:g}: all values would be the same. Cap fewer.")
    return Caps(low, high)


def winsorised_ratio(
    arms: Sequence[tuple[ArrayLike, ArrayLike]], *, lower: float = 0.0, upper: float = 1.0
) -> tuple[list[tuple[Array, Array]], Caps, Caps]:
    """Numerators and denominators of the same units, each capped at these fractions of all units with a denominator.

    Capping the two over different units can turn the sign of a difference. Answers with the caps of both parts.
    ValueError if an arm's two parts differ in length.
    """
    parts = [(np.asarray(above, dtype=float).ravel(), np.asarray(below, dtype=float).ravel()) for above, below in arms]
    if any(len(above) != len(below) for above, below in parts):
        raise ValueError("numerators and denominators must be of the same units, one of each.")
    counted = [(above[below != 0], below[below != 0]) for above, below in parts]
    at = [caps([pair[place] for pair in counted], lower=lower, upper=upper) for place in (0, 1)]
    above, told_above = winsorised([pair[0] for pair in parts], at[0])
    below, told_below = winsorised([pair[1] for pair in parts], at[1])
    return list(zip(above, below, strict=True)), told_above, told_below


def winsorised(arms: Sequence[ArrayLike], at: Caps) -> tuple[list[Array], Caps]:
    """The arms with values capped, and the caps with how many they touched."""
    given = [np.asarray(arm, dtype=float).ravel() for arm in arms]
    together = np.concatenate(given)
    below, above = int((together < at.low).sum()), int((together > at.high).sum())
    return [np.clip(arm, at.low, at.high) for arm in given], Caps(at.low, at.high, below, above, len(together))
