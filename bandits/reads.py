"""Rows for the policies: which one an experiment uses, which arms are open, how units are spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Count, QuerySet

from bandits.policies.arms import ArmWeight, Counts
from experiments.blueprint import Blueprint
from experiments.models import Slot, Unit


def attributes_of(unit: Unit) -> dict[str, str]:
    """The unit's attributes as policies read them: text by name."""
    attributes = unit.attributes if isinstance(unit.attributes, Mapping) else {}
    return {name: str(value) for name, value in attributes.items()}


def open_arms(blueprint: Blueprint, taken: Mapping[str, int]) -> list[ArmWeight]:
    """Enabled arms below their quota. taken: how many places each arm holds so far."""
    return [
        ArmWeight(arm.name, arm.weight)
        for arm in blueprint.arms.values()
        if arm.is_enabled and (arm.quota is None or taken.get(arm.name, 0) < arm.quota)
    ]


def by_arm(slots: QuerySet[Slot]) -> dict[str, int]:
    """How many of these places each arm has. One query."""
    return dict(slots.order_by().values_list("arm__name").annotate(n=Count("pk")))


def counts_by_arm(taken: QuerySet[Slot], factors: Sequence[str]) -> dict[str, Counts]:
    """What minimisation looks at: each arm's units, in total and by level. One query, and one for each factor."""
    totals = by_arm(taken)
    levels = {factor: _levels(taken, factor) for factor in factors}
    return {
        arm: Counts(total, {factor: table.get(arm, {}) for factor, table in levels.items()})
        for arm, total in totals.items()
    }


def _levels(taken: QuerySet[Slot], factor: str) -> dict[str, dict[str, int]]:
    rows = taken.order_by().values_list("arm__name", f"unit__attributes__{factor}").annotate(n=Count("pk"))
    table: dict[str, dict[str, int]] = {}
    for arm, level, n in rows:
        table.setdefault(arm, {})["" if level is None else str(level)] = n
    return table
