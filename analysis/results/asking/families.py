"""How questions of one family share its level: adjusted p-values, and intervals that hold together with all others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from math import inf

import numpy as np

from analysis.registered.document import Aim, Correction, Family, Plan, Question, Role
from analysis.registered.document import Graph as Drawn
from analysis.results.asking.asked import Said
from analysis.statistics.multiplicity.adjusting import adjusted as adjusted_p
from analysis.statistics.multiplicity.graphs import Graph, answer
from analysis.statistics.multiplicity.simultaneous import Asked, simultaneous
from analysis.statistics.words import Estimate, Validity

Ask = Callable[[Question, float], Said]

PROCEDURES = {
    Correction.NONE: "none",
    Correction.BONFERRONI: "bonferroni",
    Correction.HOLM: "holm",
    Correction.HOCHBERG: "hochberg",
    Correction.HOMMEL: "hommel",
    Correction.CLOSED: "hommel",
    Correction.BH: "bh",
    Correction.BY: "by",
    Correction.DUNNETT: "bonferroni",
    Correction.E_BH: "by",
}
"""Of p-values alone. Dunnett's needs one look at normal values, e-BH e-values: what is used instead errs no more."""


def adjusted(plan: Plan, p_values: Mapping[str, float | None]) -> dict[str, float]:
    """By question: the p-value that its family's procedure leaves it with. A question without one counts as 1.

    Questions of no family (guardrails, exploring) keep their own.
    """
    found: dict[str, float] = {}
    for family in plan.families:
        own = {name: _of(p_values.get(name)) for name in family.questions if name in p_values}
        found |= _adjusted(family, own)
    return {name: found.get(name, _of(p)) for name, p in p_values.items()}


def level_of(plan: Plan, question: Question) -> float:
    """The level of its family, or the plan's."""
    family = plan.family_of(question.name)
    return plan.level if family is None else family.level


def share_of(plan: Plan, question: Question) -> float:
    """A level at which an interval holds together with all of its family; of guardrails and exploring their own."""
    family = plan.family_of(question.name)
    if family is None or question.role in (Role.GUARDRAIL, Role.EXPLORATORY):
        return plan.level
    return family.level / len(family.questions) if family.correction != Correction.NONE else family.level


def shared(plan: Plan, ask: Ask) -> dict[str, Said]:
    """By question: its interval beside all others of its family, which agrees with what the family's procedure claims.

    ask: a question at any level. Families that ask about margins too have intervals at even shares: they hold as well.
    """
    found = {each.name: ask(each, share_of(plan, each)) for each in plan.questions}
    for family in plan.families:
        questions = [plan.question(name) for name in family.questions]
        if len(questions) > 1 and all(each.aim in (Aim.DIFFERENT, Aim.BETTER) for each in questions):
            found |= _together(family, questions, ask)
    return found


def _together(family: Family, questions: list[Question], ask: Ask) -> dict[str, Said]:
    @cache
    def said(place: int, level: float) -> Said:
        return ask(questions[place], level)

    def at(place: int, level: float) -> Estimate:
        return said(place, level).estimate or _unknown(level)

    procedure = "graph" if family.correction == Correction.GRAPH else PROCEDURES[family.correction]
    graph = None if family.graph is None else graph_of(family.questions, family.graph)
    found = simultaneous(Asked(len(questions), at), procedure, level=family.level, graph=graph)
    return {
        question.name: replace(said(place, family.level), estimate=one)
        for place, (question, one) in enumerate(zip(questions, found, strict=True))
        if said(place, family.level).estimate is not None
    }


def graph_of(names: tuple[str, ...], drawn: Drawn) -> Graph:
    """The graph of a plan as the procedure takes it, in the order of the names."""
    place = {name: number for number, name in enumerate(names)}
    arrows = np.zeros((len(names), len(names)))
    for edge in drawn.edges:
        arrows[place[edge.source], place[edge.target]] = edge.weight
    return Graph(np.array([drawn.weights.get(name, 0.0) for name in names]), arrows)


def _unknown(level: float) -> Estimate:
    """Of a question that found no answer: it counts, and claims nothing."""
    return Estimate(0.0, -inf, inf, level, 0, "bonferroni", Validity.FIXED, 1.0)


def _of(p: float | None) -> float:
    return 1.0 if p is None else p


def _adjusted(family: Family, p_values: Mapping[str, float]) -> dict[str, float]:
    names, p = tuple(p_values), list(p_values.values())
    if family.correction == Correction.GRAPH and family.graph is not None:
        found = answer(p, graph_of(names, family.graph), level=family.level).adjusted
    else:
        found = adjusted_p(p, PROCEDURES[family.correction])
    return dict(zip(names, found.tolist(), strict=True))
