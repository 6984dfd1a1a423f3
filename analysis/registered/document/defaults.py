"""The plan that an experiment has until somebody writes another: read off its measures' roles, kinds and directions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from analysis.registered.document.estimands import Estimand, EstimandKind
from analysis.registered.document.words import (
    Aim,
    Contrast,
    ContrastKind,
    Correction,
    Family,
    Looks,
    Method,
    Plan,
    Question,
    Role,
)
from experiments.blueprint import ArmSpec, Blueprint, FactorSpec, MeasureSpec
from experiments.types import Json, JsonObject

MARGIN = 0.05


def default_plan(definition: JsonObject) -> Plan:
    """A plan that claims no more than it can hold: anytime-valid, Holm over primary questions, BH over secondary ones.

    definition: normalised. Guardrails ask whether an arm is no worse by 5 % of the measure's declared range, or of the
    control's mean where none is declared. Attention measures, texts and JSON are asked nothing; choices are explored.
    """
    blueprint = Blueprint.parse(definition)
    questions = tuple(
        question
        for measure in blueprint.measures.values()
        if measure.role != "attention"
        for question in _questions(measure, blueprint)
    )
    return Plan(questions, tuple(_families(questions)), looks=Looks(units=blueprint.target), seed=blueprint.seed)


def _questions(measure: MeasureSpec, blueprint: Blueprint) -> Iterator[Question]:
    if measure.kind == "choice":
        yield _explored(measure, Contrast(ContrastKind.OMNIBUS), Method.EXACT)
    if measure.kind not in ("number", "boolean"):
        return
    factors = _met_with(measure, blueprint)
    contrasts = [*_between(blueprint), *_within(factors)]
    for contrast in contrasts:
        yield _asked(measure, contrast)
    if not contrasts:
        yield _explored(measure, Contrast(ContrastKind.VALUE))
    if measure.role == Role.PRIMARY:
        for pair in combinations((factor.name for factor in factors), 2):
            yield _explored(measure, Contrast(ContrastKind.INTERACTION, factors=pair))


def _met_with(measure: MeasureSpec, blueprint: Blueprint) -> list[FactorSpec]:
    """Factors under which the measure is taken: not those within units, where the pages that ask it leave them out.

    A measure that no page asks is reported by programs, with whatever levels they say: all factors.
    """
    pages = [step for step in blueprint.steps if any(each.measure == measure.name for each in step.components)]
    met = {name for step in pages if step.repeat for name in step.repeat.within}
    return [factor for factor in blueprint.factors if factor.scope == "between" or not pages or factor.name in met]


def _asked(measure: MeasureSpec, contrast: Contrast) -> Question:
    plain = Question(_name(measure, contrast), measure.name, Role(measure.role), contrast)
    return plain if measure.role != Role.GUARDRAIL else _guarded(measure, plain)


def _explored(measure: MeasureSpec, contrast: Contrast, method: Method = Method.ANYTIME) -> Question:
    return Question(_name(measure, contrast), measure.name, Role.EXPLORATORY, contrast, method=method)


def _guarded(measure: MeasureSpec, plain: Question) -> Question:
    """Whether it is no worse; of a measure without a direction, whether it stays where it is."""
    low, high = (0.0, 1.0) if measure.kind == "boolean" else (measure.low, measure.high)
    declared = low is not None and high is not None
    return Question(
        plain.name,
        plain.measure,
        plain.role,
        plain.contrast,
        estimand=Estimand(EstimandKind.ABSOLUTE if declared else EstimandKind.RELATIVE),
        aim=Aim.EQUIVALENT if measure.direction == "none" else Aim.NON_INFERIOR,
        margin=MARGIN * (high - low) if low is not None and high is not None else MARGIN,
    )


def _name(measure: MeasureSpec, contrast: Contrast) -> str:
    return f"{measure.name}: {contrast.sentence}"


def _between(blueprint: Blueprint) -> Iterator[Contrast]:
    """Of several factors the levels of each, over all others; of one, or of none, the arms."""
    arms = [arm for arm in blueprint.arms.values() if arm.is_enabled]
    factors = [factor for factor in blueprint.factors if factor.scope == "between"]
    if len(arms) < 2:
        return
    control = next((arm for arm in arms if arm.is_control), arms[0])
    if len(factors) > 1:
        for factor in factors:
            yield from _levels(factor, ContrastKind.FACTOR, _baseline(factor, control))
        return
    for arm in arms:
        if arm.name != control.name:
            yield Contrast(ContrastKind.ARM, arm=arm.name, control=control.name)


def _within(factors: list[FactorSpec]) -> Iterator[Contrast]:
    for factor in factors:
        if factor.scope == "within":
            yield from _levels(factor, ContrastKind.WITHIN, factor.levels[0])


def _baseline(factor: FactorSpec, control: ArmSpec) -> Json:
    own = control.levels.get(factor.name)
    return own if own in factor.levels else factor.levels[0]


def _levels(factor: FactorSpec, kind: ContrastKind, baseline: Json) -> Iterator[Contrast]:
    for level in factor.levels:
        if level != baseline:
            yield Contrast(kind, factor=factor.name, level=level, baseline=baseline)


def _families(questions: tuple[Question, ...]) -> Iterator[Family]:
    for role, correction in ((Role.PRIMARY, Correction.HOLM), (Role.SECONDARY, Correction.BH)):
        names = tuple(question.name for question in questions if question.role == role)
        if names:
            yield Family(str(role), names, correction)
