"""Whether a plan speaks of what the experiment has: its measures, arms, factors and levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.registered.document.words import ContrastKind, EstimandKind, Method, Plan, Question
from experiments.blueprint import Blueprint, FactorSpec
from experiments.problems import did_you_mean, quoted
from experiments.semantics_words import Finding
from experiments.types import JsonObject

NUMBERS = ("number", "boolean")


def definition_findings(plan: Plan, definition: JsonObject) -> Iterator[Finding]:
    """Path, sentence and hint of each name that the experiment does not have or that does not fit."""
    blueprint = Blueprint.parse(definition)
    for index, question in enumerate(plan.questions):
        for path, message, hint in _question(question, blueprint):
            yield ("questions", index, *path), message, hint


def _question(question: Question, blueprint: Blueprint) -> Iterator[Finding]:
    measures = blueprint.measures
    if question.measure not in measures:
        hint = did_you_mean(question.measure, measures)
        yield ("measure",), f"The experiment has no measure “{question.measure}”.", hint
    elif measures[question.measure].kind not in NUMBERS and not _may_be_chosen(question, blueprint):
        yield ("measure",), f"“{question.measure}” is no number.", "Ask of a choice with method exact: any difference."
    per = question.estimand.per
    if question.estimand.kind == EstimandKind.RATIO and per is not None and per not in measures:
        yield ("estimand", "per"), f"The experiment has no measure “{per}”.", did_you_mean(per, measures)
    yield from _contrast(question, blueprint)


def _may_be_chosen(question: Question, blueprint: Blueprint) -> bool:
    is_choice = blueprint.measures[question.measure].kind == "choice"
    return is_choice and question.method == Method.EXACT and question.contrast.kind == ContrastKind.OMNIBUS


def _contrast(question: Question, blueprint: Blueprint) -> Iterator[Finding]:
    contrast, factors = question.contrast, {factor.name: factor for factor in blueprint.factors}
    for key in ("arm", "control"):
        name = getattr(contrast, key)
        if name is not None and name not in blueprint.arms:
            yield ("contrast", key), f"The experiment has no arm “{name}”.", did_you_mean(name, blueprint.arms)
    for index, name in enumerate(contrast.factors):
        if name not in factors:
            yield ("contrast", "factors", index), f"There is no factor “{name}”.", did_you_mean(name, factors)
    if contrast.factor is not None:
        yield from _factor(question, factors)


def _factor(question: Question, factors: Mapping[str, FactorSpec]) -> Iterator[Finding]:
    contrast = question.contrast
    factor = factors.get(str(contrast.factor))
    if factor is None:
        yield ("contrast", "factor"), f"There is no factor “{contrast.factor}”.", did_you_mean(contrast.factor, factors)
        return
    if (contrast.kind == ContrastKind.WITHIN) != (factor.scope == "within"):
        wanted = ContrastKind.WITHIN if factor.scope == "within" else ContrastKind.FACTOR
        yield ("contrast", "kind"), f"“{factor.name}” is a factor {factor.scope} units.", f"Write kind: {wanted}."
    for key in ("level", "baseline"):
        level = getattr(contrast, key)
        if level is not None and level not in factor.levels:
            known = f"Its levels: {quoted(factor.levels)}."
            yield ("contrast", key), f"“{factor.name}” has no level “{level}”.", known
