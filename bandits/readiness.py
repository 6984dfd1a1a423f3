"""Before an experiment opens: can its policy hand out its arms, or learn?"""

from __future__ import annotations

from collections.abc import Iterable

from bandits.audiences import in_allocation
from bandits.learning import Learning, learns
from bandits.policies import parse_allocation
from bandits.policies.kinds import ListPolicy, UnitPolicy
from bandits.reads import open_arms
from experiments.blueprint import Blueprint
from experiments.types import JsonObject


def arms_can_be_handed_out(definition: JsonObject) -> Iterable[str]:
    """A sentence if the allocation is wrong, or does not go with the weights, the units or the measures."""
    blueprint = Blueprint.parse(definition)
    try:
        if in_allocation(blueprint.allocation) is not None and definition.get("unit_kind") == "participant":
            yield "Allocation: people are chosen by screening pages, not by an audience. Remove it."
        if learns(blueprint.allocation):
            yield from _can_learn(definition, blueprint)
        else:
            _try_out(blueprint)
    except ValueError as error:
        yield f"Allocation: {error}"


def _can_learn(definition: JsonObject, blueprint: Blueprint) -> Iterable[str]:
    if not any(arm.is_enabled for arm in blueprint.arms.values()):  # said elsewhere
        return
    learning = Learning.of(blueprint)
    if definition.get("unit_kind") == "participant":
        yield from _participants(learning, blueprint)


def _participants(learning: Learning, blueprint: Blueprint) -> Iterable[str]:
    """What people cannot do that programs can: send a context, or a reward of what no page asks."""
    if learning.policy.contextual and not learning.declared:
        yield (
            f"Allocation: {learning.policy.name} looks at features; say which attributes of participants they are: "
            "features: [{constant: 1}, {attribute: age, low: 18, high: 90}]."
        )
    asked = {one.measure for step in blueprint.steps for one in step.components if one.measure}
    for name in learning.goal.needed:
        if name not in asked and learning.default is None:
            yield (
                f"Allocation: no page asks for “{name}”, which the reward is made of. "
                "Ask for it, or say what a missing reward counts: default_reward."
            )


def _try_out(blueprint: Blueprint) -> None:
    policy, arms = parse_allocation(blueprint.allocation), open_arms(blueprint, {})
    if arms and isinstance(policy, ListPolicy):
        policy.block(arms, seed=blueprint.seed, stratum="", number=0)
    if arms and isinstance(policy, UnitPolicy):
        policy.choose(arms, unit="anybody", attributes={}, counts={}, seed=blueprint.seed)
