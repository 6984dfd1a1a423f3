"""Logistic regression by maximum likelihood; where the data are separated, that is said instead of a huge figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, inf, sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.estimates.least_squares import independent
from analysis.statistics.estimates.referring import bare, normal
from analysis.statistics.moments import Array, computable
from analysis.statistics.words import Estimate, NoAnswer


@dataclass(frozen=True, slots=True)
class Logistic:
    """effects: log odds by name, "intercept" first. log_likelihood: at its largest; null: with the intercept alone."""

    effects: Mapping[str, Estimate]
    log_likelihood: float
    null: float

    @property
    def explained(self) -> float:
        """McFadden's (1974) share."""
        return 1 - self.log_likelihood / self.null if self.null else 0.0

    def odds(self, name: str) -> Estimate:
        """The odds ratio of one more of that column."""
        found = self.effects[name]
        value, low, high = (_exponential(figure) for figure in (found.value, found.low, found.high))
        return replace(found, value=value, low=low, high=high, standard_error=None)


def logistic(y: ArrayLike, columns: Mapping[str, ArrayLike], *, level: float = 0.05) -> Logistic:
    """y: 0 or 1, shape (n,). columns: by name, shape (n,); an intercept is added. Wald's intervals.

    NoAnswer where all y are alike, columns cannot be told apart, or some line separates the ones from the zeros (then
    no largest likelihood exists; Albert and Anderson, 1984), whether wholly or but for ties.
    """
    outcome = np.asarray(y, dtype=float).ravel()
    names = ("intercept", *columns)
    parts = [np.asarray(each, dtype=float).ravel() for each in columns.values()]
    design = np.column_stack([np.ones(len(outcome)), *parts])
    _bearable(outcome, design, names)
    coefficients, curvature = _newton(outcome, design)
    covariance = np.linalg.inv(curvature)
    n, share = len(outcome), float(outcome.mean())
    effects = {
        name: normal(bare(coefficients[place], n, level, "logistic"), sqrt(float(covariance[place, place])))
        for place, name in enumerate(names)
    }
    null = n * (share * float(np.log(share)) + (1 - share) * float(np.log1p(-share)))
    return Logistic(effects, _likelihood(outcome, design @ coefficients), null)


def separating(y: Array, design: Array) -> bool:
    """Whether some direction never speaks against an outcome, and sometimes for it: a linear program, Konis (2007)."""
    from scipy.optimize import linprog

    signed = design * (2 * y - 1)[:, None]
    signed = signed / np.maximum(np.abs(design).max(axis=0), 1e-300)
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(y)), bounds=(-1, 1), method="highs")
    return found.fun is not None and -float(found.fun) > 1e-7


def _bearable(y: Array, design: Array, names: tuple[str, ...]) -> None:
    computable(y)
    computable(design)
    if not np.isin(y, (0, 1)).all():
        raise NoAnswer("Logistic regression needs outcomes that are 0 or 1; these are not.")
    if not 0 < y.sum() < len(y):
        raise NoAnswer("All outcomes are the same, so no odds can be told.")
    kept = independent(design)
    if len(kept) < len(names):
        lost = next(name for place, name in enumerate(names) if place not in kept)
        raise NoAnswer(f"Column {lost} is constant, or told by the others: leave it out.")
    if separating(y, design):
        alone = [name for place, name in enumerate(names) if place and separating(y, design[:, [0, place]])]
        which = f"Column {alone[0]} alone tells" if alone else "The columns together tell"
        raise NoAnswer(
            f"{which} outcomes apart without an error (separation), so no odds ratio is too large: "
            "gather more, merge levels, or compare proportions."
        )


def _newton(y: Array, design: Array) -> tuple[Array, Array]:
    """Newton's steps, halved while they do not climb."""
    scale = np.maximum(np.abs(design).max(axis=0), 1e-300)
    scaled = design / scale
    place = np.zeros(design.shape[1])
    height = _likelihood(y, scaled @ place)
    for _ in range(100):
        chances = _chances(scaled @ place)
        curvature = scaled.T * (chances * (1 - chances)) @ scaled
        step = np.linalg.lstsq(curvature, scaled.T @ (y - chances), rcond=None)[0]
        for _ in range(40):
            new = _likelihood(y, scaled @ (place + step))
            if new >= height - 1e-12 * abs(height):
                break
            step = step / 2
        place, height = place + step, new
        if float(np.abs(step).max()) < 1e-11 * (1 + float(np.abs(place).max())):
            break
    chances = _chances(scaled @ place)
    curvature = scaled.T * (chances * (1 - chances)) @ scaled
    return place / scale, curvature * np.outer(scale, scale)


def _chances(heights: Array) -> Array:
    from scipy.special import expit

    return np.asarray(expit(heights))


def _likelihood(y: Array, heights: Array) -> float:
    return float((y * heights - np.logaddexp(0, heights)).sum())


def _exponential(figure: float) -> float:
    return exp(figure) if figure < 700 else inf
