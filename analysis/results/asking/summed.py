"""Who is held against whom where only sums were read: the same groups as `contrasts` makes of units."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from analysis.registered.document import ContrastKind, Question
from analysis.results.asking.setting import Setting
from analysis.results.asking.sides import Contrasted, Side, Summed, checked, ends_of, two_sides
from analysis.results.asking.stretches import ENOUGH, NEVER, least_of, versions_of, weighed
from analysis.results.keeping.kept import Kept
from analysis.results.keeping.known import Known
from analysis.results.keeping.needs import Need
from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer
from experiments.blueprint import ArmSpec


class Sums:
    """A setting's sums of what one question needs."""

    def __init__(self, question: Question, setting: Setting, need: Need, kept: Kept) -> None:
        self.question, self.setting, self.need, self.kept = question, setting, need, kept

    def side(self, name: str, arms: Sequence[str] | None, versions: set[int] | None = None) -> Side:
        """The units of these arms (None: all) that came under these versions (None: all)."""
        keys = None if arms is None else self.setting.keys_of(arms)
        return Summed(name, self.kept.known(self.need, keys, versions))

    def pairs(self, names: Sequence[str]) -> list[list[Side]]:
        """Control and treatment in each stretch in which both have enough units; the fullest one, if none has."""
        pairs = [[self.side(name, [name], own) for name in names] for own in versions_of(self.setting, names)]
        return [pair for pair in pairs if least_of(pair) >= ENOUGH] or sorted(pairs, key=least_of)[-1:]


def summed(question: Question, setting: Setting, need: Need) -> Contrasted:
    """Of what `kept_of` found. NoAnswer as `contrasted`."""
    if setting.sums is None:
        raise NoAnswer("Nothing was added up yet.")
    return KINDS[question.contrast.kind](Sums(question, setting, need, setting.sums))


def _arm(sums: Sums) -> Contrasted:
    contrast = sums.question.contrast
    names = [str(contrast.control), str(contrast.arm)]
    pairs = sums.pairs(names)
    if not pairs:
        raise NoAnswer(NEVER)
    if len(pairs) == 1:
        return two_sides(sums.question, sums.setting, pairs[0])
    return weighed(sums.question, sums.setting, pairs, tuple(sums.side(name, [name]) for name in names))


def _factor(sums: Sums) -> Contrasted:
    contrast, setting = sums.question.contrast, sums.setting
    factor = str(contrast.factor)
    base, other = (setting.arms_at(factor, level) for level in (contrast.baseline, contrast.level))
    pairs = matched(base, other, factor)
    names = [str(contrast.baseline), str(contrast.level)]
    arms = [[pair[0].name for pair in pairs], [pair[1].name for pair in pairs]]
    marginal = [sums.side(name, own) for name, own in zip(names, arms, strict=True)]
    if alike(setting, pairs):
        return two_sides(sums.question, setting, marginal)
    found = [cell for pair in pairs for cell in sums.pairs([arm.name for arm in pair])]
    kept = [cell for cell in found if all(each.n for each in cell)]
    if not kept:
        raise NoAnswer(f"No two arms that differ in {factor} alone have anything measured in both.")
    return weighed(sums.question, setting, kept, tuple(marginal))


def _within(sums: Sums) -> Contrasted:
    """beside: of those who met both, the difference, the baseline and the level."""
    known = sums.kept.known(sums.need, None)
    low, high = ends_of(sums.question, sums.setting)
    reach = None if low is None or high is None else high - low
    contrast, beside = sums.question.contrast, known.beside or Moments.none(3)
    groups = tuple(
        Summed(str(name), Known(beside.only(place), 0, 0, None, None))
        for place, name in enumerate((contrast.baseline, contrast.level), 1)
    )
    own = Summed("each unit's own difference", known)
    return checked(Contrasted((own,), (1.0,), None if reach is None else -reach, reach, "number", groups))


def _value(sums: Sums) -> Contrasted:
    arm = sums.question.contrast.arm
    low, high = ends_of(sums.question, sums.setting)
    own = sums.side(arm or "all units", None if arm is None else [arm])
    return checked(Contrasted((own,), (1.0,), low, high, sums.setting.measure(sums.question).kind))


KINDS: Final[Mapping[ContrastKind, Callable[[Sums], Contrasted]]] = {
    ContrastKind.ARM: _arm,
    ContrastKind.FACTOR: _factor,
    ContrastKind.WITHIN: _within,
    ContrastKind.VALUE: _value,
}


def alike(setting: Setting, pairs: Sequence[tuple[ArmSpec, ArmSpec]]) -> bool:
    """Whether both levels had the same odds in all pairs and at all times, so that others are met alike by both."""
    if setting.is_adaptive or not setting.shares:
        return len({pair[0].weight / pair[1].weight for pair in pairs}) <= 1
    odds = {
        round(shares.get(one.name, 0.0) / shares[other.name], 9) if shares.get(other.name) else None
        for shares in setting.shares.values()
        for one, other in pairs
        if shares.get(one.name) or shares.get(other.name)
    }
    return len(odds) <= 1 and None not in odds and 0.0 not in odds


def matched(base: Sequence[ArmSpec], other: Sequence[ArmSpec], factor: str) -> list[tuple[ArmSpec, ArmSpec]]:
    """Arms that differ in this factor alone. NoAnswer where there are none."""
    rest = {_rest(arm, factor): arm for arm in other}
    pairs = [(arm, rest[_rest(arm, factor)]) for arm in base if _rest(arm, factor) in rest]
    if not pairs:
        raise NoAnswer(f"No two arms differ in {factor} alone.")
    return pairs


def _rest(arm: ArmSpec, factor: str) -> str:
    return json.dumps({name: level for name, level in arm.levels.items() if name != factor}, sort_keys=True)
