"""Mixed models: units measured several times, with gaps; an intercept, and if asked for a slope, of each unit's own.

statsmodels fits them by restricted maximum likelihood. Laird and Ware (1982), Biometrics 38.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.estimates.least_squares import independent
from analysis.statistics.estimates.referring import bare, normal
from analysis.statistics.labels import Labels, numbered
from analysis.statistics.moments import Array, computable
from analysis.statistics.words import Estimate, NoAnswer

FEW = 30
UNFIT = "The mixed model could not be fitted: too few measurements for so much variation."


@dataclass(frozen=True, slots=True)
class Mixed:
    """effects: by name, "intercept" first. between, within: variance of units' intercepts, and within units.

    slope_variance: of units' own slopes, where asked for. log_likelihood: restricted. share: between over both.
    """

    effects: Mapping[str, Estimate]
    between: float
    within: float
    slope_variance: float | None
    log_likelihood: float

    @property
    def share(self) -> float:
        """Of the variance, what is between units: the intraclass correlation."""
        return self.between / (self.between + self.within)


def mixed_model(
    y: ArrayLike, columns: Mapping[str, ArrayLike], units: Labels, *, slope: str | None = None, level: float = 0.05
) -> Mixed:
    """y: shape (n,). columns: fixed effects by name, shape (n,); factors as 0 and 1. units: labels, shape (n,).

    slope: name of the column whose effect differs between units. Wald intervals: they hold nearly, with thirty units or
    more. NoAnswer where columns cannot be told apart, units were measured once each, or the fit does not settle.
    """
    outcome, names = np.asarray(y, dtype=float).ravel(), ("intercept", *columns)
    fixed = [np.asarray(each, dtype=float).ravel() for each in columns.values()]
    design = np.column_stack([np.ones(len(outcome)), *fixed])
    if not len(outcome):
        raise NoAnswer("There are no measurements yet.")
    places = numbered(units, len(outcome))
    _bearable(outcome, design, names, places.max() + 1)
    scale = float(outcome.std())
    random = design[:, [0, names.index(slope)]] if slope else None
    fitted, remarks = _fit(outcome / scale, design, places, random)
    count = int(places.max()) + 1
    if count < FEW:
        remarks += (f"There are only {count} units: the intervals are a little too short.",)
    estimates, errors = np.asarray(fitted.fe_params) * scale, np.asarray(fitted.bse_fe) * scale
    effects = {
        name: replace(normal(bare(value, count, level, "mixed"), float(error)), remarks=remarks)
        for name, value, error in zip(names, estimates, errors, strict=True)
    }
    spread = np.asarray(fitted.cov_re, dtype=float) * scale**2
    own_slope = float(spread[1, 1]) if slope else None
    likelihood = float(fitted.llf) - (len(outcome) - len(names)) * log(scale)
    return Mixed(effects, float(spread[0, 0]), float(fitted.scale) * scale**2, own_slope, likelihood)


def _bearable(y: Array, design: Array, names: tuple[str, ...], units: int) -> None:
    computable(y)
    computable(design)
    kept = independent(design)
    if len(kept) < len(names):
        lost = next(name for place, name in enumerate(names) if place not in kept)
        raise NoAnswer(f"Column {lost} is constant, or told by the others: leave it out.")
    if units < 2 or len(y) <= units or len(y) <= len(names) + 1:
        raise NoAnswer("A mixed model needs two or more units, some of them measured more than once.")
    rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    if sqrt(float(rest @ rest) / len(y)) <= 1e-9 * float(np.abs(y).max()):
        raise NoAnswer("The columns tell every value exactly: nothing says how sure their effects are.")


def _fit(y: Array, design: Array, units: NDArray[np.intp], random: Array | None) -> tuple[Any, tuple[str, ...]]:
    from statsmodels.regression.mixed_linear_model import MixedLM

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            fitted = MixedLM(y, design, groups=units, exog_re=random).fit(reml=True)
        except (np.linalg.LinAlgError, ValueError) as refused:
            raise NoAnswer(UNFIT) from refused
    if not np.isfinite(fitted.bse_fe).all() or not np.isfinite(fitted.llf):
        raise NoAnswer(UNFIT)
    edge = any("boundary" in str(warning.message) or "singular" in str(warning.message) for warning in heard)
    remarks: tuple[str, ...] = (
        ("A variance between units is at its edge of 0: units hardly differ in it.",) if edge else ()
    )
    if not fitted.converged:
        remarks += ("The fit did not fully settle: take the figures as rough.",)
    return fitted, remarks
