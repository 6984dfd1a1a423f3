"""CUPED: the part of a measure that was foretold before the experiment is taken out of it.

Deng, Xu, Kohavi and Walker (2013). Each of moments is (measure, covariate, ...) over units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from analysis.statistics.estimates.arms import SURE, Arm, contrast, welch_degrees
from analysis.statistics.estimates.referring import bare, student
from analysis.statistics.moments import Array, Moments
from analysis.statistics.words import Estimate, NoAnswer


@dataclass(frozen=True, slots=True)
class Adjusted:
    """estimate: the adjusted difference. theta: shape (p - 1,), per covariate. explained: share of variance removed."""

    estimate: Estimate
    theta: Array
    explained: float


def cuped(control: Moments, treatment: Moments, *, level: float = 0.05, relative: bool = False) -> Adjusted:
    """Treatment minus control of the first variable, adjusted for the others, with one theta from both arms together.

    relative: over the size of the control's *unadjusted* mean, with GrowthBook's variance. Covariates that say nothing
    (constant, or a copy of another) are left out and said so. NoAnswer as of `contrast`; also fewer units than needed.

    >>> rng = np.random.default_rng(1)
    >>> before = rng.normal(size=(2, 200))
    >>> arms = [Moments.of(x + rng.normal(size=200), x) for x in before]
    >>> 0.4 < cuped(*arms).explained < 0.6
    True
    """
    theta, remarks = _theta(control, treatment)
    plain = contrast(_arm(control, 0 * theta), _arm(treatment, 0 * theta), level=level, relative=False, method="welch")
    adjusted = (_arm(control, theta), _arm(treatment, theta))
    if relative:
        found = _relative(control, treatment, theta, level)
    else:
        found = contrast(*adjusted, level=level, relative=False, method="cuped")
    errors = (plain.standard_error, sqrt(sum(arm.squared_error for arm in adjusted if arm.n)))
    explained = 1 - (errors[1] / errors[0]) ** 2 if errors[0] else 0.0
    return Adjusted(found.remarked(*remarks), theta, explained)


def _theta(control: Moments, treatment: Moments) -> tuple[Array, tuple[str, ...]]:
    """Covariance with the measure over the covariates' covariance, both of all units together."""
    both = control + treatment
    count = len(both.mean) - 1
    if count < 1:
        raise ValueError("moments must hold the measure and at least one covariate.")
    scatter = both.scatter[1:, 1:]
    useful = [place for place in range(count) if both.varies(place + 1)]
    remarks = () if len(useful) == count else ("A covariate is the same for all units, so it was left out.",)
    theta = np.zeros(count)
    if useful and both.n > count + 2:
        scale = np.sqrt(np.diag(scatter)[useful])
        correlations = scatter[np.ix_(useful, useful)] / np.outer(scale, scale)
        theta[useful] = np.linalg.pinv(correlations, rcond=1e-10, hermitian=True) @ (
            both.scatter[0, 1:][useful] / scale
        )
        theta[useful] /= scale
    return theta, remarks


def _arm(moments: Moments, theta: Array) -> Arm:
    direction = np.concatenate([[1.0], -theta])
    if not moments.n:
        return Arm(0, 0.0, 0.0)
    value = float(direction @ moments.mean)
    if moments.n < 2:
        return Arm(moments.n, value, 0.0)
    variance = float(direction @ moments.covariance @ direction)
    scale = float(np.abs(direction) @ np.abs(moments.covariance) @ np.abs(direction))
    return Arm(moments.n, value, variance if variance > 1e-14 * scale and moments.varies() else 0.0)


def _relative(control: Moments, treatment: Moments, theta: Array, level: float) -> Estimate:
    """GrowthBook's: the gradient of the delta method is taken at the treatment's unadjusted mean."""
    arms = (_arm(control, theta), _arm(treatment, theta))
    absolute = contrast(*arms, level=level, relative=False, method="cuped-relative")
    base = float(control.mean[0])
    if not base:
        raise NoAnswer("The control's mean is 0: there is nothing to be relative to. Ask for the absolute difference.")
    if absolute.standard_error is None:
        return replace(absolute, value=absolute.value / abs(base))
    if abs(base) < SURE * sqrt(control.variance / control.n):  # as contrast has it
        return contrast(*arms, level=level, relative=True, method="cuped-relative")
    stretched = np.concatenate([[float(treatment.mean[0]) / base], -theta])
    spread = float(stretched @ control.covariance @ stretched)
    pseudo = (Arm(control.n, 0.0, spread / base**2), Arm(treatment.n, 0.0, arms[1].variance / base**2))
    found = bare(absolute.value / abs(base), absolute.n, level, "cuped-relative")
    error = sqrt(sum(arm.squared_error for arm in pseudo))
    return student(found, error, welch_degrees(*arms)).remarked(*absolute.remarks)
