"""Which figures of each unit a plan's questions add up: what is kept of a block of units, and what is read of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np

from analysis.registered.document import Contrast, ContrastKind, EstimandKind, Method, Plan, Question, Role
from analysis.results.asking.setting import Setting, declared_ends
from analysis.results.asking.sides import is_crowded, mean_over, named_cells
from analysis.results.columns import LATELY, OPEN, Array, Columns, Mask, value_of
from analysis.statistics.words import NoAnswer
from experiments.blueprint import MeasureSpec
from experiments.definition import canonical_json
from experiments.types import Json

BY_SUMS: Final = (Method.ANYTIME, Method.FIXED, Method.BAYES)
OF_GROUPS: Final = (ContrastKind.ARM, ContrastKind.FACTOR, ContrastKind.VALUE)
SUMS_OF: Final = (EstimandKind.ABSOLUTE, EstimandKind.RELATIVE, EstimandKind.RATIO)
FORMAT: Final = "3"
ADDED_UP: Final = ("number", "boolean")


@dataclass(frozen=True, slots=True)
class Need:
    """One value of each unit, and for some questions others beside it. ends: of the value, where both are declared.

    per: the measure below, of a ratio. covariates: attributes. within: factor, baseline and level of each unit's own
    difference, which then is the value.
    """

    measure: str
    aggregate: str = "mean"
    ends: tuple[float, float] | None = None
    per: str = ""
    covariates: tuple[str, ...] = ()
    within: tuple[str, Json, Json] | None = None

    @property
    def key(self) -> str:
        """What it is found by among sums."""
        ends: list[Json] = list(self.ends or ())
        return canonical_json(
            [self.measure, self.aggregate, ends, self.per, [*self.covariates], [*(self.within or ())]]
        )

    @classmethod
    def parse(cls, key: str) -> Need:
        """Whose key that is."""
        measure, aggregate, ends, per, covariates, within = json.loads(key)
        bounds = (float(ends[0]), float(ends[1])) if ends else None
        return cls(measure, aggregate, bounds, per, tuple(covariates), tuple(within) or None)

    @property
    def beside(self) -> int:
        """How many variables are kept together in a second set: 0 where the value is all."""
        if self.within:
            return 3
        return 2 if self.per else len(self.covariates) and 1 + len(self.covariates)

    def values(self, columns: Columns) -> tuple[Array, Array]:
        """Shape (n,), NaN where a unit has none; and shape (n, beside)."""
        setting = Setting(columns, {}, {})
        if self.within:
            return _differences(self, setting)
        own = setting.values(self._question)
        if self.per:
            beside = [np.where(np.isnan(own), np.nan, setting.total(self.measure)), setting.total(self.per)]
        else:
            beside = [own, *(setting.covariate(name) for name in self.covariates)]
        return own, np.column_stack(beside) if self.beside else np.empty((len(own), 0))

    def changed(self, columns: Columns) -> Mask:
        """Of which units the value may have been another one before, shape (n,)."""
        if self.within:
            return changed_within(columns, self.measure, self.within[0], self.within[1:])
        return changed_in(columns, self.measure, "sum" if self.per else self.aggregate, self.per)

    @property
    def _question(self) -> Question:
        return Question("", self.measure, Role.EXPLORATORY, Contrast(ContrastKind.VALUE), aggregate=self.aggregate)


def _differences(need: Need, setting: Setting) -> tuple[Array, Array]:
    """Each unit's value at the level less that at the baseline, with both beside it; what no sum bears where cells are
    too many, so that whoever asks reads the columns, which say so.
    """
    factor, *pair = need.within or ("",)
    if is_crowded(setting.columns, need.measure):
        beyond = np.full(len(setting.columns), np.inf)
        return beyond, np.column_stack([beyond] * 3)
    try:
        base, other = (mean_over(need._question, setting, {factor: level}) for level in pair)
    except NoAnswer:  # in this block nobody met one of them
        nobody = np.full(len(setting.columns), np.nan)
        return nobody, np.column_stack([nobody] * 3)
    gap = other - base
    return gap, np.column_stack([gap, base, other])


def changed_in(columns: Columns, measure: str, aggregate: str, per: str = "") -> Mask:
    """Units with more values than one, unless the first is what counts. per: of a ratio, what is below."""
    again: Mask = _again(columns, per) if per else np.zeros(len(columns), dtype=bool)
    return again if aggregate == "first" else again | _again(columns, measure)


def _again(columns: Columns, measure: str) -> Mask:
    return (columns.column(value_of(measure, "count")) > 1) & ~_is_final(columns, measure)


def _is_final(columns: Columns, measure: str) -> Mask:
    """Whose part is over, and nothing came after that."""
    is_over: Mask = columns.column(OPEN) == 0
    return is_over & ~(columns.column(value_of(measure, LATELY)) > 0)


def changed_within(columns: Columns, measure: str, factor: str, levels: Sequence[Json]) -> Mask:
    """Units with more values than cells, or more cells than one at either level."""
    cells = named_cells(columns, measure)
    known = {cell: ~np.isnan(columns.column(value_of(measure, cell=cell))) for cell in cells}
    n_cells = sum((mask.astype(int) for mask in known.values()), np.zeros(len(columns), dtype=int))
    again: Mask = columns.column(value_of(measure, "count")) > np.maximum(n_cells, 1)
    for level in levels:
        own = [known[cell].astype(int) for cell in cells if json.loads(cell).get(factor) == level]
        again |= sum(own, np.zeros(len(columns), dtype=int)) > 1
    return again & ~_is_final(columns, measure)


def need_of(question: Question, measures: Mapping[str, MeasureSpec]) -> Need | None:
    """What the question adds up; None if it must see every unit, or asks for what is not measured."""
    spec = measures.get(question.measure)
    if spec is None or spec.kind not in ADDED_UP or not _adds_up(question):
        return None
    kind, ends = question.contrast.kind, declared_ends(question, spec)
    if kind == ContrastKind.WITHIN:
        reach = None if ends is None else (ends[0] - ends[1], ends[1] - ends[0])
        pair = (str(question.contrast.factor), question.contrast.baseline, question.contrast.level)
        return Need(question.measure, question.aggregate, reach, within=pair)
    per = str(question.estimand.per or "") if question.estimand.kind == EstimandKind.RATIO else ""
    return Need(question.measure, question.aggregate, ends, per, question.covariates)


def _adds_up(question: Question) -> bool:
    kind, estimand = question.contrast.kind, question.estimand.kind
    if question.winsor is not None or estimand not in SUMS_OF or question.method not in BY_SUMS:
        return False
    if kind == ContrastKind.WITHIN:
        return not question.covariates and estimand == EstimandKind.ABSOLUTE
    return kind in OF_GROUPS and not (question.covariates and estimand == EstimandKind.RATIO)


def needs_of(plan: Plan, measures: Mapping[str, MeasureSpec]) -> tuple[Need, ...]:
    """Of all its questions, each once, in the order of their keys."""
    found = {need.key: need for question in plan.questions if (need := need_of(question, measures)) is not None}
    return tuple(found[key] for key in sorted(found))


def digest_of(needs: Sequence[Need]) -> str:
    """Which needs, and how they are kept: another FORMAT makes all sums anew."""
    return sha256("\n".join([FORMAT, *(each.key for each in needs)]).encode()).hexdigest()
