"""Do the means of several groups differ? Fisher's F with one common spread, Welch's without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer, Tested, Validity

CONSTANT = "All values are the same within each group: nothing says how sure their differences are."


@dataclass(frozen=True, slots=True)
class Split:
    """Sums of squares between and within groups."""

    between: float
    within: float


def one_way(groups: Sequence[Moments]) -> Tested:
    """Exact if values are normal with the same spread in every group. Fisher (1925).

    NoAnswer with fewer than two groups, an empty one, no more units than groups, or no spread within them.
    """
    _filled(groups, 1)
    n, k = sum(group.n for group in groups), len(groups)
    if n <= k:
        raise NoAnswer("One unit in each group says nothing about how much units vary.")
    parts = split(groups)
    if not any(group.varies() for group in groups):
        raise NoAnswer(CONSTANT)
    f = parts.between / (k - 1) / (parts.within / (n - k))
    return f_tested(f, (k - 1, n - k), n, "anova")


def welch_anova(groups: Sequence[Moments]) -> Tested:
    """The same without one common spread. Welch (1951), Biometrika 38.

    NoAnswer also where a group has fewer than two units, or no spread.
    """
    _filled(groups, 2)
    if not all(group.varies() for group in groups):
        raise NoAnswer("In a group all values are the same, so Welch's test would trust it without end.")
    k = len(groups)
    n = np.array([group.n for group in groups], dtype=float)
    means = np.array([float(group.mean[0]) for group in groups])
    weights = n / np.array([group.variance for group in groups])
    shares = weights / weights.sum()
    centred = means - float(shares @ means)
    between = float((weights * centred**2).sum()) / (k - 1)
    slack = float(((1 - shares) ** 2 / (n - 1)).sum())
    f = between / (1 + 2 * (k - 2) / (k * k - 1) * slack)
    return f_tested(f, (k - 1, (k * k - 1) / (3 * slack)), int(n.sum()), "welch-anova")


def split(groups: Sequence[Moments]) -> Split:
    """Sums of squares of the first variable."""
    n = sum(group.n for group in groups)
    grand = sum(group.n * float(group.mean[0]) for group in groups) / n
    between = sum(group.n * (float(group.mean[0]) - grand) ** 2 for group in groups)
    return Split(between, sum(float(group.scatter[0, 0]) for group in groups))


def f_tested(f: float, degrees: tuple[float, float], n: int, method: str) -> Tested:
    """F with its tail, exact far out. Validity: fixed, for normal values."""
    from scipy import special

    above, below = (float(each) for each in degrees)
    p_value = float(special.fdtrc(above, below, max(f, 0.0)))
    return Tested("F", max(f, 0.0), p_value, n, method, Validity.FIXED, degrees=(above, below))


def _filled(groups: Sequence[Moments], least: int) -> None:
    if len(groups) < 2:
        raise NoAnswer("One group alone has nothing to be compared with.")
    fewest = min(group.n for group in groups)
    if fewest < least:
        raise NoAnswer(f"A group has {fewest or 'no'} units; {least} are needed in each.")
