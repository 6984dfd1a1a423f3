"""Who is held against whom: from a question to the values of units on both sides."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from analysis.registered.document import Contrast, ContrastKind, Method, Question
from analysis.results.asking.setting import Setting
from analysis.results.columns import Array, Keys, Mask, value_of
from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer
from experiments.blueprint import ArmSpec
from experiments.types import Json

if TYPE_CHECKING:
    from analysis.statistics.sequential.comparing import Arm as Evidence


LARGEST: Final = 1e75  # its fourth power can still be written


@dataclass(frozen=True)
class Side:
    """One group of units. values: finite, one for each. keys: which units, as places in the columns."""

    name: str
    values: Array
    places: Keys

    @cached_property
    def moments(self) -> Moments:
        """Of its values."""
        return Moments.of(self.values)


@dataclass(frozen=True)
class Contrasted:
    """sides: control first; of a contrast within units a single one, of each unit's own differences.

    weights: of each side's mean in what is estimated; the plain difference has (-1, 1). low, high: the declared ends
    of each value. is_pair: whether two sides are simply held against each other.
    """

    sides: tuple[Side, ...]
    weights: tuple[float, ...]
    low: float | None
    high: float | None
    kind: str
    groups: tuple[Side, ...] = ()

    @property
    def is_pair(self) -> bool:
        """Two groups of different units, one less the other."""
        return self.weights == (-1.0, 1.0)

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """The declared ends of each value."""
        return self.low, self.high

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """Of each side: what it says of its mean, as `evidence_of` has it."""
        return tuple(evidence_of(each.values, self.ends) for each in self.sides)

    @property
    def shown(self) -> tuple[Side, ...]:
        """Whose means are shown."""
        return self.groups or self.sides


def evidence_of(values: Array, ends: tuple[float | None, float | None]) -> Evidence:
    """Evidence of a mean between declared ends, else moments. NoAnswer for a value beyond the ends."""
    from analysis.statistics.sequential.bounded_evidence import BoundedEvidence

    low, high = ends
    return Moments.of(values) if low is None or high is None else BoundedEvidence.of(values, low, high)


def contrasted(question: Question, setting: Setting) -> Contrasted:
    """NoAnswer where a side has nobody, or the contrast does not fit what the definition has."""
    return KINDS[question.contrast.kind](question, setting)


def ends_of(question: Question, setting: Setting) -> tuple[float | None, float | None]:
    """The declared ends of one value; a sum, or what is winsorised by the data, has none."""
    measure = setting.measure(question)
    if measure.kind == "boolean":
        low, high = 0.0, 1.0
    elif measure.low is None or measure.high is None:
        return None, None
    else:
        low, high = measure.low, measure.high
    return (None, None) if question.aggregate == "sum" else (low, high)


def side(name: str, values: Array, mask: Mask) -> Side:
    """The units of the mask that have a value."""
    known = mask & ~np.isnan(values)
    return Side(name, values[known], np.flatnonzero(known))


def _arms(question: Question, setting: Setting) -> Contrasted:
    contrast, values = question.contrast, setting.values(question)
    sides = [side(str(name), values, setting.in_arms([str(name)])) for name in (contrast.control, contrast.arm)]
    return _two(question, setting, sides)


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
        return _two(question, setting, marginal)
    cells = [[side(arm.name, values, setting.in_arms([arm.name])) for arm in pair] for pair in pairs]
    kept = [pair for pair in cells if all(len(each.values) for each in pair)]
    total = sum(len(each.values) for pair in kept for each in pair)
    shares = [sum(len(each.values) for each in pair) / total for pair in kept] if total else []
    sides = tuple(each for pair in kept for each in pair)
    weights = tuple(weight for share in shares for weight in (-share, share))
    return _checked(Contrasted(sides, weights, None, None, setting.measure(question).kind, tuple(marginal)))


def _within(question: Question, setting: Setting) -> Contrasted:
    """Each unit's own difference between two levels; units that met only one of them say nothing of it."""
    contrast = question.contrast
    pair, factor = (contrast.baseline, contrast.level), str(contrast.factor)
    levels = [_at_level(question, setting, factor, level) for level in pair]
    differences = levels[1] - levels[0]
    both = ~np.isnan(differences)
    groups = [side(str(name), each, both) for name, each in zip(pair, levels, strict=True)]
    return _checked(_own(question, setting, differences, tuple(groups)))


def _own(question: Question, setting: Setting, differences: Array, groups: tuple[Side, ...]) -> Contrasted:
    low, high = ends_of(question, setting)
    reach = None if low is None or high is None else high - low
    own = side("each unit's own difference", differences, np.ones(len(differences), dtype=bool))
    return Contrasted((own,), (1.0,), None if reach is None else -reach, reach, "number", groups)


def _at_level(question: Question, setting: Setting, factor: str, level: Json) -> Array:
    """Each unit's mean over its cells at that level; NaN where it has none."""
    return _mean_over(question, setting, {factor: level})


