"""Rules by which units may be left out: rooms above name theirs, so that plans can be written in a form."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.registered.document import Plan

TITLES: dict[str, str] = {}
"""By rule: what it leaves out, for people."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """A rule, and whether a plan has it."""

    rule: str
    title: str
    is_planned: bool
    reason: str = ""


def name_rule(rule: str, title: str) -> None:
    """Make a rule's title known."""
    TITLES[rule] = title


def rules(plan: Plan) -> tuple[Ticked, ...]:
    """All that are known or planned."""
    planned = {each.rule: each.reason for each in plan.exclusions}
    return tuple(
        Ticked(rule, TITLES.get(rule, rule), rule in planned, planned.get(rule, ""))
        for rule in dict.fromkeys([*TITLES, *planned])
    )
