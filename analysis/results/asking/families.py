"""How questions of one family share its level: adjusted p-values, and intervals that hold together with all others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from math import inf

import numpy as np

from analysis.registered.document import Aim, Correction, Family, Plan, Question, Role
from analysis.registered.document import Graph as Drawn
from analysis.results.asking.asked import Said
from analysis.results.asking.controlled import SharedControl, level_in, p_in
from analysis.statistics.multiplicity.adjusting import adjusted as adjusted_p
from analysis.statistics.multiplicity.e_values import e_bh
from analysis.statistics.multiplicity.graphs import Graph, answer
from analysis.statistics.multiplicity.simultaneous import SELECTED, Asked, simultaneous
from analysis.statistics.sequential.evidence_values import e_value_of, level_of_e
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
}
"""Of p-values alone. Dunnett's needs comparisons with one control at one look: elsewhere Bonferroni's errs no more."""


@dataclass(frozen=True, slots=True)
class Known:
    """What procedures take beside p-values. validities: of each question's answer. shared: of those that are compared
    with a control of their family, how they go together (`controlled.shared_in`).
    """

    validities: Mapping[str, Validity] = field(default_factory=dict)
    shared: Mapping[str, SharedControl] = field(default_factory=dict)

    def e_value(self, name: str, p: float) -> float:
        """What a p-value is worth: much less where it holds for one look only."""
        return e_value_of(p, self.validities.get(name, Validity.FIXED))

    def level(self, name: str, least: float) -> float:
        """The level of an interval that leaves out what an e-value of 1 / least refuses."""
        return level_of_e(1 / least, self.validities.get(name, Validity.FIXED))


NOTHING = Known()


def adjusted(plan: Plan, p_values: Mapping[str, float | None], known: Known = NOTHING) -> dict[str, float]:
    """By question: the p-value that its family's procedure leaves it with. A question without one counts as 1.

    Questions of no family (guardrails, exploring) keep their own.
    """
    found: dict[str, float] = {}
    for family in plan.families:
        own = {name: _of(p_values.get(name)) for name in family.questions if name in p_values}
        found |= _adjusted(family, own, known)
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


def shared(plan: Plan, ask: Ask, known: Known = NOTHING) -> dict[str, Said]:
    """By question: its interval beside all others of its family, which agrees with what the family's procedure claims.

    ask: a question at any level. Families that ask about margins too have intervals at even shares: they hold as well.
    """
    found = {each.name: ask(each, share_of(plan, each)) for each in plan.questions}
    for family in plan.families:
        questions = [plan.question(name) for name in family.questions]
        if len(questions) > 1 and all(each.aim in (Aim.DIFFERENT, Aim.BETTER) for each in questions):
            found |= _by_procedure(family, questions, ask, known)
    return found


def _by_procedure(family: Family, questions: list[Question], ask: Ask, known: Known) -> dict[str, Said]:
    if family.correction == Correction.DUNNETT and all(each.name in known.shared for each in questions):
        cuts = {each.name: level_in(known.shared, each.name, family.level) for each in questions}
        return _at_own_levels(family, questions, ask, (cuts, known))
    if family.correction == Correction.E_BH:
        p = {each.name: _of(_p_of(ask(each, family.level))) for each in questions}
        claimed = sum(each <= family.level for each in _adjusted(family, p, known).values())
        least = family.level * max(claimed, 1) / len(questions)
        return _at_own_levels(
            family, questions, ask, ({each.name: known.level(each.name, least) for each in questions}, known)
        )
    return _together(family, questions, ask)


def _at_own_levels(
    family: Family, questions: list[Question], ask: Ask, cut: tuple[Mapping[str, float], Known]
) -> dict[str, Said]:
    """Each question's own interval at the level that the procedure leaves it, with the adjusted p-value."""
    levels, known = cut
    p = _adjusted(family, {each.name: _of(_p_of(ask(each, family.level))) for each in questions}, known)
    found = {}
    for each in questions:
        said = ask(each, levels[each.name])
        if said.estimate is not None:
            one = replace(said.estimate, p_value=p[each.name], level=family.level)
            is_selected = family.correction == Correction.E_BH and p[each.name] <= family.level
            found[each.name] = replace(said, estimate=one.remarked(SELECTED) if is_selected else one)
    return found


def _p_of(said: Said) -> float | None:
    return None if said.estimate is None else said.estimate.p_value


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


def _adjusted(family: Family, p_values: Mapping[str, float], known: Known) -> dict[str, float]:
    names, p = tuple(p_values), list(p_values.values())
    if family.correction == Correction.GRAPH and family.graph is not None:
        found = answer(p, graph_of(names, family.graph), level=family.level).adjusted
    elif family.correction == Correction.E_BH:
        found = e_bh([known.e_value(name, own) for name, own in p_values.items()])
    elif family.correction == Correction.DUNNETT and all(name in known.shared for name in names):
        return {name: p_in(known.shared, name, own) for name, own in p_values.items()}
    else:
        found = adjusted_p(p, PROCEDURES[family.correction])
    return dict(zip(names, found.tolist(), strict=True))
