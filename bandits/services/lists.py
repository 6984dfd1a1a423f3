"""Take a place of a randomisation list; write the next block when the list is used up.

The caller holds the experiment's allocation lock, so what is counted here stays true until it commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max, QuerySet

from bandits.policies.arms import ListedArm
from bandits.policies.kinds import ListPolicy
from bandits.reads import attributes_of, by_arm, open_arms
from experiments.blueprint import Blueprint
from experiments.errors import Full
from experiments.models import Arm, Slot, Unit


def take_place(unit: Unit, blueprint: Blueprint, policy: ListPolicy, *, leased_until: datetime) -> Slot:
    """Lease the first open place of the unit's stratum, or raise Full."""
    stratum = policy.stratum_of(attributes_of(unit))
    slots = Slot.objects.of(unit.experiment, is_rehearsal=unit.is_rehearsal)
    taken = by_arm(slots.taken())
    _require_room(slots, blueprint, policy, stratum, n_taken=sum(taken.values()))
    allowed = [arm.name for arm in open_arms(blueprint, taken)]
    slot = _first_open(slots, stratum, allowed) or _extend(slots, unit, blueprint, policy, stratum, allowed)
    slot.status, slot.unit, slot.leased_until = Slot.Status.LEASED, unit, leased_until
    slot.save(update_fields=["status", "unit", "leased_until"])
    return slot


def row_of(slot: Slot) -> int:
    """How many places of the same arm come before this one in its list: the row of the session's Latin squares."""
    before = Slot.objects.filter(
        experiment_id=slot.experiment_id, is_rehearsal=slot.is_rehearsal, stratum=slot.stratum, arm_id=slot.arm_id
    )
    return before.filter(position__lt=slot.position).count()


def full(blueprint: Blueprint) -> Full:
    """What somebody who comes too late is told."""
    return Full(
        "Every place is taken.", hint=f"The target of {blueprint.target} is reached, or will be by those under way."
    )


def _require_room(
    slots: QuerySet[Slot], blueprint: Blueprint, policy: ListPolicy, stratum: str, *, n_taken: int
) -> None:
    if n_taken >= blueprint.target:
        raise full(blueprint)
    quota = getattr(policy, "stratum_quota", None)
    if quota is not None and slots.filter(stratum=stratum, status__in=("leased", "completed")).count() >= quota:
        raise full(blueprint)


def _first_open(slots: QuerySet[Slot], stratum: str, arms: Sequence[str]) -> Slot | None:
    free = slots.filter(stratum=stratum, status=Slot.Status.OPEN, arm__name__in=arms).select_related("arm")
    return free.select_for_update(skip_locked=True, of=("self",)).order_by("position").first()


def _extend(
    slots: QuerySet[Slot], unit: Unit, blueprint: Blueprint, policy: ListPolicy, stratum: str, allowed: Sequence[str]
) -> Slot:
    listed_arms = open_arms(blueprint, by_arm(slots.filter(stratum=stratum).exclude(status=Slot.Status.VOID)))
    arms = [arm for arm in listed_arms if arm.name in allowed]
    if not arms:
        raise full(blueprint)
    last = slots.filter(stratum=stratum).aggregate(block=Max("block"), position=Max("position"))
    block = 0 if last["block"] is None else last["block"] + 1
    position = 0 if last["position"] is None else last["position"] + 1
    left = _left_in_list(slots, blueprint, policy, stratum)
    listed = policy.block(arms, seed=blueprint.seed, stratum=stratum, number=block, at_most=left)
    _write(unit, stratum, block, position, listed)
    slot = _first_open(slots, stratum, allowed)
    if slot is None:
        raise full(blueprint)
    return slot


def _left_in_list(slots: QuerySet[Slot], blueprint: Blueprint, policy: ListPolicy, stratum: str) -> int:
    """How many places the list may still get: up to the target, or the stratum's quota."""
    quota = getattr(policy, "stratum_quota", None)
    end = min(blueprint.target, quota) if quota is not None else blueprint.target
    usable = slots.filter(stratum=stratum, arm__is_enabled=True).exclude(status=Slot.Status.VOID)
    return max(end - usable.count(), 1)


def _write(unit: Unit, stratum: str, block: int, position: int, listed: Sequence[ListedArm]) -> None:
    arms = {arm.name: arm for arm in Arm.objects.filter(experiment=unit.experiment)}
    Slot.objects.bulk_create(
        Slot(
            experiment=unit.experiment,
            is_rehearsal=unit.is_rehearsal,
            stratum=stratum,
            block=block,
            position=position + offset,
            arm=arms[place.arm],
            propensity=place.propensity,
        )
        for offset, place in enumerate(listed)
    )
