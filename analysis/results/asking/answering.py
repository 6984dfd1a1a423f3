"""From both sides' values to an estimate, by the method that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf, sqrt
from typing import TYPE_CHECKING, Final

from analysis.registered.document import ContrastKind, EstimandKind, Method, Question
from analysis.results.asking.contrasts import Contrasted, Side, contrasted
from analysis.results.asking.setting import Setting
from analysis.results.columns import Array
from analysis.statistics.moments import Moments
from analysis.statistics.words import Estimate, NoAnswer, Validity

if TYPE_CHECKING:
    from analysis.statistics.sequential.comparing import Arm as Evidence

ENOUGH: Final = 30
FEW: Final = "Fewer than 30 units on a side: too few to know how much values vary, so nothing is claimed yet."


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with both sides found. level: the error allowed of this one interval."""

    question: Question
    setting: Setting
    contrast: Contrasted
    level: float

    @property
    def is_relative(self) -> bool:
        """Whether the answer is a share of the control's mean."""
        return self.question.estimand.kind == EstimandKind.RELATIVE


@dataclass(frozen=True, slots=True)
class Said:
    """An estimate, or the sentence that says why there is none."""

    estimate: Estimate | None = None
    why_not: str = ""


Way = Callable[[Asked], Estimate]
Ends = tuple[float | None, float | None]


def answer(question: Question, setting: Setting, *, level: float, method: Method | None = None) -> Said:
    """By the question's method, or by another one. Never raises NoAnswer: it is said."""
    try:
        asked = Asked(question, setting, contrasted(question, setting), level)
        return Said(ways()[method or question.method](asked))
    except NoAnswer as nothing:
        return Said(why_not=str(nothing))


def ways() -> Mapping[Method, Way]:
    """Every method, by the word that plans use."""
    return {Method.ANYTIME: anytime, Method.FIXED: fixed}


def anytime(asked: Asked) -> Estimate:
    """Valid at every look: exact where both ends are declared, else asymptotic."""
    from analysis.statistics.sequential.comparing import compare

    contrast = asked.contrast
    if asked.question.contrast.kind == ContrastKind.OMNIBUS:
        return _largest(asked)
    if len(contrast.sides) == 1:
        return _own_mean(asked)
    if not contrast.is_pair:
        return _weighted(asked)
    control, treatment = (evidence_of(each.values, contrast.ends) for each in contrast.sides)
    return compare(control, treatment, kind="number", level=asked.level, relative=asked.is_relative)


def evidence_of(values: Array, ends: Ends) -> Evidence:
    """Evidence with the declared ends where there are some, else moments."""
    from analysis.statistics.sequential.bounded_evidence import BoundedEvidence

    low, high = ends
    return Moments.of(values) if low is None or high is None else BoundedEvidence.of(values, low, high)


def _own_mean(asked: Asked) -> Estimate:
    """Of one group: its mean; of differences within units: tested against none."""
    from analysis.statistics.sequential.asymptotics import Sequence, asymptotic_mean
    from analysis.statistics.sequential.bounded_comparison import mean_of
    from analysis.statistics.sequential.bounded_evidence import BoundedEvidence
    from analysis.statistics.sequential.comparing import TUNING_N

    (own,) = asked.contrast.sides
    tested = 0.0 if asked.question.contrast.kind != ContrastKind.VALUE else None
    known = evidence_of(own.values, asked.contrast.ends)
    if isinstance(known, BoundedEvidence):
        return mean_of(known, level=asked.level, against=tested)
    sequence = Sequence(asked.level, TUNING_N)
    found = asymptotic_mean(own.moments, sequence=sequence)
    if tested is None or found.standard_error is None or found.n < ENOUGH:
        return found
    return _with_p(found, sequence.p_value(found.value / found.standard_error, found.n))


