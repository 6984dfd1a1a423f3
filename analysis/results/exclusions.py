"""Who is left out of the second analysis, and why: rooms above register their rules. Keys of units, never names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analysis.registered.rules import TITLES, name_rule
from experiments.models import Experiment
from experiments.types import JsonObject

Rule = Callable[[Experiment, JsonObject], Mapping[int, str]]
"""Experiment and the plan's settings in; out comes {key of a unit: why, in a few words}."""

RULES: dict[str, Rule] = {}


def register(name: str, rule: Rule, *, title: str) -> None:
    """Make a rule known by a name that plans use. title: what it leaves out, for people."""
    RULES[name] = rule
    name_rule(name, title)


__all__ = ("RULES", "TITLES", "Rule", "register")
