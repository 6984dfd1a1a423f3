"""Means of every cell of the design, and what single units did: for effects, interactions and lines within units."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np

from analysis.results.asking.setting import Setting
from analysis.results.asking.settled import cells_changed, of_one_look
from analysis.results.asking.sides import Side, evidence_of, is_crowded, named_cells, side
from analysis.results.columns import value_of
from analysis.statistics.moments import LARGEST
from analysis.statistics.words import Estimate, NoAnswer, Validity
from experiments.blueprint import ArmSpec
from experiments.types import Json

MOST_LINES: Final = 120


@dataclass(frozen=True, slots=True)
class Cell:
    """An arm's units in one combination of within-levels ({} where there is none), with an interval for the mean.

    low, high: None for an open end. validity: what the interval promises.
    """

    arm: str
    between: Mapping[str, Json]
    within: Mapping[str, Json]
    n: int
    mean: float | None
    low: float | None = None
    high: float | None = None
    validity: Validity | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's means over the cells, in their order; None where it has none. Nameless: a number that starts at 1."""

    number: int
    arm: str
    means: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """cells: arms by within-combinations. labels: of the combinations, in the order of each line's means.

    is_crowded: there are too many combinations to be told apart, so cells are of arms alone.
    """

    measure: str
    cells: tuple[Cell, ...]
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    is_crowded: bool = False


def cells(setting: Setting, measure: str, *, level: float = 0.05, most: int = MOST_LINES) -> Cells:
    """Of units' means. Lines of `most` units at most, drawn with the plan's seed, in the order of their arms."""
    crowded = is_crowded(setting.columns, measure)
    met = [] if crowded else named_cells(setting.columns, measure)
    combinations = sorted(met, key=lambda one: _place(setting, one)) or [""]
    means = _Means(setting, measure, level, cells_changed(setting, measure))
    found = [_cell(means, arm, combination) for arm in setting.arms.values() for combination in combinations]
    labels = tuple(", ".join(str(each) for each in _levels(one).values()) for one in combinations)
    lines = _lines(setting, measure, combinations, most) if combinations != [""] else ()
    return Cells(measure, tuple(found), labels, lines, crowded)


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


@dataclass(frozen=True, slots=True)
class _Means:
    """How a measure's means are estimated. has_changed: whether a unit's value may have been another one before."""

    setting: Setting
    measure: str
    level: float
    has_changed: bool

    def of(self, own: Side) -> Estimate:
        """NoAnswer as `estimate_mean`."""
        from analysis.statistics.sequential.comparing import estimate_mean

        spec = self.setting.measures[self.measure]
        ends = (0.0, 1.0) if spec.kind == "boolean" else (spec.low, spec.high)
        found = estimate_mean(evidence_of(own.values, ends), level=self.level)
        return of_one_look(found) if self.has_changed else found


def _cell(means: _Means, arm: ArmSpec, combination: str) -> Cell:
    setting = means.setting
    values = setting.columns.column(value_of(means.measure, cell=combination))
    own, within = side(arm.name, values, setting.in_arms([arm.name])), _levels(combination)
    try:
        mean = float(own.moments.mean[0]) if len(own.values) else None
    except NoAnswer:  # numbers that cannot be computed with
        return Cell(arm.name, arm.levels, within, len(own.values), None)
    try:
        found = means.of(own)
    except NoAnswer:
        return Cell(arm.name, arm.levels, within, len(own.values), mean)
    return Cell(arm.name, arm.levels, within, len(own.values), mean, _end(found.low), _end(found.high), found.validity)


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
