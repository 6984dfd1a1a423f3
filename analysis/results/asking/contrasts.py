"""Who is held against whom: from a question to the values of units on both sides."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from analysis.registered.document import Contrast, ContrastKind, Question
from analysis.results.asking.interactions import together
from analysis.results.asking.setting import Setting
from analysis.results.asking.sides import Contrasted, at_level, checked, ends_of, own_differences, side, two_sides
from analysis.results.asking.stretches import compared
from analysis.results.columns import Array, value_of
from analysis.statistics.words import NoAnswer
from experiments.blueprint import ArmSpec


def contrasted(question: Question, setting: Setting) -> Contrasted:
    """NoAnswer where a side has nobody, or the contrast does not fit what the definition has."""
    return KINDS[question.contrast.kind](question, setting)


def _factor(question: Question, setting: Setting) -> Contrasted:
    """A level against another over all other factors: plainly where those are met alike, else combination by
    combination, weighed by how many units each has.
    """
    contrast, values = question.contrast, setting.values(question)
    factor = str(contrast.factor)
    base, other = (setting.arms_at(factor, level) for level in (contrast.baseline, contrast.level))
    pairs = _matched(base, other, factor)
    names = [str(contrast.baseline), str(contrast.level)]
    arms = [[pair[0].name for pair in pairs], [pair[1].name for pair in pairs]]
    marginal = [side(name, values, setting.in_arms(own)) for name, own in zip(names, arms, strict=True)]
    if len({pair[0].weight / pair[1].weight for pair in pairs}) <= 1:
        return two_sides(question, setting, marginal)
    cells = [[side(arm.name, values, setting.in_arms([arm.name])) for arm in pair] for pair in pairs]
    kept = [pair for pair in cells if all(len(each.values) for each in pair)]
    total = sum(len(each.values) for pair in kept for each in pair)
    shares = [sum(len(each.values) for each in pair) / total for pair in kept] if total else []
    sides = tuple(each for pair in kept for each in pair)
    weights = tuple(weight for share in shares for weight in (-share, share))
    return checked(Contrasted(sides, weights, None, None, setting.measure(question).kind, tuple(marginal)))


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


def _omnibus(question: Question, setting: Setting) -> Contrasted:
    """All groups, none held against a special one."""
    is_choice = setting.measure(question).kind == "choice"
    values = _chose(question, setting) if is_choice else setting.values(question)
    named = _levels_of(question.contrast, setting)
    sides = tuple(side(name, values, setting.in_arms(arms)) for name, arms in named.items())
    low, high = ends_of(question, setting)
    if len(sides) < 2:
        raise NoAnswer("There is only one group: nothing can differ.")
    return checked(Contrasted(sides, (), low, high, setting.measure(question).kind))


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


def _matched(base: Sequence[ArmSpec], other: Sequence[ArmSpec], factor: str) -> list[tuple[ArmSpec, ArmSpec]]:
    """Arms that differ in this factor alone. NoAnswer where there are none."""
    rest = {_rest(arm, factor): arm for arm in other}
    pairs = [(arm, rest[_rest(arm, factor)]) for arm in base if _rest(arm, factor) in rest]
    if not pairs:
        raise NoAnswer(f"No two arms differ in {factor} alone.")
    return pairs


def _rest(arm: ArmSpec, factor: str) -> str:
    return json.dumps({name: level for name, level in arm.levels.items() if name != factor}, sort_keys=True)


KINDS: Final[Mapping[ContrastKind, Callable[[Question, Setting], Contrasted]]] = {
    ContrastKind.ARM: compared,
    ContrastKind.FACTOR: _factor,
    ContrastKind.WITHIN: _within,
    ContrastKind.INTERACTION: together,
    ContrastKind.OMNIBUS: _omnibus,
    ContrastKind.VALUE: _value,
}
