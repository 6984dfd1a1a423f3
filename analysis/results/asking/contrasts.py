"""Who is held against whom: from a question to the values of units on both sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from analysis.registered.document import Contrast, ContrastKind, EstimandKind, Question
from analysis.results.asking.additive import kept_of
from analysis.results.asking.interactions import together
from analysis.results.asking.setting import Setting
from analysis.results.asking.sides import Contrasted, at_level, checked, ends_of, own_differences, side, two_sides
from analysis.results.asking.stretches import compared, open_to, pairs_of, together_in, weighed
from analysis.results.asking.summed import alike, matched, summed
from analysis.results.columns import Array, Mask, value_of
from analysis.statistics.words import NoAnswer
from experiments.blueprint import FactorSpec

JUDGED: Final = (EstimandKind.AGREEMENT, EstimandKind.RELIABILITY)
WITHIN: Final = "within"
"""The kind of a contrast whose sides are the same units in several conditions."""
MOSTLY: Final = 0.8
"""So large a part of all units that the rest, who came after an arm was full, is let go rather than counted apart."""


def contrasted(question: Question, setting: Setting) -> Contrasted:
    """NoAnswer where a side has nobody, or the contrast does not fit what the definition has."""
    if question.estimand.kind in JUDGED:
        return _judged(question, setting)
    need = kept_of(question, setting)
    if need is not None:
        return summed(question, setting, need)
    return KINDS[question.contrast.kind](question, setting)


def _factor(question: Question, setting: Setting) -> Contrasted:
    """A level against another over all other factors: plainly where those are met alike, else combination by
    combination, weighed by how many units each has.
    """
    contrast, values = question.contrast, setting.values(question)
    factor = str(contrast.factor)
    base, other = (setting.arms_at(factor, level) for level in (contrast.baseline, contrast.level))
    pairs = matched(base, other, factor)
    names = [str(contrast.baseline), str(contrast.level)]
    arms = [[pair[0].name for pair in pairs], [pair[1].name for pair in pairs]]
    met = open_to(setting, [arm.name for pair in pairs for arm in pair])
    marginal = [side(name, values, setting.in_arms(own)) for name, own in zip(names, arms, strict=True)]
    if alike(setting, pairs) and met.mean() >= MOSTLY:
        open_ones = [side(name, values, setting.in_arms(own) & met) for name, own in zip(names, arms, strict=True)]
        return two_sides(question, setting, open_ones)
    found = [cell for pair in pairs for cell in pairs_of(question, setting, [arm.name for arm in pair])]
    kept = [cell for cell in found if all(len(each.values) for each in cell)]
    if not kept:
        raise NoAnswer(f"No two arms that differ in {factor} alone have anything measured in both.")
    return weighed(question, setting, kept, tuple(marginal))


def _within(question: Question, setting: Setting) -> Contrasted:
    """Each unit's own difference between two levels; units that met only one of them say nothing of it."""
    contrast = question.contrast
    pair, factor = (contrast.baseline, contrast.level), str(contrast.factor)
    levels = [at_level(question, setting, factor, level) for level in pair]
    differences = levels[1] - levels[0]
    both = ~np.isnan(differences)
    groups = [side(str(name), each, both) for name, each in zip(pair, levels, strict=True)]
    return checked(own_differences(question, setting, differences, tuple(groups)))


def _value(question: Question, setting: Setting) -> Contrasted:
    values, arm = setting.values(question), question.contrast.arm
    mask = np.ones(len(values), dtype=bool) if arm is None else setting.in_arms([arm])
    low, high = ends_of(question, setting)
    own = side(arm or "all units", values, mask)
    return checked(Contrasted((own,), (1.0,), low, high, setting.measure(question).kind))


def _judged(question: Question, setting: Setting) -> Contrasted:
    """Who judged at all: single judgements are read where they are needed."""
    is_number = setting.measure(question).kind in ("number", "boolean")
    values = setting.values(question) if is_number else _chose(question, setting)
    arm = question.contrast.arm
    mask: Mask = np.ones(len(values), dtype=bool) if arm is None else setting.in_arms([arm])
    return Contrasted(
        (side(arm or "all units", np.where(mask, np.nan_to_num(values), np.nan), mask),), (1.0,), None, None, "number"
    )


def _omnibus(question: Question, setting: Setting) -> Contrasted:
    """All groups, none held against a special one."""
    is_choice = setting.measure(question).kind == "choice"
    values = _chose(question, setting) if is_choice else setting.values(question)
    within = [factor for factor in setting.factors if factor.name in question.contrast.factors]
    if within and all(factor.scope == "within" for factor in within):
        return _conditions(question, setting, within)
    named = _levels_of(question.contrast, setting)
    met = together_in(setting, [arm for arms in named.values() for arm in arms])
    sides = tuple(side(name, values, setting.in_arms(arms) & met) for name, arms in named.items())
    low, high = ends_of(question, setting)
    if len(sides) < 2:
        raise NoAnswer("There is only one group: nothing can differ.")
    return checked(Contrasted(sides, (), low, high, setting.measure(question).kind))


def _conditions(question: Question, setting: Setting, within: Sequence[FactorSpec]) -> Contrasted:
    """The conditions of one factor within units, of units that met all of them; each has the same units."""
    if len(within) > 1:
        raise NoAnswer("Any difference among conditions is of one factor within units: ask for an interaction.")
    (factor,) = within
    table = np.column_stack([at_level(question, setting, factor.name, level) for level in factor.levels])
    met: Mask = np.asarray(~np.isnan(table).any(axis=1))
    named = zip(factor.levels, table.T, strict=True)
    sides = tuple(side(f"{factor.name} {level}", own, met) for level, own in named)
    return checked(Contrasted(sides, (), None, None, WITHIN))


def _chose(question: Question, setting: Setting) -> Array:
    """How often each unit chose; NaN where it never did."""
    counts = setting.columns.column(value_of(question.measure, "count"))
    return np.where(counts > 0, counts, np.nan)


def _levels_of(contrast: Contrast, setting: Setting) -> Mapping[str, list[str]]:
    if not contrast.factors:
        return {arm.name: [arm.name] for arm in setting.arms.values() if arm.is_enabled}
    found: dict[str, list[str]] = {}
    for arm in setting.arms.values():
        label = ", ".join(str(arm.levels.get(name)) for name in contrast.factors)
        found.setdefault(label, []).append(arm.name)
    return found


KINDS: Final[Mapping[ContrastKind, Callable[[Question, Setting], Contrasted]]] = {
    ContrastKind.ARM: compared,
    ContrastKind.FACTOR: _factor,
    ContrastKind.WITHIN: _within,
    ContrastKind.INTERACTION: together,
    ContrastKind.OMNIBUS: _omnibus,
    ContrastKind.VALUE: _value,
}
