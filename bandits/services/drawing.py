"""Take a place under a policy that learns: an arm from the state in force, and a decision that its reward will name.

The caller holds the experiment's allocation lock, so what is counted here stays true until it commits.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from math import fsum

from bandits.errors import NotInExperiment
from bandits.models import Decision
from bandits.policies.adaptive import Features, Propensities
from bandits.policies.arms import ArmWeight
from bandits.reads import by_arm, open_arms
from bandits.services.lists import full
from bandits.services.states import Held, current_state, held_of
from bandits.services.units import lease_new
from experiments.blueprint import Blueprint, json_object
from experiments.chance import Stream
from experiments.models import Slot, Unit


@dataclass(frozen=True)
class Drawing:
    """What a unit's arm is drawn from. open: the arms that have room. among: those under way, this unit included."""

    held: Held
    open: Collection[str]
    among: int

    def chances(self, features: Features | None) -> Propensities:
        """The state's chances among the open arms. Where it gives them none: the policy's with the others closed."""
        table = self.held.chances(features, among=self.among)
        left = {name: chance if name in self.open else 0.0 for name, chance in table.chances.items()}
        whole = fsum(left.values())
        if whole > 0:
            return table if whole == fsum(table.chances.values()) else table.with_chances(_shares(left, whole))
        learning = self.held.learning
        arms = [ArmWeight(arm.name, arm.weight if arm.name in self.open else 0) for arm in learning.arms]
        return learning.policy.probabilities_among(self.held.state, arms, self.among, features)


def take_place(unit: Unit, blueprint: Blueprint, *, leased_until: datetime, now: datetime) -> tuple[Slot, Decision]:
    """Draw the unit's arm and lease a new place; Full, or NotInExperiment. The caller stores the decision."""
    drawing = _drawing(unit, blueprint, now=now)
    learning = drawing.held.learning
    context, identity = learning.context_of(json_object(unit.attributes)), uuid.uuid4()
    chances = drawing.chances(drawing.held.features(context))
    choice = chances.draw(Stream(learning.seed, "decision", identity.hex))
    if choice.arm is None or choice.propensity is None:
        raise NotInExperiment("This unit is not in the experiment.", hint="The policy gives it no arm.")
    arm_id = drawing.held.arms[choice.arm]
    slot = lease_new(unit, arm_id=arm_id, propensity=choice.propensity, leased_until=leased_until)
    decision = Decision(
        uuid=identity,
        experiment_id=unit.experiment_id,
        is_rehearsal=unit.is_rehearsal,
        unit=unit,
        arm_id=arm_id,
        propensity=choice.propensity,
        context=context,
        policy_version=drawing.held.number,
        among=drawing.among,
        decided_at=now,
        due=now + learning.window,
    )
    return slot, decision


def _drawing(unit: Unit, blueprint: Blueprint, *, now: datetime) -> Drawing:
    """Full if the target is reached, or every arm's own that both the unit's version and the one in force have.

    During a halt its arms alone are open: where they are full, nobody gets another one.
    """
    slots = Slot.objects.of(unit.experiment, is_rehearsal=unit.is_rehearsal)
    taken = by_arm(slots.taken())
    row, _ = current_state(unit.experiment, is_rehearsal=unit.is_rehearsal, now=now)
    held = held_of(row, now=now)
    in_force = {arm.name for arm in held.learning.arms if arm.weight}
    if held.halt is not None:
        in_force &= set(held.halt.arms)
    free = {arm.name for arm in open_arms(blueprint, taken)} & in_force
    if not free or sum(taken.values()) >= blueprint.target:
        raise full(blueprint)
    return Drawing(held, free, 1 + slots.filter(status=Slot.Status.LEASED).count())


def _shares(chances: dict[str, float], whole: float) -> dict[str, float]:
    return {name: chance / whole for name, chance in chances.items()}
