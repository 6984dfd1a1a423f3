"""How many are without the event after a time, how long until half have had it, how long on average."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.durations.record import Record
from analysis.statistics.estimates.arms import Arm, contrast
from analysis.statistics.estimates.proportions import Counted, clopper_pearson
from analysis.statistics.estimates.referring import bare, critical, normal
from analysis.statistics.moments import Array
from analysis.statistics.words import Estimate, NoAnswer, Validity


@dataclass(frozen=True, slots=True)
class Curve:
    """The whole curve for a picture: arrays of the same length, one for each time; low <= survival <= high."""

    at: Array
    survival: Array
    low: Array
    high: Array
    risk: Array


def kaplan_meier(record: Record, *, level: float = 0.05) -> Curve:
    """The share without the event after each time, with Greenwood's interval on the log(-log) scale."""
    steps = record.steps()
    shares, squared = steps.survival(), steps.greenwood()
    limits = np.array(
        [_limits(float(s), float(v), float(n), level) for s, v, n in zip(shares, squared, steps.risk, strict=True)]
    )
    return Curve(steps.at, shares, limits[:, 0], limits[:, 1], steps.risk)


def survival_at(record: Record, time: float, *, level: float = 0.05) -> Estimate:
    """The share without the event at that time. NoAnswer beyond the last time that anybody was watched.

    Before the first event, and once nobody is left, the interval is Clopper and Pearson's of those at risk.
    """
    steps = record.steps()
    if time > steps.at[-1]:
        raise NoAnswer(f"Nobody was watched for {time:g}: nothing is known beyond {steps.at[-1]:g}.")
    place = int(np.searchsorted(steps.at, time, side="right")) - 1
    value = float(steps.survival()[place]) if place >= 0 else 1.0
    squared = float(steps.greenwood()[place]) if place >= 0 else 0.0
    found = replace(bare(value, record.n, level, "kaplan-meier"), validity=Validity.APPROXIMATE)
    low, high = _limits(value, squared, float(steps.risk[max(place, 0)]), level)
    error = value * sqrt(squared) if 0 < value < 1 else None
    return replace(found, low=low, high=high, standard_error=error)


def quantile_survival(record: Record, at: float = 0.5, *, level: float = 0.05) -> Estimate:
    """When that share have had the event (the median by default); inf if so many never were seen to.

    Interval: all times whose survival may be 1 - at. Brookmeyer and Crowley (1982), log(-log) scale.
    """
    if not 0 < at < 1:
        raise ValueError(f"at must be between 0 and 1, not {at}.")
    curve = kaplan_meier(record, level=level)
    goal = 1 - at
    value, low, high = (_first(curve.at, each <= goal + 1e-12) for each in (curve.survival, curve.low, curve.high))
    found = replace(bare(value, record.n, level, "survival-quantile"), validity=Validity.APPROXIMATE)
    found = replace(found, low=min(low, value, float(curve.at[-1])), high=max(high, value))
    if value == inf:
        return found.remarked("Fewer than that share were seen to have the event: only a lower limit is known.")
    return found


def restricted_mean(record: Record, until: float, *, level: float = 0.05) -> Estimate:
    """The mean time without the event up to ``until``: the area under the curve. Royston and Parmar (2013).

    NoAnswer beyond the last time that anybody was watched. Holds in large samples.
    """
    arm = _area(record, until)
    found = bare(arm.value, record.n, level, "rmst")
    if not arm.variance:
        return found.remarked("Nobody had the event by then, so nothing says how sure this is.")
    return replace(normal(found, sqrt(arm.squared_error)), p_value=None)


def restricted_mean_difference(
    control: Record, treatment: Record, *, until: float, level: float = 0.05, relative: bool = False
) -> Estimate:
    """Treatment's mean time up to ``until`` minus control's; relative: over control's."""
    arms = _area(control, until), _area(treatment, until)
    method = "rmst-relative" if relative else "rmst-difference"
    return replace(contrast(*arms, level=level, relative=relative, method=method), validity=Validity.APPROXIMATE)


def _area(record: Record, until: float) -> Arm:
    steps = record.steps()
    if not until > 0:
        raise ValueError(f"until must be above 0, not {until}.")
    if until > steps.at[-1] and steps.survival()[-1] > 0:
        raise NoAnswer(f"Nobody was watched until {until:g}: take {steps.at[-1]:g} or less.")
    within = steps.at < until
    places = np.concatenate([[0.0], steps.at[within], [until]])
    shares = np.concatenate([[1.0], steps.survival()[within]])
    areas = shares * np.diff(places)
    value = float(areas.sum())
    rest = np.cumsum(areas[::-1])[::-1][1:]
    events, risk = steps.events[within], steps.risk[within]
    left = np.maximum(risk - events, 1e-300)
    parts = np.where((events > 0) & (risk > events), rest**2 * events / (risk * left), 0.0)
    return Arm(record.n, value, float(parts.sum()) * record.n)


def _limits(share: float, squared: float, risk: float, level: float) -> tuple[float, float]:
    """On the log(-log) scale; where that has no value, Clopper and Pearson's of those at risk."""
    if not 0 < share < 1:
        at_risk = int(risk)
        return clopper_pearson(Counted(at_risk if share > 0 else 0, at_risk), level)
    half = critical(level) * sqrt(squared) / abs(log(share))
    return share ** exp(min(half, 700.0)), share ** exp(-half)


def _first(at: Array, passed: NDArray[np.bool_]) -> float:
    return float(at[int(np.argmax(passed))]) if passed.any() else inf
