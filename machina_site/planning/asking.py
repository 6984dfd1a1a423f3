"""How the analysis plan will judge what is planned: when it looks, among how many questions, by which values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analysis.registered.document import (
    ContrastKind,
    Correction,
    EstimandKind,
    LooksKind,
    Method,
    Plan,
    Question,
    Role,
)

WATCHES: Final = {Method.ANYTIME: "anytime", Method.FIXED: "once"}
SPENDINGS: Final = ("obrien_fleming", "pocock")
COMPARED: Final = (ContrastKind.ARM, ContrastKind.FACTOR, ContrastKind.WITHIN)
MOST_LOOKS: Final = 50


@dataclass(frozen=True, slots=True)
class AskedSo:
    """watch, looks: as ``Wanted`` has them. sharing: questions that share the level; 0: none is known.

    keeps_ends: whether what is compared still has the declared ends. noticed: what is planned otherwise.
    """

    watch: str = "anytime"
    looks: int = 4
    sharing: int = 0
    keeps_ends: bool = True
    noticed: tuple[str, ...] = ()


def asked_in(plan: Plan, measure: str) -> AskedSo:
    """Of the first comparison of that measure, a primary one before others."""
    fitting = [one for one in plan.questions if one.measure == measure and one.contrast.kind in COMPARED]
    question = next((one for one in fitting if one.role == Role.PRIMARY), next(iter(fitting), None))
    if question is None:
        return AskedSo()
    watch, looks = _watch(plan, question)
    family = plan.family_of(question.name)
    shares = family is not None and family.correction != Correction.NONE
    return AskedSo(
        watch,
        looks,
        len(family.questions) if family is not None and shares else 0,
        question.aggregate != "sum" and question.winsor is None and not question.covariates,
        _noticed(question, watch),
    )


def _watch(plan: Plan, question: Question) -> tuple[str, int]:
    if question.method != Method.GROUP_SEQUENTIAL or plan.looks.kind != LooksKind.PLANNED:
        return WATCHES.get(question.method, "once"), 4
    spending = str(plan.looks.spending)
    looks = min(max(len(plan.looks.parts), 2), MOST_LOOKS)
    return spending if spending in SPENDINGS else SPENDINGS[0], looks


def _noticed(question: Question, watch: str) -> tuple[str, ...]:
    """Where the formulas of planning are not those of the analysis plan."""
    said = []
    if question.estimand.kind not in (EstimandKind.ABSOLUTE, EstimandKind.RELATIVE):
        named = str(question.estimand.kind).replace("_", " ")
        said.append(f"The analysis plan asks for another thing ({named}); planned is the difference of means.")
    if question.covariates:
        said.append("The analysis plan takes out what covariates foretell, which needs fewer people than said here.")
    if watch == "once" and question.method not in (Method.FIXED, Method.GROUP_SEQUENTIAL):
        said.append(f"The analysis plan answers by the method “{question.method}”; planned is the usual test of means.")
    return tuple(said)
