"""Two factors together: what one does more at a level of the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from analysis.registered.document import Method, Question
from analysis.results.asking.setting import Setting
from analysis.results.asking.sides import (
    Contrasted,
    Side,
    at_level,
    checked,
    ends_of,
    mean_over,
    own_differences,
    side,
    two_sides,
)
from analysis.results.asking.stretches import ENOUGH, NEVER_ALL, stretches, together_in
from analysis.statistics.words import NoAnswer
from experiments.blueprint import FactorSpec


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
        met, own = together_in(setting, _names_at(setting, between)), high - low
        groups = [(f"{between.name} {level}", setting.at(between.name, level) & met) for level in between.levels]
        return two_sides(question, setting, [side(name, own, mask) for name, mask in groups], reach=True)
    return _both_between(question, setting)


def _names_at(setting: Setting, factor: FactorSpec) -> list[str]:
    return [arm.name for level in factor.levels for arm in setting.arms_at(factor.name, level)]


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
    cells = [
        [
            arm.name
            for arm in setting.arms.values()
            if arm.levels.get(first.name) == a and arm.levels.get(second.name) == b
        ]
        for a, b in product(first.levels, second.levels)
    ]
    labels = [f"{a}, {b}" for a, b in product(first.levels, second.levels)]
    found = [
        [side(label, values, setting.in_arms(arms) & mask) for label, arms in zip(labels, cells, strict=True)]
        for mask in stretches(setting, [name for arms in cells for name in arms])
    ]
    if not found:
        raise NoAnswer(NEVER_ALL)
    kept = [each for each in found if _least(each) >= ENOUGH] or [max(found, key=_least)]
    sizes = [sum(len(one.values) for one in each) for each in kept]
    signs = (1.0, -1.0, -1.0, 1.0)
    weights = tuple(sign * size / max(sum(sizes), 1) for size in sizes for sign in signs)
    groups = tuple(side(label, values, setting.in_arms(arms)) for label, arms in zip(labels, cells, strict=True))
    sides = tuple(one for each in kept for one in each)
    return checked(Contrasted(sides, weights, None, None, "number", groups if len(kept) > 1 else ()))


def _least(sides: Sequence[Side]) -> int:
    return min(len(each.values) for each in sides)


def _all_arms(question: Question, setting: Setting) -> Contrasted:
    """Arms that are still handed out; where all factors are within units, everybody, whatever the arms' shares were."""
    values, arms = setting.values(question), [arm.name for arm in setting.arms.values() if arm.is_enabled]
    is_within = all(each.scope == "within" for each in setting.factors if each.name in question.contrast.factors)
    if is_within:
        arms = [arm.name for arm in setting.arms.values()]
    met = np.ones(len(values), dtype=bool) if is_within else together_in(setting, arms)
    sides = tuple(side(name, values, setting.in_arms([name]) & met) for name in arms)
    return checked(Contrasted(tuple(each for each in sides if len(each.values)), (), None, None, "number"))
