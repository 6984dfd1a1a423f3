"""The methods section and its references: generated from the plan and from the methods that answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.registered.document import Correction, Family, LooksKind, Plan, Role
from analysis.statistics.methods import METHODS

SHARED = {
    Correction.NONE: "without any correction",
    Correction.BONFERRONI: "by Bonferroni's correction",
    Correction.HOLM: "by Holm's procedure",
    Correction.HOCHBERG: "by Hochberg's procedure",
    Correction.HOMMEL: "by Hommel's procedure",
    Correction.DUNNETT: "by Dunnett's comparison with a control",
    Correction.GRAPH: "by the graphical procedure of the plan",
    Correction.CLOSED: "by closed testing with Simes' test",
    Correction.BH: "by the procedure of Benjamini and Hochberg, which holds the false share of the claims",
    Correction.BY: "by the procedure of Benjamini and Yekutieli, which holds the false share of the claims",
    Correction.E_BH: "by the e-BH procedure, which holds the false share of the claims",
}
YEAR = re.compile(r".*?\(\d{4}\)")
"""Who and when, of a reference."""
LOOKS = {
    LooksKind.ALWAYS: "Data could be looked at at any time; methods were chosen that hold nevertheless.",
    LooksKind.ONCE: "Data were to be analysed once, at the end.",
    LooksKind.PLANNED: "Data were to be analysed at planned parts of the units.",
}


def methods_text(plan: Plan, used: Sequence[str]) -> tuple[str, ...]:
    """Paragraphs. used: keys of the methods that answered; one that is not registered is named by its key."""
    return (_asked(plan), *_families(plan.families), *_excluded(plan), *(_method(key) for key in used))


def citations(plan: Plan, used: Sequence[str]) -> tuple[str, ...]:
    """Each reference once, in alphabetical order; of procedures only where there was something to share."""
    families = [str(family.correction) for family in plan.families if len(family.questions) > 1]
    found = {METHODS[key].reference for key in (*used, *families) if key in METHODS}
    return tuple(sorted(found))


def _asked(plan: Plan) -> str:
    counts = [(len(plan.of_role(role)), role) for role in Role]
    named = ", ".join(f"{n} {role}" for n, role in counts if n)
    planned = f" {plan.looks.units:,} units were planned." if plan.looks.units else ""
    note = f" {plan.note}" if plan.note else ""
    asked = "1 question" if len(plan.questions) == 1 else f"{len(plan.questions)} questions"
    return f"The analysis plan asks {asked} ({named}). {LOOKS[plan.looks.kind]}{planned}{note}"


def _families(families: Sequence[Family]) -> Iterator[str]:
    for family in families:
        n = len(family.questions)
        if n == 1:
            yield f"The only {family.name} question was tested at the level {family.level:g}."
        else:
            yield f"The {n} {family.name} questions share the level {family.level:g} {SHARED[family.correction]}."


def _excluded(plan: Plan) -> Iterator[str]:
    for each in plan.exclusions:
        why = f" ({each.reason})" if each.reason else ""
        beside = "answers with everybody stand beside the planned ones"
        yield f"Units were left out by the rule “{each.rule}”{why}; {beside}."


def _method(key: str) -> str:
    method = METHODS.get(key)
    if method is None:
        return f"Method: {key}."
    source = YEAR.match(method.reference)
    return f"{method.title}: {method.sentence} ({source[0] if source else method.reference})"
