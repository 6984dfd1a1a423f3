"""From a question to what is said to it, by the method that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, cast

from analysis.registered.document import ContrastKind, EstimandKind, Method, Question
from analysis.results.asking.additive import weighs
from analysis.results.asking.asked import Asked, Prepared, Said
from analysis.results.asking.contrasts import JUDGED
from analysis.results.asking.setting import Setting
from analysis.results.asking.settled import as_promised
from analysis.statistics.words import Estimate, NoAnswer

Way = Callable[[Asked], Estimate]

WAYS: Final[Mapping[tuple[EstimandKind | None, Method], str]] = {
    (EstimandKind.RATIO, Method.ANYTIME): "ratios.anytime",
    (EstimandKind.RATIO, Method.FIXED): "ratios.fixed",
    (EstimandKind.QUANTILE, Method.ANYTIME): "quantiles.anytime",
    (EstimandKind.QUANTILE, Method.FIXED): "quantiles.fixed",
    (EstimandKind.QUANTILE, Method.SURVIVAL): "durations.median",
    (EstimandKind.HAZARD_RATIO, Method.SURVIVAL): "durations.hazards",
    (EstimandKind.AGREEMENT, Method.FIXED): "judging.agreement",
    (EstimandKind.RELIABILITY, Method.FIXED): "judging.reliability",
    (EstimandKind.EFFECT_SIZE, Method.FIXED): "sizes.size",
    (None, Method.ANYTIME): "anytime.anytime",
    (None, Method.FIXED): "fixed.fixed",
    (None, Method.GROUP_SEQUENTIAL): "planned.planned",
    (None, Method.BAYES): "believed.believed",
    (None, Method.BAYES_FACTOR): "believed.factor",
    (None, Method.RANKS): "tests.ranks",
    (None, Method.EXACT): "tests.exact",
    (None, Method.ANOVA): "tests.anova",
    (None, Method.MIXED): "tests.mixed",
    (None, Method.LOGISTIC): "tests.logistic",
    (None, Method.SURVIVAL): "durations.survival",
}
"""Module and function in `ways`, imported when first asked for; None: means. A new way is a file and a line."""

MEANS: Final = (EstimandKind.ABSOLUTE, EstimandKind.RELATIVE)
ADAPTIVE: Final = "weighted.weighted"
"""Where a policy that learns allocated: by the stored chances, whatever was asked of two arms' means at every look."""

OF_A_SHARE: Final = (Method.ANYTIME, Method.FIXED, Method.BAYES, Method.SURVIVAL)
NOT_RELATIVE: Final = (
    "A relative difference is of two arms, by method anytime, fixed, bayes or survival: ask for the absolute one here."
)
LEARNT: Final = (
    "A policy that learns gave fewer units to arms that began badly, so plain values mislead here. Ask of two arms, of "
    "their difference or relative difference: those are weighed by the stored chances."
)
ALONE: Final = "A policy that learns allocated: the mean of whoever got an arm is too low on average where it is few."
ONE_LOOK: Final = "weighted.one_look"
PLAINLY: Final = "weighted.naive"
"""What stands beside it."""


def answer(prepared: Prepared, *, level: float, method: Method | None = None) -> Said:
    """By the question's method, or by another one. Never raises NoAnswer: it is said."""
    try:
        return _said(way_of(prepared.question, prepared.setting, method), prepared, level)
    except NoAnswer as nothing:
        return Said(why_not=str(nothing))


def answer_by(place: str, prepared: Prepared, *, level: float) -> Said:
    """By a way of no plan's, for what stands beside an answer."""
    return _said(_imported(place), prepared, level)


def _said(way: Way, prepared: Prepared, level: float) -> Said:
    contrast, estimand = prepared.contrast, prepared.question.estimand.kind
    if contrast is None:
        return Said(why_not=prepared.why_not)
    if estimand == EstimandKind.RELATIVE and not contrast.is_pair:
        return Said(why_not=NOT_RELATIVE)
    try:
        found = way(Asked(prepared.question, prepared.setting, contrast, level))
    except NoAnswer as nothing:
        return Said(why_not=str(nothing))
    found = as_promised(found, prepared.question, prepared.setting)
    is_alone = prepared.setting.is_adaptive and prepared.question.contrast.kind == ContrastKind.VALUE
    is_alone = is_alone and estimand not in JUDGED
    return Said(found.remarked(ALONE) if is_alone else found)


def way_of(question: Question, setting: Setting, method: Method | None = None) -> Way:
    """NoAnswer for what this house cannot carry out. method: another than the question's."""
    if method is None and weighs(question, setting):
        return _imported(ADAPTIVE)
    asked = method or question.method
    if setting.is_adaptive and not _stands_by_itself(question, asked):
        raise NoAnswer(LEARNT)
    kind = None if question.estimand.kind in MEANS else question.estimand.kind
    if question.estimand.kind == EstimandKind.RELATIVE and asked not in OF_A_SHARE:
        raise NoAnswer(NOT_RELATIVE)
    if (kind, asked) not in WAYS:
        of = f" of an estimand “{kind}”" if kind else ""
        raise NoAnswer(f"The method {asked}{of} is not there: ask with another.")
    return _imported(WAYS[kind, asked])


def _stands_by_itself(question: Question, method: Method) -> bool:
    """Whether plain values bear this though a policy that learns allocated: within units, of nobody else, or by bets
    on each arm's quantile alone.
    """
    if question.contrast.kind in (ContrastKind.WITHIN, ContrastKind.VALUE):
        return True
    is_quantile = question.estimand.kind == EstimandKind.QUANTILE and question.contrast.kind == ContrastKind.ARM
    return is_quantile and method == Method.ANYTIME


def _imported(place: str) -> Way:
    module, _, name = place.partition(".")
    return cast(Way, getattr(import_module(f"analysis.results.asking.ways.{module}"), name))
