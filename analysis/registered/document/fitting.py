"""Whether a plan speaks of what the experiment has: its measures, arms, factors and levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.registered.document.coefficients import is_of_names, item_findings
from analysis.registered.document.estimands import EstimandKind
from analysis.registered.document.procedures import procedure_findings
from analysis.registered.document.words import ContrastKind, Method, Plan, Question
from experiments.blueprint import Blueprint, FactorSpec, MeasureSpec, json_object
from experiments.problems import Path, did_you_mean, quoted
from experiments.semantics_words import Finding
from experiments.types import Json, JsonObject

NUMBERS = ("number", "boolean")


def definition_findings(plan: Plan, definition: JsonObject) -> Iterator[Finding]:
    """Path, sentence and hint of each name that the experiment does not have or that does not fit."""
    blueprint = Blueprint.parse(definition)
    attributes = attributes_of(definition, blueprint)
    for index, question in enumerate(plan.questions):
        for path, message, hint in _question(question, blueprint):
            yield ("questions", index, *path), message, hint
        for place, name in enumerate(question.covariates):
            yield from _attribute(("questions", index, "covariates", place), name, attributes)
    for place, name in enumerate(plan.slices):
        yield from _attribute(("slices", place), name, attributes)
    yield from procedure_findings(plan)


@dataclass(frozen=True, slots=True)
class Attributes:
    """names: that the definition speaks of. are_all: whether a unit can have no others. measures: which are none."""

    names: tuple[str, ...]
    are_all: bool
    measures: Mapping[str, MeasureSpec]


def attributes_of(definition: JsonObject, blueprint: Blueprint) -> Attributes:
    """Participants have the attributes that pages ask; visitors and runs whatever programs send with them."""
    asked = [each.attribute for step in blueprint.steps for each in step.components if each.attribute]
    allocation = blueprint.allocation
    strata = [str(each) for each in _entries(allocation.get("strata"))]
    looked_at = [json_object(each).get("attribute") for each in _entries(allocation.get("features"))]
    names = dict.fromkeys([*asked, *strata, *(str(each) for each in looked_at if each)])
    are_all = definition.get("unit_kind", "participant") == "participant" and bool(blueprint.steps)
    return Attributes(tuple(names), are_all, blueprint.measures)


def _entries(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list | tuple) else ()


def _attribute(path: Path, name: str, known: Attributes) -> Iterator[Finding]:
    if name in known.names:
        return
    if name in known.measures:
        hint = "Name an attribute of the unit: only that is known to come before the arm."
        yield path, f"“{name}” is a measure: the arm may have changed it.", hint
        return
    near = did_you_mean(name, known.names) if known.names else ""
    if known.are_all:
        hint = near or "A question on a page becomes one with “attribute:”."
        yield path, f"No page asks for the attribute “{name}”, so nobody has it.", hint
    elif near.startswith("Did you mean"):
        yield path, f"The experiment does not speak of an attribute “{name}”.", near


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
    yield from item_findings(question, blueprint)
    yield from _contrast(question, blueprint)


def _may_be_chosen(question: Question, blueprint: Blueprint) -> bool:
    if is_of_names(question):
        return blueprint.measures[question.measure].kind in ("choice", "text")
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
