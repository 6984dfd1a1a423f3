"""Differences in units of spread: Cohen's d, Hedges' g, and d of differences within units."""

from __future__ import annotations

from dataclasses import replace
from math import asin, exp, lgamma, sqrt

from analysis.statistics.effects.noncentral import t_limits
from analysis.statistics.estimates.means import pooled_difference
from analysis.statistics.estimates.proportions import Counted
from analysis.statistics.estimates.referring import bare, normal, two_sided
from analysis.statistics.moments import Moments
from analysis.statistics.words import Estimate, NoAnswer


def cohen_d(control: Moments, treatment: Moments, *, level: float = 0.05) -> Estimate:
    """Treatment's mean minus control's over the pooled spread, with the exact interval for normal values.

    NoAnswer as of Student's t: an empty arm, fewer than three units, no spread.

    >>> found = cohen_d(Moments.of([1.0, 2.0, 3.0]), Moments.of([2.0, 3.0, 4.0]))
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (1.0, -0.785, 2.684)
    """
    difference = pooled_difference(control, treatment, level=level)
    scale = sqrt(1 / control.n + 1 / treatment.n)
    return _standardised(difference, scale, "cohen-d")


def hedges_g(control: Moments, treatment: Moments, *, level: float = 0.05) -> Estimate:
    """Cohen's d without its bias in few units: times the exact correction J. Hedges (1981)."""
    return corrected(cohen_d(control, treatment, level=level), control.n + treatment.n - 2)


def cohen_dz(differences: Moments, *, level: float = 0.05) -> Estimate:
    """The mean of differences within units over their spread, with its exact interval."""
    if differences.n < 2 or not differences.varies():
        raise NoAnswer("Differences within units do not vary (or there is only one): no effect size can be told.")
    error = sqrt(differences.variance / differences.n)
    bare_mean = bare(differences.mean[0], differences.n, level, "cohen-dz")
    plain = replace(bare_mean, standard_error=error, degrees=differences.n - 1)
    return _standardised(plain, 1 / sqrt(differences.n), "cohen-dz")


def cohen_h(control: Counted, treatment: Counted, *, level: float = 0.05) -> Estimate:
    """The difference of two proportions on the scale where their spread is the same. Cohen (1988)."""
    value = 2 * asin(sqrt(treatment.share)) - 2 * asin(sqrt(control.share))
    found = bare(value, control.n + treatment.n, level, "cohen-h")
    return normal(found, sqrt(1 / control.n + 1 / treatment.n))


def correction(degrees: float) -> float:
    """Hedges' J: by how much d is too large on average.

    >>> round(correction(20), 6)
    0.961945
    """
    if degrees < 2:
        raise NoAnswer("With so few units an effect size cannot be corrected for its bias.")
    return exp(lgamma(degrees / 2) - lgamma((degrees - 1) / 2)) / sqrt(degrees / 2)


def corrected(found: Estimate, degrees: float) -> Estimate:
    """d and its limits times J."""
    factor = correction(degrees)
    return replace(
        found,
        value=found.value * factor,
        low=found.low * factor,
        high=found.high * factor,
        method="hedges-g",
        standard_error=None,
    )


def _standardised(difference: Estimate, scale: float, method: str) -> Estimate:
    """From a difference with its error to that difference in units of one spread; ``scale`` is error over spread."""
    error, degrees = difference.standard_error or 0.0, difference.degrees or 0.0
    t = difference.value / error
    low, high = t_limits(t, degrees, difference.level)
    found = bare(t * scale, difference.n, difference.level, method)
    p_value = two_sided(t, degrees)
    return replace(found, low=low * scale, high=high * scale, p_value=p_value, degrees=degrees)
