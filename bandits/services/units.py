"""Take a place under a policy that chooses when the unit comes: minimisation, hashing."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from bandits.errors import NotInExperiment
from bandits.policies.kinds import UnitPolicy
from bandits.reads import attributes_of, counts_by_arm, open_arms
from bandits.services.lists import full
from experiments.blueprint import Blueprint
from experiments.models import Arm, Slot, Unit


def take_place(unit: Unit, blueprint: Blueprint, policy: UnitPolicy, *, leased_until: datetime) -> Slot:
    """Ask the policy for the unit's arm and lease a new place; Full, or NotInExperiment."""
    slots = Slot.objects.of(unit.experiment, is_rehearsal=unit.is_rehearsal)
    counts = counts_by_arm(slots.taken(), policy.attributes)
    taken = {arm: count.total for arm, count in counts.items()}
    arms = open_arms(blueprint, taken)
    if not arms or sum(taken.values()) >= blueprint.target:
        raise full(blueprint)
    choice = policy.choose(
        arms, unit=unit.key or unit.uuid.hex, attributes=attributes_of(unit), counts=counts, seed=blueprint.seed
    )
    if choice.arm is None:
        raise NotInExperiment("This unit is not in the experiment.", hint="The policy's coverage leaves it out.")
    arm = Arm.objects.get(experiment=unit.experiment, name=choice.arm)
    return lease_new(unit, arm_id=arm.pk, propensity=choice.propensities[choice.arm], leased_until=leased_until)


def lease_new(unit: Unit, *, arm_id: int, propensity: float, leased_until: datetime) -> Slot:
    """A place of its own for the unit, after the last one."""
    slots = Slot.objects.of(unit.experiment, is_rehearsal=unit.is_rehearsal)
    last = slots.aggregate(position=Max("position"))["position"]
    return Slot.objects.create(
        experiment=unit.experiment,
        is_rehearsal=unit.is_rehearsal,
        position=0 if last is None else last + 1,
        arm_id=arm_id,
        propensity=propensity,
        status=Slot.Status.LEASED,
        unit=unit,
        leased_until=leased_until,
    )
