"""The average difference, adjusted by regression for what was known before: Lin (2013), Annals of Applied Statistics 7.

y on treatment, centred covariates and their products: never less precise than the plain difference in large samples,
and right on average whatever the true relation is. The effect is that among the units seen.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.estimates.least_squares import Fit, fit, fit_clustered
from analysis.statistics.estimates.referring import bare, student
from analysis.statistics.labels import Labels, numbered
from analysis.statistics.moments import Array, Moments
from analysis.statistics.words import Estimate, NoAnswer, Validity

LEFT_OUT = "A covariate is constant, or told by the others, so it was left out."


def lin(
    y: ArrayLike, treated: ArrayLike, covariates: ArrayLike, *, level: float = 0.05, clusters: Labels | None = None
) -> Estimate:
    """Treatment minus control with HC2 errors; with clusters, errors by clusters (CR2 up to five hundred).

    y, treated (0 or 1), clusters (labels): shape (n,). covariates: shape (n, p) or (n,), measured before. NoAnswer with
    an empty arm or too few units for so many covariates.
    """
    outcome, design = _design(y, treated, covariates)
    if clusters is None:
        fitted = fit(design, outcome, errors="hc2")
        units, method = len(outcome), "lin"
    else:
        places = numbered(clusters, len(outcome))
        fitted = fit_clustered(design, outcome, places, of_interest=1)
        units, method = int(places.max()) + 1, "lin-clustered"
    found = coefficient(fitted, 1, units, level, method)
    return found.remarked(LEFT_OUT) if len(fitted.kept) < design.shape[1] else found


def clustered_difference(y: ArrayLike, treated: ArrayLike, clusters: Labels, *, level: float = 0.05) -> Estimate:
    """Treatment's mean minus control's over measurements that come in clusters (participants, classes, sites).

    CR2 with Bell and McCaffrey's degrees of freedom up to five hundred clusters. n counts clusters.
    """
    outcome, design = _design(y, treated, np.zeros((len(np.asarray(y)), 0)))
    places = numbered(clusters, len(outcome))
    fitted = fit_clustered(design, outcome, places, of_interest=1)
    return coefficient(fitted, 1, int(places.max()) + 1, level, "clustered")


def adjusted_from_moments(control: Moments, treatment: Moments, *, level: float = 0.05) -> Estimate:
    """Lin's difference from sufficient statistics (measure, covariate, ...), with each arm's own residual spread.

    As `lin` but for the errors: spread may differ between arms, not within. NoAnswer as there.
    """
    both = control + treatment
    p = len(both.mean) - 1
    useful = [place for place in range(1, p + 1) if both.varies(place)]
    arms = [_line(arm.only(0, *useful), both.only(0, *useful).mean[1:]) for arm in (control, treatment)]
    (base, base_error, base_degrees), (new, new_error, new_degrees) = arms
    total = base_error + new_error
    found = bare(new - base, both.n, level, "lin-moments")
    degrees = total**2 / (base_error**2 / base_degrees + new_error**2 / new_degrees) if total else 1.0
    found = student(found, sqrt(total), degrees)
    return found if len(useful) == p else found.remarked(LEFT_OUT)


def coefficient(fitted: Fit, column: int, units: int, level: float, method: str) -> Estimate:
    """One coefficient of a fit, referred to Student's t. NoAnswer if its column was redundant."""
    if column not in fitted.kept:
        raise NoAnswer("The arms cannot be told apart from the rest: one is empty, or a covariate is the arm.")
    place = fitted.kept.index(column)
    found = bare(fitted.coefficients[place], units, level, method)
    found = student(found, sqrt(max(float(fitted.covariance[place, place]), 0.0)), fitted.degrees)
    return replace(found, validity=Validity.FIXED)


def _design(y: ArrayLike, treated: ArrayLike, covariates: ArrayLike) -> tuple[Array, Array]:
    outcome, arm = np.asarray(y, dtype=float).ravel(), np.asarray(treated, dtype=float).ravel()
    x = np.asarray(covariates, dtype=float)
    x = x[:, None] if x.ndim == 1 else x
    if not len(outcome) == len(arm) == len(x):
        raise ValueError(f"y, treated and covariates differ in length: {len(outcome)}, {len(arm)}, {len(x)}.")
    if not np.isin(arm, (0, 1)).all():
        raise ValueError("treated must be 0 or 1.")
    if not (arm.any() and (arm == 0).any()):
        raise NoAnswer("An arm has no units yet: there is nothing to compare.")
    centred = x - x.mean(axis=0)
    return outcome, np.column_stack([np.ones(len(arm)), arm, centred, centred * arm[:, None]])


def _line(arm: Moments, centre: Array) -> tuple[float, float, int]:
    """An arm's regression line at ``centre``: its height, squared error and degrees of freedom."""
    p = len(centre)
    degrees = arm.n - p - 1
    if degrees < 1:
        raise NoAnswer(f"An arm has {arm.n} units, too few for {p} covariates.")
    inverse = np.linalg.pinv(arm.scatter[1:, 1:], rcond=1e-10, hermitian=True)
    slope = inverse @ arm.scatter[0, 1:]
    reach = centre - arm.mean[1:]
    residual = max(float(arm.scatter[0, 0] - slope @ arm.scatter[0, 1:]), 0.0) / degrees
    height = float(arm.mean[0] + slope @ reach)
    return height, residual * (1 / arm.n + float(reach @ inverse @ reach)), degrees
