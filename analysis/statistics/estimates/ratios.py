"""Ratios of two sums over units (revenue per order, correct answers per trial): the unit is who was assigned.

Also several measurements of each unit: the mean over measurements is the ratio of units' sums to units' counts.
"""

from __future__ import annotations

from dataclasses import replace
from math import hypot, inf, isfinite, sqrt

from analysis.statistics.estimates.arms import Arm, contrast
from analysis.statistics.estimates.fieller import quotient
from analysis.statistics.estimates.referring import bare, critical, normal
from analysis.statistics.moments import Moments
from analysis.statistics.words import Estimate, NoAnswer, Validity

SURE = 6.0  # standard errors of a denominator from 0, from which the delta method is trusted


def ratio(moments: Moments, *, level: float = 0.05) -> Estimate:
    """Sum of the first variable over sum of the second, with the delta method's error.

    Fieller's interval where the denominator's mean is within six standard errors of 0. NoAnswer without units or
    with a denominator of 0. One unit, or no spread: the interval is open.

    >>> found = ratio(Moments.of([1.0, 2.0, 2.0, 4.0] * 3, [2.0, 4.0, 3.0, 5.0] * 3))
    >>> round(found.value, 3), round(found.standard_error or 0, 4)
    (0.643, 0.0437)
    """
    arm = ratio_arm(moments)
    found = bare(arm.value, arm.n, level, "ratio")
    if arm.n < 2 or not arm.variance:
        return found.remarked("Nothing varies between units, so nothing says how sure this ratio is.")
    if _sure(moments):
        return replace(normal(found, sqrt(arm.squared_error)), p_value=None)
    low, high = _fieller(moments, level)
    return replace(found, low=low, high=high, method="fieller", validity=Validity.APPROXIMATE)


def ratio_by_fieller(moments: Moments, *, level: float = 0.05) -> Estimate:
    """The same quotient with Fieller's interval whether or not the denominator is sure: Fieller (1954), JRSS B 16.

    NoAnswer without units or with a denominator of 0. One unit, or no spread: the interval is open.
    """
    arm = ratio_arm(moments)
    found = replace(bare(arm.value, arm.n, level, "fieller"), validity=Validity.APPROXIMATE)
    if arm.n < 2 or not arm.variance:
        return found.remarked("Nothing varies between units, so nothing says how sure this ratio is.")
    low, high = _fieller(moments, level)
    return replace(found, low=min(low, arm.value), high=max(high, arm.value))


def ratio_difference(control: Moments, treatment: Moments, *, level: float = 0.05, relative: bool = False) -> Estimate:
    """Treatment's ratio minus control's; each of moments (numerator, denominator) over units. Delta method, Welch's t.

    Where a denominator is unsure, the two Fieller intervals are combined (Zou and Donner, 2008), and nothing is tested.
    """
    method = "ratio-relative" if relative else "ratio-difference"
    found = contrast(ratio_arm(control), ratio_arm(treatment), level=level, relative=relative, method=method)
    found = replace(found, validity=Validity.APPROXIMATE)
    if min(control.n, treatment.n) < 2 or (_sure(control) and _sure(treatment)):
        return found
    return _unsure(found, control, treatment, relative=relative)


def ratio_arm(moments: Moments) -> Arm:
    """The ratio, and the spread of a unit's linearised part: Deng, Knoblich and Lu (2018)."""
    if not moments.n:
        raise NoAnswer("There are no units yet: there is no ratio.")
    above, below = (float(part) for part in moments.mean[:2])
    if not below:
        raise NoAnswer("The denominators add up to 0: there is no ratio.")
    value = above / below
    if moments.n < 2:
        return Arm(moments.n, value, 0.0)
    parts = moments.covariance[:2, :2] / below / below
    variance = float(parts[0, 0] - 2 * value * parts[0, 1] + value * value * parts[1, 1])
    scale = float(parts[0, 0] + value * value * parts[1, 1])
    return Arm(moments.n, value, variance if variance > 1e-14 * scale and scale > (1e-12 * value) ** 2 else 0.0)


def _sure(moments: Moments) -> bool:
    """Whether the denominator's mean is far enough from 0 to be divided by without more ado."""
    if moments.n < 2:
        return True
    return abs(float(moments.mean[1])) >= SURE * sqrt(float(moments.covariance[1, 1]) / moments.n)


def _fieller(moments: Moments, level: float) -> tuple[float, float]:
    errors = moments.covariance[:2, :2] / moments.n
    means = (float(moments.mean[0]), float(moments.mean[1]))
    parts = (float(errors[0, 0]), float(errors[1, 1]), float(errors[0, 1]))
    return quotient(*means, parts, critical(level, moments.n - 1))


def _unsure(found: Estimate, control: Moments, treatment: Moments, *, relative: bool) -> Estimate:
    said = "A denominator is hardly told from 0: the interval is Fieller's, and wide."
    doubtful = replace(found, low=-inf, high=inf, p_value=None, standard_error=None, degrees=None)
    doubtful = replace(doubtful, method="fieller", validity=Validity.APPROXIMATE).remarked(said)
    first, second = _fieller(control, found.level), _fieller(treatment, found.level)
    if relative or not all(map(isfinite, (*first, *second))):
        return doubtful
    base, new = ratio_arm(control).value, ratio_arm(treatment).value
    below, above = hypot(new - second[0], first[1] - base), hypot(second[1] - new, base - first[0])
    return replace(doubtful, low=min(found.low, found.value - below), high=max(found.high, found.value + above))
