"""How questions of one family share its level: adjusted p-values, and the level that each may have for itself."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.registered.document import Correction, Family, Plan, Question, Role


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
    """The level of an interval that holds together with all of its family; of guardrails and exploring their own."""
    family = plan.family_of(question.name)
    if family is None or question.role in (Role.GUARDRAIL, Role.EXPLORATORY):
        return plan.level
    return family.level / len(family.questions) if family.correction != Correction.NONE else family.level


def _of(p: float | None) -> float:
    return 1.0 if p is None else p


def _adjusted(family: Family, p_values: Mapping[str, float]) -> dict[str, float]:
    """By Bonferroni, whatever is asked for: never too small."""
    n = len(family.questions) if family.correction != Correction.NONE else 1
    return {name: min(1.0, n * p) for name, p in p_values.items()}
