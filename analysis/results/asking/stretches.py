"""Arms compared among those who could have got any of them: in each stretch of time with the same odds by itself.

A stretch ends where a version changes the arms' shares, and where an arm is closed by its quota. Pooled over stretches,
a ramp or a closed arm together with a trend would make a difference out of nothing (Simpson's paradox).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from analysis.registered.document import EstimandKind, Method, Question
from analysis.results.asking.setting import Setting
from analysis.results.asking.sides import Contrasted, Side, checked, side, two_sides
from analysis.results.columns import AT, VERSION, Mask
from analysis.statistics.words import NoAnswer

ENOUGH: Final = 30
WEIGHED: Final = (Method.ANYTIME, Method.FIXED, Method.GROUP_SEQUENTIAL)
CHANGED: Final = (
    "The odds of these two arms changed on the way. Stretch by stretch only their plain difference is known: ask for "
    "that, with method anytime or fixed."
)
CHANGED_OF_SEVERAL: Final = (
    "The shares of these arms changed on the way, so groups that are pooled met different times. Ask of two arms or "
    "two levels at a time, with method anytime or fixed: those are compared stretch by stretch."
)
NEVER: Final = "The two arms were never handed out at the same time: nothing compares them."
NEVER_ALL: Final = "These arms were never all handed out at the same time: nothing compares them all at once."


def stretches(setting: Setting, names: Sequence[str]) -> list[Mask]:
    """Units by the odds of these arms under which they came; nobody who came while one of them was not handed out.

    A single one where nothing is known of versions, or where a policy weighs by stored chances.
    """
    everybody, open_all = np.ones(len(setting.columns), dtype=bool), open_to(setting, names)
    if setting.is_adaptive or not setting.shares:
        return [open_all]
    version = setting.columns.column(VERSION)
    found: dict[tuple[float, ...], Mask] = {}
    for pk, shares in setting.shares.items():
        own = [shares.get(name, 0.0) for name in names]
        if all(own):
            odds = tuple(round(share / own[0], 9) for share in own)
            found[odds] = found.get(odds, ~everybody) | (version == pk) & open_all
    return list(found.values())


def versions_of(setting: Setting, names: Sequence[str]) -> list[set[int] | None]:
    """The same by versions, where no arm was closed: None for all."""
    if setting.is_adaptive or not setting.shares:
        return [None]
    found: dict[tuple[float, ...], set[int]] = {}
    for pk, shares in setting.shares.items():
        own = [shares.get(name, 0.0) for name in names]
        if all(own):
            found.setdefault(tuple(round(share / own[0], 9) for share in own), set()).add(pk)
    return list(found.values())


def open_to(setting: Setting, names: Sequence[str]) -> Mask:
    """Who came while none of these arms had been closed by its quota, shape (n,)."""
    ends = [] if setting.is_adaptive else [setting.closed[name] for name in names if name in setting.closed]
    at = setting.columns.column(AT)
    return at <= min(ends) if ends else np.ones(len(at), dtype=bool)


def compared(question: Question, setting: Setting) -> Contrasted:
    """The plain pair where the odds never changed; else a sum over stretches, weighed by their units.

    Stretches with few units of an arm are left out, unless all are. NoAnswer if the question is no plain difference.
    """
    contrast, values = question.contrast, setting.values(question)
    names = [str(contrast.control), str(contrast.arm)]
    pairs = pairs_of(question, setting, names)
    if not pairs:
        raise NoAnswer(NEVER)
    if len(pairs) == 1:
        return two_sides(question, setting, pairs[0])
    groups = tuple(side(name, values, setting.in_arms([name])) for name in names)
    return weighed(question, setting, pairs, groups)


def pairs_of(question: Question, setting: Setting, names: Sequence[str]) -> list[list[Side]]:
    """Control and treatment in each stretch in which both have enough units; the fullest one, if none has."""
    values = setting.values(question)
    pairs = [
        [side(name, values, setting.in_arms([name]) & mask) for name in names] for mask in stretches(setting, names)
    ]
    kept = [pair for pair in pairs if least_of(pair) >= ENOUGH]
    return kept or sorted(pairs, key=least_of)[-1:]


def weighed(
    question: Question, setting: Setting, pairs: Sequence[Sequence[Side]], groups: tuple[Side, ...]
) -> Contrasted:
    """The sum of all pairs' differences, each weighed by its units. NoAnswer if the question is no plain difference."""
    is_plain = question.estimand.kind == EstimandKind.ABSOLUTE and not question.covariates
    if not is_plain or question.method not in WEIGHED:
        raise NoAnswer(CHANGED)
    sizes = [sum(each.n for each in pair) for pair in pairs]
    weights = tuple(sign * size / sum(sizes) for size in sizes for sign in (-1.0, 1.0))
    sides = tuple(each for pair in pairs for each in pair)
    return checked(Contrasted(sides, weights, None, None, setting.measure(question).kind, groups))


def together_in(setting: Setting, names: Sequence[str]) -> Mask:
    """Who came while all of these arms were handed out, at one set of odds. NoAnswer where those changed on the way."""
    masks = [mask for mask in stretches(setting, names) if mask.any()]
    if len(masks) > 1:
        raise NoAnswer(CHANGED_OF_SEVERAL)
    if not masks and len(setting.columns):
        raise NoAnswer(NEVER_ALL)
    return masks[0] if masks else np.zeros(len(setting.columns), dtype=bool)


def least_of(pair: Sequence[Side]) -> int:
    """The size of the smaller one."""
    return min(each.n for each in pair)
