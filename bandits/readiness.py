"""Before an experiment opens: can its policy hand out its arms, or learn?"""

from __future__ import annotations

from collections.abc import Iterable

from bandits.learning import Learning, learns
from bandits.policies import FIXED, parse_allocation
from bandits.policies.kinds import ListPolicy, UnitPolicy
from bandits.reads import open_arms
from experiments.blueprint import Blueprint
from experiments.types import JsonObject


def arms_can_be_handed_out(definition: JsonObject) -> Iterable[str]:
    """A sentence if the allocation is wrong, or does not go with the weights, the units or the measures."""
    blueprint = Blueprint.parse(definition)
    try:
        if learns(blueprint.allocation):
            yield from _can_learn(definition, blueprint)
        else:
            _try_out(blueprint)
    except ValueError as error:
        yield f"Allocation: {error}"


def _can_learn(definition: JsonObject, blueprint: Blueprint) -> Iterable[str]:
    policy = blueprint.allocation.get("policy")
    if definition.get("unit_kind") == "participant":
        yield (
            f"Allocation: {policy} learns from rewards; participants' places are handed out by one of "
            f"{', '.join(FIXED)}. Choose one, or unit_kind: visitor."
        )
    if any(arm.is_enabled for arm in blueprint.arms.values()):  # none at all is said elsewhere
        Learning.of(blueprint)


def _try_out(blueprint: Blueprint) -> None:
    policy, arms = parse_allocation(blueprint.allocation), open_arms(blueprint, {})
    if arms and isinstance(policy, ListPolicy):
        policy.block(arms, seed=blueprint.seed, stratum="", number=0)
    if arms and isinstance(policy, UnitPolicy):
        policy.choose(arms, unit="anybody", attributes={}, counts={}, seed=blueprint.seed)
