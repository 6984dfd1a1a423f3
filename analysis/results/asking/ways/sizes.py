"""Effect sizes: differences in units of spread, of order, and ratios of shares and odds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import inf, log
from typing import Final

from analysis.results.asking.asked import Asked
from analysis.results.asking.sides import Side
from analysis.results.asking.ways.fixed import is_yes_no
from analysis.statistics.estimates.proportions import Counted
from analysis.statistics.words import Estimate, NoAnswer


def size(asked: Asked) -> Estimate:
    """By the coefficient that the question names; 0 is no difference, also of ratios, which are given as logarithms."""
    return SIZES[asked.question.estimand.coefficient or "g"](asked)


def _d(asked: Asked) -> Estimate:
    from analysis.statistics.effects.standardised import cohen_d

    control, treatment = _two(asked)
    return cohen_d(control.moments, treatment.moments, level=asked.level)


def _g(asked: Asked) -> Estimate:
    from analysis.statistics.effects.standardised import hedges_g

    control, treatment = _two(asked)
    return hedges_g(control.moments, treatment.moments, level=asked.level)


def _dz(asked: Asked) -> Estimate:
    from analysis.statistics.effects.standardised import cohen_dz

    if len(asked.contrast.sides) != 1:
        raise NoAnswer("dz is of differences within units: ask of a factor within units.")
    return cohen_dz(asked.contrast.sides[0].moments, level=asked.level)


def _h(asked: Asked) -> Estimate:
    from analysis.statistics.effects.standardised import cohen_h

    return cohen_h(*_counted(asked), level=asked.level)


def _cliff(asked: Asked) -> Estimate:
    from analysis.statistics.ranks.mann_whitney import cliff_delta, mann_whitney

    control, treatment = _two(asked)
    found = mann_whitney(control.values, treatment.values, level=asked.level)
    return replace(cliff_delta(found.larger), p_value=found.tested.p_value)


def _odds(asked: Asked) -> Estimate:
    from analysis.statistics.estimates.proportion_differences import odds_ratio

    return _logged(odds_ratio(*_counted(asked), level=asked.level), "odds")


def _risk(asked: Asked) -> Estimate:
    from analysis.statistics.estimates.proportion_differences import risk_ratio

    return _logged(risk_ratio(*_counted(asked), level=asked.level), "shares")


SIZES: Final[Mapping[str, Callable[[Asked], Estimate]]] = {
    "d": _d,
    "g": _g,
    "dz": _dz,
    "h": _h,
    "cliffs_delta": _cliff,
    "odds_ratio": _odds,
    "risk_ratio": _risk,
}


def _logged(found: Estimate, named: str) -> Estimate:
    if found.value <= 0 or found.value == inf:
        raise NoAnswer("In an arm all units did the same, so no ratio can be told. Ask for the difference.")
    told = f"In logarithms; the ratio of {named} is {found.value:.3g}, between {found.low:.3g} and {found.high:.3g}."
    logs = [-inf if each <= 0 else inf if each == inf else log(each) for each in (found.value, found.low, found.high)]
    return replace(found, value=logs[0], low=logs[1], high=logs[2], standard_error=None).remarked(told)


def _counted(asked: Asked) -> list[Counted]:
    sides = _two(asked)
    if not all(is_yes_no(each) for each in sides):
        raise NoAnswer("This effect size is of answers, yes or no, of one for each unit: ask for g.")
    return [Counted(int(each.values.sum()), len(each.values)) for each in sides]


def _two(asked: Asked) -> tuple[Side, ...]:
    if not asked.contrast.is_pair:
        raise NoAnswer("An effect size is of two groups: ask of two arms.")
    return asked.contrast.sides
