"""Every two groups held against each other, with intervals that hold together.

Tukey (1953) and Kramer (1956) with one common spread; Games and Howell (1976) without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import sqrt

from analysis.statistics.anova.one_way import CONSTANT
from analysis.statistics.estimates.arms import welch_degrees
from analysis.statistics.estimates.means import arm_of
from analysis.statistics.estimates.referring import bare
from analysis.statistics.moments import Moments
from analysis.statistics.words import Estimate, NoAnswer


@dataclass(frozen=True, slots=True)
class Pair:
    """second minus first, by name; p_value and interval are adjusted for all pairs."""

    first: str
    second: str
    estimate: Estimate


def tukey(groups: Mapping[str, Moments], *, level: float = 0.05) -> tuple[Pair, ...]:
    """Exact for normal values of one spread and groups of one size; else rather too long. NoAnswer as of `one_way`."""
    _enough(groups, 1)
    n, k = sum(group.n for group in groups.values()), len(groups)
    if n <= k or not any(group.varies() for group in groups.values()):
        raise NoAnswer(CONSTANT)
    common = sum(float(group.scatter[0, 0]) for group in groups.values()) / (n - k)

    def pair(first: Moments, second: Moments) -> Estimate:
        error = sqrt(common * (1 / first.n + 1 / second.n))
        return _studentised(_bare(first, second, level, "tukey"), error, k, n - k)

    return _all(groups, pair)


def games_howell(groups: Mapping[str, Moments], *, level: float = 0.05) -> tuple[Pair, ...]:
    """The same where spreads differ: holds nearly, with six units or more in each group."""
    _enough(groups, 2)
    if not all(group.varies() for group in groups.values()):
        raise NoAnswer("In a group all values are the same, so its spread is not known.")

    def pair(first: Moments, second: Moments) -> Estimate:
        arms = arm_of(first), arm_of(second)
        error = sqrt(sum(arm.squared_error for arm in arms))
        return _studentised(_bare(first, second, level, "games-howell"), error, len(groups), welch_degrees(*arms))

    return _all(groups, pair)


def _studentised(found: Estimate, error: float, k: int, degrees: float) -> Estimate:
    from scipy.stats import studentized_range

    half = float(studentized_range.isf(found.level, k, degrees)) * error / sqrt(2)
    p_value = float(studentized_range.sf(abs(found.value) / error * sqrt(2), k, degrees))
    found = replace(found, low=found.value - half, high=found.value + half, standard_error=error, degrees=degrees)
    return replace(found, p_value=min(max(p_value, 0.0), 1.0))


def _bare(first: Moments, second: Moments, level: float, method: str) -> Estimate:
    return bare(second.mean[0] - first.mean[0], first.n + second.n, level, method)


def _all(groups: Mapping[str, Moments], pair: Callable[[Moments, Moments], Estimate]) -> tuple[Pair, ...]:
    return tuple(Pair(a, b, pair(groups[a], groups[b])) for a, b in combinations(groups, 2))


def _enough(groups: Mapping[str, Moments], least: int) -> None:
    if len(groups) < 2:
        raise NoAnswer("One group alone has nothing to be compared with.")
    if min(group.n for group in groups.values()) < least:
        raise NoAnswer(f"A group has fewer than {least} units: leave it out, and say so.")
