"""What a plan of the right shape must still keep to, so that what it claims holds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from analysis.registered.document.coefficients import coefficient_findings
from analysis.registered.document.estimands import EstimandKind
from analysis.registered.document.fitting import definition_findings
from analysis.registered.document.words import (
    Aim,
    ContrastKind,
    Correction,
    Edge,
    Family,
    Graph,
    Looks,
    LooksKind,
    Method,
    Plan,
    Question,
    Role,
    Spending,
)
from experiments.problems import did_you_mean, quoted
from experiments.semantics_words import Finding
from experiments.types import JsonObject

ROUNDING = 1e-9
AT_ANY_LOOK = (Method.ANYTIME, Method.BAYES, Method.BAYES_FACTOR)
NEEDED = {
    ContrastKind.ARM: ("arm", "control"),
    ContrastKind.FACTOR: ("factor", "level", "baseline"),
    ContrastKind.WITHIN: ("factor", "level", "baseline"),
    ContrastKind.INTERACTION: ("factors",),
    ContrastKind.OMNIBUS: (),
    ContrastKind.VALUE: (),
}


def findings(plan: Plan, definition: JsonObject | None = None) -> Iterator[Finding]:
    """Path, sentence and hint of each."""
    yield from _twice([each.name for each in plan.questions], "questions")
    yield from _twice([each.name for each in plan.families], "families")
    for index, question in enumerate(plan.questions):
        for path, message, hint in _question(question, plan):
            yield ("questions", index, *path), message, hint
    for index, family in enumerate(plan.families):
        for path, message, hint in _family(family, plan):
            yield ("families", index, *path), message, hint
    yield from _levels(plan)
    yield from _looks(plan.looks)
    if definition is not None:
        yield from definition_findings(plan, definition)


def _twice(names: list[str], key: str) -> Iterator[Finding]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (key, index, "name"), f"There is another “{name}” before this.", "Give each a name of its own."


def _question(question: Question, plan: Plan) -> Iterator[Finding]:
    yield from _contrast(question)
    yield from _margin(question)
    yield from _estimand(question)
    yield from coefficient_findings(question)
    homes = [family.name for family in plan.families if question.name in family.questions]
    if question.role in (Role.PRIMARY, Role.SECONDARY) and len(homes) != 1:
        stands = "no family" if not homes else quoted(homes)
        hint = "Name it in one family: that says which error it shares."
        yield (), f"This {question.role} question stands in {stands}, and belongs into exactly one.", hint
    if question.role in (Role.GUARDRAIL, Role.EXPLORATORY) and homes:
        yield (
            (),
            f"“{question.name}” is {_article(question.role)}: it shares no level.",
            f"Take it out of “{homes[0]}”.",
        )
    if question.winsor is not None and not question.winsor.low < question.winsor.high:
        yield ("winsor", "high"), "The upper quantile lies at or below the lower one.", "Write low < high."
    if plan.looks.kind == LooksKind.ALWAYS and homes and question.method not in AT_ANY_LOOK:
        hint = "Use method anytime, bayes or bayes_factor, plan the looks, or only explore."
        yield ("method",), "Somebody may look at any time, and this method holds for one look only.", hint
    if question.method == Method.GROUP_SEQUENTIAL and plan.looks.kind != LooksKind.PLANNED:
        yield ("method",), "Group-sequential boundaries need planned looks.", "Write looks: {kind: planned, parts: …}."


def _article(role: Role) -> str:
    return "a guardrail" if role == Role.GUARDRAIL else "exploratory"


def _contrast(question: Question) -> Iterator[Finding]:
    contrast = question.contrast
    for key in NEEDED[contrast.kind]:
        if getattr(contrast, key) in (None, ()):
            yield ("contrast", key), f"A contrast of kind {contrast.kind} needs “{key}”.", ""
    if contrast.kind == ContrastKind.ARM and contrast.arm is not None and contrast.arm == contrast.control:
        yield ("contrast", "control"), f"“{contrast.arm}” would be compared with itself.", "Name another arm."
    is_level = contrast.kind in (ContrastKind.FACTOR, ContrastKind.WITHIN) and contrast.level is not None
    if is_level and contrast.level == contrast.baseline:
        yield ("contrast", "baseline"), f"“{contrast.level}” would be compared with itself.", "Name another level."
    if contrast.kind == ContrastKind.VALUE and question.role != Role.EXPLORATORY:
        yield ("role",), "Nothing is compared here, so nothing can be claimed.", "Write role: exploratory."
    if contrast.kind == ContrastKind.INTERACTION and len(contrast.factors) == 1:
        yield ("contrast", "factors"), "An interaction is of two factors or more.", "Name another factor."


def _margin(question: Question) -> Iterator[Finding]:
    needs = question.aim in (Aim.NON_INFERIOR, Aim.EQUIVALENT)
    if needs and question.margin is None:
        yield ("margin",), f"To show {question.aim.replace('_', '-')} a margin is needed.", "Say what is acceptable."
    if question.margin is not None and not needs:
        yield ("margin",), f"A margin means nothing to the aim “{question.aim}”.", "Use non_inferior or equivalent."
    if needs and question.contrast.kind in (ContrastKind.OMNIBUS, ContrastKind.INTERACTION, ContrastKind.VALUE):
        yield ("aim",), "A margin needs two things to compare, not many.", "Use a contrast of arm, factor or within."


def _estimand(question: Question) -> Iterator[Finding]:
    estimand = question.estimand
    if (estimand.kind == EstimandKind.RATIO) != (estimand.per is not None):
        yield (
            ("estimand", "per"),
            "A ratio, and nothing else, has a measure below the line.",
            "Write kind: ratio, per: …",
        )
    if (estimand.kind == EstimandKind.QUANTILE) != (estimand.p is not None):
        yield ("estimand", "p"), "A quantile, and nothing else, has a p.", "Write kind: quantile, p: 0.5."


def _family(family: Family, plan: Plan) -> Iterator[Finding]:
    names = [question.name for question in plan.questions]
    for index, name in enumerate(family.questions):
        if name not in names:
            yield ("questions", index), f"There is no question “{name}”.", did_you_mean(name, names)
    roles = {question.role for question in plan.questions if question.name in family.questions}
    if roles == {Role.PRIMARY, Role.SECONDARY} and family.correction != Correction.GRAPH:
        hint = "Let a graph send the level on (gatekeeping), or make two families."
        yield ("questions",), "Primary and secondary questions would share one level.", hint
    if Role.PRIMARY in roles and len(family.questions) > 1 and not family.correction.holds_familywise:
        hint = "Use holm, or a graph."
        yield ("correction",), f"“{family.correction}” does not hold the error of primary questions.", hint
    if (family.correction == Correction.GRAPH) != (family.graph is not None):
        yield ("graph",), "A graph goes with the correction “graph”, and with no other.", ""
    if family.graph is not None:
        yield from _graph(family.graph, family.questions)


def _graph(graph: Graph, names: tuple[str, ...]) -> Iterator[Finding]:
    for name in graph.weights:
        if name not in names:
            yield ("graph", "weights", name), f"“{name}” is no question of this family.", did_you_mean(name, names)
    if sum(graph.weights.values()) > 1 + ROUNDING:
        yield ("graph", "weights"), f"They add up to {sum(graph.weights.values()):g}.", "At most 1 can be given out."
    for index, edge in enumerate(graph.edges):
        for path, message, hint in _edge(edge, graph.edges[:index], names):
            yield ("graph", "edges", index, *path), message, hint
    for name in dict.fromkeys(edge.source for edge in graph.edges):
        total = sum(edge.weight for edge in graph.edges if edge.source == name)
        if total > 1 + ROUNDING:
            yield ("graph", "edges"), f"Arrows from “{name}” add up to {total:g}.", "At most 1 can go on."


def _edge(edge: Edge, before: tuple[Edge, ...], names: tuple[str, ...]) -> Iterator[Finding]:
    for key, name in (("source", edge.source), ("target", edge.target)):
        if name not in names:
            yield (key,), f"“{name}” is no question of this family.", did_you_mean(name, names)
    if edge.source == edge.target:
        yield (), "This arrow comes back to where it starts.", "Remove it."
    if any((each.source, each.target) == (edge.source, edge.target) for each in before):
        yield (), "There is the same arrow before this.", "Add the two up."


def _levels(plan: Plan) -> Iterator[Finding]:
    primary = {question.name for question in plan.of_role(Role.PRIMARY)}
    spent = sum(family.level for family in plan.families if primary.intersection(family.questions))
    if spent > plan.level + ROUNDING:
        hint = "Lower the families' levels, or raise the plan's."
        yield (
            ("families",),
            f"Families with primary questions spend {spent:g}, and the plan allows {plan.level:g}.",
            hint,
        )


def _looks(looks: Looks) -> Iterator[Finding]:
    parts = looks.parts
    if (looks.kind == LooksKind.PLANNED) != bool(parts):
        yield ("looks", "parts"), "Planned looks, and no others, name their parts.", "Write parts: [0.5, 1]."
    if any(first >= second for first, second in pairwise(parts)) or (parts and abs(parts[-1] - 1) > ROUNDING):
        yield ("looks", "parts"), "Parts rise, and the last is 1.", "Write them as [0.25, 0.5, 0.75, 1]."
    needs = looks.spending in (Spending.POWER, Spending.HWANG_SHIH_DECANI)
    if looks.kind == LooksKind.PLANNED and needs and looks.parameter is None:
        yield ("looks", "parameter"), f"Spending by {looks.spending} needs a parameter.", "Such as 3 (power) or -4."
    if looks.spending == Spending.POWER and looks.parameter is not None and looks.parameter <= 0:
        yield ("looks", "parameter"), "The parameter of power spending is above 0.", ""
