"""Do arms differ in how fast the event comes: log-rank test, hazard ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, inf, sqrt

import numpy as np

from analysis.statistics.durations.record import Record
from analysis.statistics.estimates.referring import bare, critical, two_sided
from analysis.statistics.moments import Array
from analysis.statistics.sample_ratio import chi_square_tail
from analysis.statistics.words import Estimate, NoAnswer, Tested, Validity


def log_rank(arms: Sequence[Record]) -> Tested:
    """Is the event as likely in every arm, whenever anybody is at risk? Mantel (1966).

    Most powerful if one arm's hazard is a multiple of the other's throughout. NoAnswer with fewer than two arms or no
    event. Arms never at risk when somebody had it cost no degree of freedom.
    """
    if len(arms) < 2:
        raise NoAnswer("One arm alone has nothing to be compared with.")
    events, risk = _by_time(arms)
    if not events.sum():
        raise NoAnswer("Nobody has had the event yet: there is nothing to compare.")
    total, at_risk = events.sum(axis=0), risk.sum(axis=0)
    shares = risk / at_risk
    gap = (events - total * shares).sum(axis=1)
    factor = np.where(at_risk > 1, total * (at_risk - total) / np.maximum(at_risk - 1, 1), 0.0)
    spread = np.diag((factor * shares).sum(axis=1)) - (factor * shares) @ shares.T
    degrees = int(np.linalg.matrix_rank(spread, tol=1e-9 * max(float(np.trace(spread)), 1e-300)))
    statistic = float(gap @ np.linalg.pinv(spread, rcond=1e-9, hermitian=True) @ gap) if degrees else 0.0
    p_value = chi_square_tail(max(statistic, 0.0), degrees)
    n = sum(arm.n for arm in arms)
    return Tested("chi2", max(statistic, 0.0), p_value, n, "log-rank", Validity.APPROXIMATE, degrees=(float(degrees),))


def hazard_ratio(control: Record, treatment: Record, *, level: float = 0.05) -> Estimate:
    """Treatment's hazard over control's, supposed the same at all times: Cox (1972), ties as Efron's.

    NoAnswer if an arm had no event while the other was at risk: the ratio would be 0 or infinite.
    """
    events, risk = _by_time([control, treatment])
    n = control.n + treatment.n
    if not (events[0].any() and events[1].any()):
        raise NoAnswer("An arm had no event, so no ratio of hazards can be told.")
    place = 0.0
    for _ in range(50):
        slope, curvature = _score(events, risk, place)
        if not curvature > 0:
            raise NoAnswer("Events never came while both arms were at risk, so no ratio of hazards can be told.")
        step = max(min(slope / curvature, 2.0), -2.0)
        place += step
        if abs(step) < 1e-12 or abs(place) > 30:
            break
    curvature = _score(events, risk, place)[1]
    if abs(place) > 30 or not curvature > 0:
        raise NoAnswer("One arm had all its events before the other's, so no ratio of hazards can be told.")
    error = 1 / sqrt(curvature)
    half = critical(level) * error
    found = replace(bare(exp(place), n, level, "hazard-ratio"), validity=Validity.APPROXIMATE)
    high = exp(place + half) if place + half < 700 else inf
    return replace(found, low=exp(place - half), high=high, p_value=two_sided(place / error))


def _by_time(arms: Sequence[Record]) -> tuple[Array, Array]:
    """Events and units at risk, shape (arms, times), at each time that somebody had the event."""
    times = np.unique(np.concatenate([arm.times[arm.seen > 0] for arm in arms]))
    events = np.array([_counts(arm.times[arm.seen > 0], times) for arm in arms])
    risk = np.array([arm.n - np.searchsorted(arm.times, times, side="left") for arm in arms], dtype=float)
    return events.reshape(len(arms), -1), risk.reshape(len(arms), -1)


def _counts(seen: Array, times: Array) -> Array:
    before, through = (np.searchsorted(seen, times, side=side) for side in ("left", "right"))
    return np.asarray(through - before, dtype=float)


def _score(events: Array, risk: Array, place: float) -> tuple[float, float]:
    """Slope and curvature of the log partial likelihood in the log hazard ratio; ties are taken off one by one."""
    ratio = exp(place)
    slope, curvature = float(events[1].sum()), 0.0
    most = int(events.sum(axis=0).max())
    total = events.sum(axis=0)
    for already in range(most):
        share = np.where(total > already, already / np.maximum(total, 1), 0.0)
        base, new = risk[0] - share * events[0], (risk[1] - share * events[1]) * ratio
        chance = np.where(total > already, new / np.maximum(base + new, 1e-300), 0.0)
        slope -= float(chance.sum())
        curvature += float((chance * (1 - chance) * (total > already)).sum())
    return slope, curvature
