"""Where a policy that learns allocated: every unit speaks of every arm by the stored chance of what it was given.

AIPW terms in the order of the assignments: Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro (2024).
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np

from analysis.results.asking.asked import Asked
from analysis.results.columns import PROPENSITY
from analysis.statistics.words import Estimate, NoAnswer, Validity

if TYPE_CHECKING:
    from analysis.statistics.confidence_sequences import Estimate as Interval

METHOD = "weighted_sequence"


def weighted(asked: Asked) -> Estimate:
    """Treatment's mean less control's, each from all units by their stored chances, at half the level each.

    Exact at every look where the ends are declared, else asymptotic. Relative: over the control's mean, by its bounds.
    """
    if not asked.contrast.is_pair:
        raise NoAnswer("After adaptive allocation only two arms are held against each other.")
    contrast = asked.question.contrast
    control, treatment = (_interval(str(name), asked) for name in (contrast.control, contrast.arm))
    value, low, high = treatment.value - control.value, treatment.low - control.high, treatment.high - control.low
    n = sum(len(side.values) for side in asked.contrast.sides)
    is_exact = asked.contrast.low is not None and asked.contrast.high is not None
    validity = Validity.ANYTIME if is_exact else Validity.ASYMPTOTIC
    found = Estimate(value, low, high, asked.level, n, METHOD, validity)
    return _relative(found, control) if asked.is_relative else found


def _interval(name: str, asked: Asked) -> Interval:
    """Of one arm's mean, had all units got it: all units that were measured say something of it, whatever they got."""
    from analysis.statistics.adaptive_allocation import ArmEvidence

    setting = asked.setting
    values, chances = setting.values(asked.question), setting.columns.column(PROPENSITY)
    known = np.flatnonzero(~np.isnan(values) & (chances > 0))
    order = known[np.argsort(setting.ranks()[known], kind="stable")]
    chosen = setting.in_arms([name])
    low, high = asked.contrast.ends
    ends = (-inf, inf) if low is None or high is None else (low, high)
    start = ArmEvidence.start(level=asked.level / 2, low=ends[0], high=ends[1])
    return start.plus(chosen[order], values[order], chances[order]).interval()


def _relative(found: Estimate, control: Interval) -> Estimate:
    """By the control's bounds; open where it may be 0."""
    if control.low <= 0 <= control.high or not control.value:
        return Estimate(
            found.value / abs(control.value) if control.value else 0.0,
            -inf,
            inf,
            found.level,
            found.n,
            METHOD,
            found.validity,
            remarks=("The control's mean may still be 0, so a relative difference has no bounds yet.",),
        )
    bases = sorted(abs(each) for each in (control.low, control.high))
    low = found.low / (bases[0] if found.low < 0 else bases[1])
    high = found.high / (bases[0] if found.high > 0 else bases[1])
    value = min(max(found.value / abs(control.value), low), high)
    return Estimate(value, low, high, found.level, found.n, METHOD, found.validity)
