"""Means and differences of values between declared ends: exact at every look, from evidence that adds up."""

from __future__ import annotations

from dataclasses import replace
from math import exp, inf, log, sqrt

import numpy as np

from analysis.statistics.sequential.asymptotics import LEAST
from analysis.statistics.sequential.bounded_evidence import LOG_PRIOR, STAKES, BoundedEvidence, log_sum
from analysis.statistics.sequential.projecting import NEAR, Line, Pair, outermost
from analysis.statistics.words import Estimate, NoAnswer, Validity

METHOD = "betting-sequence"
NO_CONTROL = "The control's mean may still be 0, so a relative difference has no bounds yet."


def mean_of(evidence: BoundedEvidence, *, level: float = 0.05, against: float | None = None) -> Estimate:
    """The mean, with all means against which nobody has won 1 / level times the stake. Before any value: the range.

    against: a mean to test; its p-value is 1 over what was won. ValueError unless 0 < level < 1.
    """
    _require(level)
    goal, part = log(1 / level), evidence.part

    def won(mean: float) -> float:
        return log_evidence(evidence, mean)

    step = 2 / sqrt(evidence.n + 4)
    low, high = (outermost(won, part, far, goal=goal, step=step) for far in (0.0, 1.0))
    p = None if against is None else _p(won((against - evidence.low) / evidence.width))
    low, value, high = (evidence.low + evidence.width * each for each in (max(low, 0.0), part, min(high, 1.0)))
    return Estimate(value, low, high, level, evidence.n, METHOD, Validity.ANYTIME, p)


def log_evidence(evidence: BoundedEvidence, mean: float) -> float:
    """The logarithm of the capital won against a mean, a part of the range: half of it bet up, half down."""
    if not 0 <= mean <= 1:
        return inf
    up = LOG_PRIOR + evidence.up - evidence.n * np.log1p(STAKES * mean)
    down = LOG_PRIOR + evidence.down - evidence.n * np.log1p(STAKES * (1 - mean))
    return float(log_sum(np.concatenate([up, down]))) - log(2)


def difference(control: BoundedEvidence, treatment: BoundedEvidence, *, level: float = 0.05) -> Estimate:
    """Treatment's mean less control's. ValueError if the ranges differ. Before any value: everything possible.

    Also where a bandit chose who got what, as long as each arm's own mean stays where it is: the capital grows on no
    bandit's choice. Where means drift, use what weighs by the stored chances (``adaptive``).
    """
    pair = _pair(control, treatment, level)
    goal, value = log(1 / level), treatment.part - control.part

    def against(difference: float) -> float:
        return pair.least_along(Line.sloped(difference, 1.0))

    low, high = (outermost(against, value, far, goal=goal, step=_reach(pair)) for far in (-1.0, 1.0))
    low, value, high = (control.width * each for each in (max(low, -1.0), value, min(high, 1.0)))
    n, p = control.n + treatment.n, _p(against(0.0))
    return Estimate(value, low, high, level, n, METHOD, Validity.ANYTIME, p)


def relative_difference(control: BoundedEvidence, treatment: BoundedEvidence, *, level: float = 0.05) -> Estimate:
    """The difference over the size of the control's mean. An end is open while the control's mean may be 0.

    NoAnswer where the control's mean is 0. p-value: of no difference, the same as the absolute one's.
    """
    pair = _pair(control, treatment, level)
    if not control.n or abs(control.mean) <= NEAR * control.width:
        raise NoAnswer("The control's mean is 0: a relative difference has no meaning, ask for the absolute one.")
    if control.mean < 0:
        found = relative_difference(control.mirrored(), treatment.mirrored(), level=level)
        return _turned(found)
    value = treatment.mean / control.mean - 1
    low, high = _ratio_ends(pair, 1 + value, log(1 / level))
    remarks = () if -inf < low and high < inf else (NO_CONTROL,)
    n, p = control.n + treatment.n, _p(pair.least_along(Line.sloped(0.0, 1.0)))
    return Estimate(value, low - 1, high - 1, level, n, METHOD, Validity.ANYTIME, p, None, remarks)


def _ratio_ends(pair: Pair, ratio: float, goal: float) -> tuple[float, float]:
    """The ratios of means that are kept, of which ``ratio`` is one. Where control's mean may be 0, an end is open."""
    offset = pair.control.low / pair.control.width
    may_vanish = offset <= 0 and pair.least_along(Line.upright(-offset)) < goal
    if may_vanish and offset < 0:
        return -inf, inf

    def against(ratio: float) -> float:
        return pair.least_along(Line.sloped((ratio - 1) * offset, ratio))

    step = _reach(pair) / max(pair.control.part - max(-offset, 0.0), NEAR)
    lowest, highest = -inf if offset < 0 else 0.0, inf
    low = outermost(against, ratio, lowest, goal=goal, step=step)
    high = inf if may_vanish else outermost(against, ratio, highest, goal=goal, step=step)
    return low, high


def _reach(pair: Pair) -> float:
    """About how far a difference's interval reaches to a side, as a part of the range."""
    arms = (pair.control, pair.treatment)
    return 3 * sqrt(sum((arm.part * (1 - arm.part) + 1 / (arm.n + 4)) / (arm.n + 4) for arm in arms))


def _pair(control: BoundedEvidence, treatment: BoundedEvidence, level: float) -> Pair:
    _require(level)
    if (control.low, control.high) != (treatment.low, treatment.high):
        raise ValueError(f"The arms' ranges differ: {control.low:g} to {control.high:g} is control's.")
    return Pair(control, treatment)


def _require(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, not {level}.")


def _p(log_evidence: float) -> float:
    return max(exp(-max(log_evidence, 0.0)), LEAST)


def _turned(found: Estimate) -> Estimate:
    """Of a control whose mean is below 0: more is less."""
    return replace(found, value=-found.value, low=-found.high, high=-found.low)
