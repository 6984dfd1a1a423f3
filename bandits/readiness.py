"""Before an experiment opens: can its policy hand out its arms?"""

from __future__ import annotations

from collections.abc import Iterable

from bandits.policies import FIXED, AdaptivePolicy, parse_allocation
from bandits.policies.kinds import ListPolicy, UnitPolicy
from bandits.reads import open_arms
from experiments.blueprint import Blueprint
from experiments.types import JsonObject


def arms_can_be_handed_out(definition: JsonObject) -> Iterable[str]:
    """A sentence if the allocation is wrong, or does not go with the weights."""
    blueprint = Blueprint.parse(definition)
    try:
        policy = parse_allocation(blueprint.allocation)
        if isinstance(policy, AdaptivePolicy):
            yield f"Allocation: {policy.name} learns from rewards; places are handed out by one of {', '.join(FIXED)}."
        arms = open_arms(blueprint, {})
        if arms and isinstance(policy, ListPolicy):
            policy.block(arms, seed=blueprint.seed, stratum="", number=0)
        if arms and isinstance(policy, UnitPolicy):
            policy.choose(arms, unit="anybody", attributes={}, counts={}, seed=blueprint.seed)
    except ValueError as error:
        yield f"Allocation: {error}"
