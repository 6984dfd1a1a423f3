"""Referring an estimate to a distribution: from a value and its standard error to an interval and a p-value."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite

from analysis.statistics.words import BEYOND, Estimate, NoAnswer, Validity


def bare(value: float, n: int, level: float, method: str) -> Estimate:
    """An estimate of which nothing is known yet but its value."""
    return Estimate(float(value), -inf, inf, level, n, method, Validity.FIXED)


def critical(level: float, degrees: float = inf) -> float:
    """The two-sided critical value of Student's t; of the normal distribution for infinite degrees."""
    from scipy import special

    if degrees == inf:
        return float(-special.ndtri(level / 2))
    return float(-special.stdtrit(degrees, level / 2))


def two_sided(statistic: float, degrees: float = inf) -> float:
    """How likely so far from 0 or farther is, on either side; exact far into the tail."""
    from scipy import special

    size = -abs(statistic)
    tail = special.ndtr(size) if degrees == inf else special.stdtr(degrees, size)
    return float(min(2 * tail, 1.0))


def student(estimate: Estimate, standard_error: float, degrees: float = inf, *, null: float = 0.0) -> Estimate:
    """With its interval and the p-value of ``null``, by Student's t; infinite degrees: the normal distribution.

    NoAnswer if the value or its error is not finite. An error of 0 leaves the interval open: nothing said how sure.
    """
    if not (isfinite(estimate.value) and isfinite(standard_error)):
        raise NoAnswer(BEYOND)
    if not standard_error > 0 or not degrees > 0:
        return estimate.remarked("Nothing varies, so nothing says how sure this is.")
    half = critical(estimate.level, degrees) * standard_error
    return replace(
        estimate,
        low=estimate.value - half,
        high=estimate.value + half,
        p_value=two_sided((estimate.value - null) / standard_error, degrees),
        standard_error=standard_error,
        degrees=None if degrees == inf else degrees,
    )


def normal(estimate: Estimate, standard_error: float, *, null: float = 0.0) -> Estimate:
    """The same by the normal distribution; it holds in large samples, and says so."""
    return replace(student(estimate, standard_error, null=null), validity=Validity.APPROXIMATE)