def _weighted(asked: Asked) -> Estimate:
    """A weighted sum of group means, by the normal mixture of its standard error."""
    from analysis.statistics.sequential.asymptotics import METHOD, Sequence
    from analysis.statistics.sequential.comparing import TUNING_N

    value, error, n, least = _sum_of_means(asked.contrast)
    sequence = Sequence(asked.level, TUNING_N)
    if least < ENOUGH:
        found = Estimate(value, -inf, inf, asked.level, n, METHOD, Validity.ASYMPTOTIC, 1.0, error)
        return found.remarked(FEW)
    low, high = sequence.around(value, sequence.spread(n) * error)
    p = sequence.p_value(value / error, n)
    return Estimate(value, low, high, asked.level, n, METHOD, Validity.ASYMPTOTIC, p, error)


def _sum_of_means(contrast: Contrasted) -> tuple[float, float, int, int]:
    """Value, its standard error, all units, those of the smallest group."""
    parts = [(weight, each.moments) for weight, each in zip(contrast.weights, contrast.sides, strict=True)]
    value = sum(weight * float(own.mean[0]) for weight, own in parts)
    error = sqrt(sum(weight**2 * _variance(own) / own.n for weight, own in parts))
    if not error > 0:
        raise NoAnswer("All values of each group are the same: they say nothing about how much values vary.")
    return value, error, sum(own.n for _, own in parts), min(own.n for _, own in parts)


def _variance(moments: Moments) -> float:
    if moments.n < 2:
        raise NoAnswer("A group has one unit only: one value says nothing about how much values vary.")
    return moments.variance


def _largest(asked: Asked) -> Estimate:
    """The largest difference between any two groups, at a level that all pairs share: valid at every look."""
    from analysis.statistics.sequential.comparing import compare

    sides = asked.contrast.sides
    pairs = [(a, b) for i, a in enumerate(sides) for b in sides[i + 1 :]]
    level = asked.level / len(pairs)
    found = []
    for first, second in pairs:
        few, many = sorted((first, second), key=lambda each: float(each.moments.mean[0]))
        known = (evidence_of(each.values, asked.contrast.ends) for each in (few, many))
        one = compare(*known, kind="number", level=level)
        found.append(one.remarked(f"The largest of {len(pairs)} differences: “{many.name}” against “{few.name}”."))
    best = min(found, key=lambda one: (1.0 if one.p_value is None else one.p_value, -one.value))
    p = None if best.p_value is None else min(1.0, best.p_value * len(pairs))
    return _with_p(best, p, level=asked.level)


def _with_p(found: Estimate, p: float | None, *, level: float | None = None) -> Estimate:
    return replace(found, p_value=p, level=found.level if level is None else level)


def fixed(asked: Asked) -> Estimate:
    """For one look: Welch for numbers, proportions by their own variance; of differences within units paired."""
    from analysis.statistics.estimates import means
    from analysis.statistics.estimates.proportion_differences import welch_proportions
    from analysis.statistics.estimates.proportions import Counted

    contrast = asked.contrast
    if asked.question.contrast.kind == ContrastKind.OMNIBUS:
        raise NoAnswer("Of several groups at once there is no single difference: ask with method anova.")
    if len(contrast.sides) == 1:
        moments = contrast.sides[0].moments
        if asked.question.contrast.kind == ContrastKind.VALUE:
            return means.mean(moments, level=asked.level)
        return means.paired(moments, level=asked.level)
    if not contrast.is_pair:
        return _weighted_fixed(asked)
    control, treatment = (each.moments for each in contrast.sides)
    if contrast.kind == "boolean" and all(_is_yes_no(each) for each in contrast.sides):
        counted = [Counted(round(each.n * float(each.mean[0])), each.n) for each in (control, treatment)]
        return welch_proportions(*counted, level=asked.level, relative=asked.is_relative)
    return means.difference(control, treatment, level=asked.level, relative=asked.is_relative)


def _is_yes_no(side: Side) -> bool:
    return bool(((side.values == 0) | (side.values == 1)).all())


def _weighted_fixed(asked: Asked) -> Estimate:
    from analysis.statistics.estimates.referring import bare, normal

    value, error, n, _ = _sum_of_means(asked.contrast)
    return normal(bare(value, n, asked.level, "weighted-means"), error)
