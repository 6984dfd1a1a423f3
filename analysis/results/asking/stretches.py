"""Two arms compared among those who could have got either: in each stretch of time with the same odds by itself."""

from __future__ import annotations

from typing import Final

import numpy as np

from analysis.registered.document import EstimandKind, Method, Question
from analysis.results.asking.setting import Setting
from analysis.results.asking.sides import Contrasted, checked, side, two_sides
from analysis.results.columns import VERSION, Mask
from analysis.statistics.words import NoAnswer

ENOUGH: Final = 30
WEIGHED: Final = (Method.ANYTIME, Method.FIXED, Method.GROUP_SEQUENTIAL)
CHANGED: Final = (
    "The odds of these two arms changed on the way. Stretch by stretch only their plain difference is known: ask for "
    "that, with method anytime or fixed."
)


def stretches(setting: Setting, control: str, treatment: str) -> list[Mask]:
    """Units by the odds under which they came; nobody who came while one of the arms was not handed out.

    A single one where nothing is known of versions, or where a policy weighs by stored chances.
    """
    everybody = np.ones(len(setting.columns), dtype=bool)
    if setting.is_adaptive or not setting.shares:
        return [everybody]
    version = setting.columns.column(VERSION)
    found: dict[float, Mask] = {}
    for pk, shares in setting.shares.items():
        one, other = (shares.get(name, 0.0) for name in (control, treatment))
        if one and other:
            odds = round(other / one, 9)
            found[odds] = found.get(odds, ~everybody) | (version == pk)
    return list(found.values())


def compared(question: Question, setting: Setting) -> Contrasted:
    """The plain pair where the odds never changed; else a sum over stretches, weighed by their units.

    Stretches with few units of an arm are left out, unless all are. NoAnswer if the question is no plain difference.
    """
    contrast, values = question.contrast, setting.values(question)
    names = [str(contrast.control), str(contrast.arm)]
    masks = stretches(setting, *names)
    if not masks:
        raise NoAnswer("The two arms were never handed out at the same time: nothing compares them.")
    pairs = [[side(name, values, setting.in_arms([name]) & mask) for name in names] for mask in masks]
    kept = [pair for pair in pairs if min(len(each.values) for each in pair) >= ENOUGH]
    if len(kept) < 2:
        largest = max(kept or pairs, key=lambda pair: min(len(each.values) for each in pair))
        return two_sides(question, setting, largest)
    is_plain = question.estimand.kind == EstimandKind.ABSOLUTE and not question.covariates
    if not is_plain or question.method not in WEIGHED:
        raise NoAnswer(CHANGED)
    sizes = [sum(len(each.values) for each in pair) for pair in kept]
    weights = tuple(sign * size / sum(sizes) for size in sizes for sign in (-1.0, 1.0))
    sides = tuple(each for pair in kept for each in pair)
    groups = tuple(side(name, values, setting.in_arms([name])) for name in names)
    return checked(Contrasted(sides, weights, None, None, setting.measure(question).kind, groups))
