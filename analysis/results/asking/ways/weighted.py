"""Where a policy that learns allocated: by the stored chance of what each unit was given, in the order it was given."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from analysis.results.asking.asked import Asked
from analysis.results.columns import ARM, PROPENSITY
from analysis.statistics.words import Estimate, NoAnswer

if TYPE_CHECKING:
    from analysis.statistics.adaptive.answering import Adaptive

NAIVE = (
    "A policy that learns gave fewer units to arms that began badly, so plain means are too low on average, and their "
    "interval does not hold. Go by the weighted answer."
)


def weighted(asked: Asked) -> Estimate:
    """Treatment's mean less control's, from all units that were measured, whatever they got: valid at every look."""
    return _found(asked).estimate


def one_look(asked: Asked) -> Estimate:
    """The same by the chances, for one look."""
    found = _found(asked)
    if found.weighted is None:
        raise NoAnswer(" ".join(found.remarks))
    return found.weighted


def naive(asked: Asked) -> Estimate:
    """The plain difference, with its warning; never alone."""
    from analysis.statistics.adaptive.weighted import PLAIN

    found = _found(asked)
    if found.plain is None:
        raise NoAnswer(" ".join(found.remarks))
    remarks = tuple(each for each in found.plain.remarks if each != PLAIN)
    return replace(found.plain, remarks=(*remarks, NAIVE))


def _found(asked: Asked) -> Adaptive:
    from analysis.statistics.adaptive.answering import adaptive_difference
    from analysis.statistics.adaptive.log import Log

    setting, contrast = asked.setting, asked.question.contrast
    values, chances = setting.values(asked.question), setting.columns.column(PROPENSITY)
    if (~np.isnan(values) & ~(chances > 0)).any():
        raise NoAnswer("Of some measured units no chance is stored, so nothing can weigh what they say.")
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(setting.ranks()[known], kind="stable")]
    log = Log.of(setting.columns.column(ARM)[order].astype(np.int64), values[order], chances[order])
    keys = {arm.name: pk for pk, arm in setting.arms.items()}
    low, high = asked.contrast.ends
    ends = (-inf, inf) if low is None or high is None else (low, high)
    arms = (keys[str(contrast.control)], keys[str(contrast.arm)])
    return adaptive_difference(log, arms, ends=ends, relative=asked.is_relative, level=asked.level)
