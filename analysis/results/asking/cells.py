"""Means of every cell of the design, and what single units did: for effects, interactions and lines within units."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np

from analysis.results.asking.setting import Setting
from analysis.results.asking.sides import Side, cells_of, evidence_of, side
from analysis.results.columns import value_of
from analysis.statistics.moments import LARGEST
from analysis.statistics.words import NoAnswer
from experiments.types import Json

MOST_LINES: Final = 120


@dataclass(frozen=True, slots=True)
class Cell:
    """An arm's units in one combination of within-levels ({} where there is none), with an interval for the mean that
    holds at every look; an open end is None.
    """

    arm: str
    between: Mapping[str, Json]
    within: Mapping[str, Json]
    n: int
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's means over the cells, in their order; None where it has none. Nameless: a number that starts at 1."""

    number: int
    arm: str
    means: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """cells: arms by within-combinations. labels: of the combinations, in the order of each line's means."""

    measure: str
    cells: tuple[Cell, ...]
    labels: tuple[str, ...]
    lines: tuple[Line, ...]


def cells(setting: Setting, measure: str, *, level: float = 0.05, most: int = MOST_LINES) -> Cells:
    """Of units' means. Lines of `most` units at most, drawn with the plan's seed, in the order of their arms."""
    combinations = sorted(cells_of(setting, measure), key=lambda one: _place(setting, one)) or [""]
    found = [
        _cell(setting, measure, (arm.name, combination), level)
        for arm in setting.arms.values()
        for combination in combinations
    ]
    labels = tuple(", ".join(str(each) for each in _levels(one).values()) for one in combinations)
    lines = _lines(setting, measure, combinations, most) if combinations != [""] else ()
    return Cells(measure, tuple(found), labels, lines)


def _place(setting: Setting, combination: str) -> tuple[int, ...]:
    """Where a combination stands when levels come in the definition's order; those that it lacks come last."""
    met = _levels(combination)
    within = [factor for factor in setting.factors if factor.name in met]
    return tuple(
        factor.levels.index(met[factor.name]) if met[factor.name] in factor.levels else len(factor.levels)
        for factor in within
    )


def _levels(combination: str) -> Mapping[str, Json]:
    return json.loads(combination) if combination else {}


def _cell(setting: Setting, measure: str, where: tuple[str, str], level: float) -> Cell:
    name, combination = where
    arm = next(each for each in setting.arms.values() if each.name == name)
    values = setting.columns.column(value_of(measure, cell=combination))
    own = side(name, values, setting.in_arms([name]))
    try:
        mean = float(own.moments.mean[0]) if len(own.values) else None
    except NoAnswer:  # numbers that cannot be computed with
        return Cell(name, arm.levels, _levels(combination), len(own.values), None, None, None)
    low, high = _interval(setting, measure, own, level)
    return Cell(name, arm.levels, _levels(combination), len(own.values), mean, low, high)


def _interval(setting: Setting, measure: str, own: Side, level: float) -> tuple[float | None, float | None]:
    from analysis.statistics.sequential.comparing import estimate_mean

    spec = setting.measures[measure]
    ends = (0.0, 1.0) if spec.kind == "boolean" else (spec.low, spec.high)
    try:
        found = estimate_mean(evidence_of(own.values, ends), level=level)
    except NoAnswer:
        return None, None
    return _end(found.low), _end(found.high)


def _end(value: float) -> float | None:
    return value if isfinite(value) else None


def _lines(setting: Setting, measure: str, combinations: list[str], most: int) -> tuple[Line, ...]:
    values = np.column_stack([setting.columns.column(value_of(measure, cell=each)) for each in combinations])
    known = np.flatnonzero((~np.isnan(values)).any(axis=1))
    if len(known) > most:
        known = np.sort(np.random.default_rng(setting.seed).choice(known, most, replace=False))
    names = {pk: arm.name for pk, arm in setting.arms.items()}
    arms = setting.columns.column("arm")
    return tuple(
        Line(number, names.get(int(arms[place]), ""), tuple(map(_known, values[place].tolist())))
        for number, place in enumerate(known.tolist(), start=1)
    )


def _known(value: float) -> float | None:
    return value if abs(value) <= LARGEST else None
