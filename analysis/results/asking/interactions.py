"""Two factors together: what one does more at a level of the other."""

from __future__ import annotations

from itertools import product

import numpy as np

from analysis.registered.document import Method, Question
from analysis.results.asking.setting import Setting
from analysis.results.asking.sides import (
    Contrasted,
    at_level,
    checked,
    ends_of,
    mean_over,
    own_differences,
    side,
    two_sides,
)
from analysis.statistics.words import NoAnswer


def together(question: Question, setting: Setting) -> Contrasted:
    """How much more one factor does at the other's second level than at its first; of two levels each."""
    factors = [each for each in setting.factors if each.name in question.contrast.factors]
    if question.method == Method.ANOVA:
        return _all_arms(question, setting)
    if len(factors) != 2 or any(len(each.levels) != 2 for each in factors):
        raise NoAnswer("An interaction of more than two levels is no single figure: ask with method anova.")
    within = [each for each in factors if each.scope == "within"]
    if len(within) == 2:
        return _both_within(question, setting)
    if within:
        between = next(each for each in factors if each.scope == "between")
        low, high = (at_level(question, setting, within[0].name, level) for level in within[0].levels)
        own = high - low
        sides = [side(f"{between.name} {level}", own, setting.at(between.name, level)) for level in between.levels]
        return two_sides(question, setting, sides, reach=True)
    return _both_between(question, setting)


def _both_within(question: Question, setting: Setting) -> Contrasted:
    first, second = (each for each in setting.factors if each.name in question.contrast.factors)
    total = np.zeros(len(setting.columns))
    for (i, a), (j, b) in product(enumerate(first.levels), enumerate(second.levels)):
        sign = 1 if i == j else -1
        total = total + sign * mean_over(question, setting, {first.name: a, second.name: b})
    low, high = ends_of(question, setting)
    found = own_differences(question, setting, total, ())
    reach = None if low is None or high is None else 2 * (high - low)
    return checked(Contrasted(found.sides, (1.0,), None if reach is None else -reach, reach, "number"))


def _both_between(question: Question, setting: Setting) -> Contrasted:
    first, second = (each for each in setting.factors if each.name in question.contrast.factors)
    values = setting.values(question)
    sides, weights = [], []
    for (i, a), (j, b) in product(enumerate(first.levels), enumerate(second.levels)):
        arms = [
            arm.name
            for arm in setting.arms.values()
            if arm.levels.get(first.name) == a and arm.levels.get(second.name) == b
        ]
        sides.append(side(f"{a}, {b}", values, setting.in_arms(arms)))
        weights.append(1.0 if i == j else -1.0)
    return checked(Contrasted(tuple(sides), tuple(weights), None, None, "number"))


def _all_arms(question: Question, setting: Setting) -> Contrasted:
    values = setting.values(question)
    sides = tuple(side(arm.name, values, setting.in_arms([arm.name])) for arm in setting.arms.values())
    return checked(Contrasted(tuple(each for each in sides if len(each.values)), (), None, None, "number"))