def _mean_over(question: Question, setting: Setting, levels: Mapping[str, Json]) -> Array:
    """Each unit's mean over its cells with those levels."""
    cells = [cell for cell in cells_of(setting, question.measure) if levels.items() <= json.loads(cell).items()]
    if not cells:
        named = " with ".join(f"{factor} “{level}”" for factor, level in levels.items())
        raise NoAnswer(f"Nobody has met {named} yet.")
    found = np.column_stack([setting.values(question, cell) for cell in cells])
    known = ~np.isnan(found)
    counts = known.sum(axis=1)
    sums = np.where(known, found, 0.0).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def cells_of(setting: Setting, measure: str) -> list[str]:
    """The combinations of within-levels that were met, as JSON."""
    stem = value_of(measure) + "@"
    return sorted(name.removeprefix(stem) for name in setting.columns.names if name.startswith(stem))


def _interaction(question: Question, setting: Setting) -> Contrasted:
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
        low, high = (_at_level(question, setting, within[0].name, level) for level in within[0].levels)
        own = high - low
        sides = [side(f"{between.name} {level}", own, setting.at(between.name, level)) for level in between.levels]
        return _two(question, setting, sides, reach=True)
    return _both_between(question, setting)


def _all_arms(question: Question, setting: Setting) -> Contrasted:
    values = setting.values(question)
    sides = tuple(side(arm.name, values, setting.in_arms([arm.name])) for arm in setting.arms.values())
    return _checked(Contrasted(tuple(each for each in sides if len(each.values)), (), None, None, "number"))


def _both_within(question: Question, setting: Setting) -> Contrasted:
    first, second = (each for each in setting.factors if each.name in question.contrast.factors)
    total = np.zeros(len(setting.columns))
    for (i, a), (j, b) in product(enumerate(first.levels), enumerate(second.levels)):
        sign = 1 if i == j else -1
        total = total + sign * _mean_over(question, setting, {first.name: a, second.name: b})
    low, high = ends_of(question, setting)
    found = _own(question, setting, total, ())
    reach = None if low is None or high is None else 2 * (high - low)
    return _checked(Contrasted(found.sides, (1.0,), None if reach is None else -reach, reach, "number"))


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
    return _checked(Contrasted(tuple(sides), tuple(weights), None, None, "number"))


def _value(question: Question, setting: Setting) -> Contrasted:
    values, arm = setting.values(question), question.contrast.arm
    mask = np.ones(len(values), dtype=bool) if arm is None else setting.in_arms([arm])
    low, high = ends_of(question, setting)
    own = side(arm or "all units", values, mask)
    return _checked(Contrasted((own,), (1.0,), low, high, setting.measure(question).kind))


def _omnibus(question: Question, setting: Setting) -> Contrasted:
    """All groups, none held against a special one."""
    is_choice = setting.measure(question).kind == "choice"
    values = _chose(question, setting) if is_choice else setting.values(question)
    named = _levels_of(question.contrast, setting)
    sides = tuple(side(name, values, setting.in_arms(arms)) for name, arms in named.items())
    low, high = ends_of(question, setting)
    if len(sides) < 2:
        raise NoAnswer("There is only one group: nothing can differ.")
    return _checked(Contrasted(sides, (), low, high, setting.measure(question).kind))


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


def _two(question: Question, setting: Setting, sides: Sequence[Side], *, reach: bool = False) -> Contrasted:
    low, high = ends_of(question, setting)
    if reach and low is not None and high is not None:
        low, high = low - high, high - low
    kind = "number" if reach else setting.measure(question).kind
    found = _checked(Contrasted(tuple(sides), (-1.0, 1.0), low, high, kind))
    return _adjusted(found, question, setting) if question.covariates else found


def _adjusted(found: Contrasted, question: Question, setting: Setting) -> Contrasted:
    """Without what covariates foretold, with one slope from both sides together (Deng et al. 2013).

    A unit without a covariate keeps its value: that it is missing was settled before the arm was given. The declared
    ends hold no more.
    """
    places = np.concatenate([each.places for each in found.sides])
    values = np.concatenate([each.values for each in found.sides])
    before = np.column_stack([setting.covariate(name)[places] for name in question.covariates])
    known = ~np.isnan(before)
    counts = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, before, 0.0).sum(axis=0) / counts
    off = np.where(known, before - means, 0.0)
    slopes = np.linalg.lstsq(off, values - values.mean(), rcond=1e-12)[0]
    cuts = np.cumsum([len(each.values) for each in found.sides])[:-1]
    parts = np.split(values - off @ slopes, cuts)
    sides = tuple(Side(each.name, part, each.places) for each, part in zip(found.sides, parts, strict=True))
    return Contrasted(sides, found.weights, None, None, "number", found.sides)


def _checked(found: Contrasted) -> Contrasted:
    for each in found.sides:
        if not len(each.values):
            raise NoAnswer(f"Nothing was measured in “{each.name}” yet.")
        if float(np.abs(each.values).max()) > LARGEST:
            raise NoAnswer("The numbers are too large to be computed with: measure in another unit.")
    if not found.sides:
        raise NoAnswer("No unit was measured on both sides yet.")
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
    ContrastKind.ARM: _arms,
    ContrastKind.FACTOR: _factor,
    ContrastKind.WITHIN: _within,
    ContrastKind.INTERACTION: _interaction,
    ContrastKind.OMNIBUS: _omnibus,
    ContrastKind.VALUE: _value,
}
