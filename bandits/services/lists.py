"""Take a place of a randomisation list; write the next block when the list is used up.

The caller holds the experiment's allocation lock, so what is counted here stays true until it commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from bandits.policies.arms import ArmWeight, ListedArm
from bandits.policies.kinds import ListPolicy
from bandits.reads import attributes_of, by_arm, open_arms
from experiments.blueprint import Blueprint
from experiments.errors import Full
from experiments.models import Arm, Slot, Unit


@dataclass(frozen=True)
class Listing:
    """A stratum's list as a unit finds it. arms: those still to be handed out."""

    unit: Unit
    blueprint: Blueprint
    policy: ListPolicy
    stratum: str
    arms: tuple[ArmWeight, ...]

    @property
    def numbered(self) -> QuerySet[Slot]:
        """Every place of the stratum that has a number, also those given up under a policy that kept no list."""
        slots = Slot.objects.of(self.unit.experiment, is_rehearsal=self.unit.is_rehearsal)
        return slots.filter(stratum=self.stratum)

    @property
    def places(self) -> QuerySet[Slot]:
        """Every place of the stratum's list, given up ones aside."""
        return self.numbered.exclude(status=Slot.Status.VOID)

    @property
    def end(self) -> int:
        """How long the list may become."""
        quota = getattr(self.policy, "stratum_quota", None)
        return self.blueprint.target if quota is None else min(self.blueprint.target, quota)

    @property
    def open(self) -> Q:
        """Places that a unit may take now."""
        return Q(status=Slot.Status.OPEN, arm__name__in=[arm.name for arm in self.arms])

    @property
    def taken(self) -> Q:
        """Places that units hold or have completed."""
        return Q(status__in=Slot.TAKEN)


def take_place(unit: Unit, blueprint: Blueprint, policy: ListPolicy, *, leased_until: datetime) -> Slot:
    """Lease the first open place of the unit's stratum, or raise Full."""
    listing = _listing(unit, blueprint, policy)
    slot = _first_open(listing) or next(iter(_write_block(listing)), None)
    if slot is None:
        raise full(blueprint)
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
    return Full("Every place is taken.", hint=f"The target is {blueprint.target}; those under way may still fill it.")


def _listing(unit: Unit, blueprint: Blueprint, policy: ListPolicy) -> Listing:
    """Full if the target or the stratum's quota is reached, or every arm's own."""
    taken = by_arm(Slot.objects.of(unit.experiment, is_rehearsal=unit.is_rehearsal).taken())
    arms = tuple(open_arms(blueprint, taken))
    listing = Listing(unit, blueprint, policy, policy.stratum_of(attributes_of(unit)), arms)
    is_full = sum(taken.values()) >= blueprint.target or not arms
    if is_full or (listing.end < blueprint.target and listing.places.filter(listing.taken).count() >= listing.end):
        raise full(blueprint)
    return listing


def _first_open(listing: Listing) -> Slot | None:
    free = listing.places.filter(listing.open).select_related("arm").order_by("position")
    return free.select_for_update(skip_locked=True, of=("self",)).first()


def _write_block(listing: Listing) -> list[Slot]:
    """The new places, in their order. Nobody else sees them before we commit."""
    last = listing.numbered.aggregate(block=Max("block"), position=Max("position"))
    number = 0 if last["block"] is None else last["block"] + 1
    left = listing.end - listing.places.filter(listing.taken | listing.open).count()
    block = listing.policy.block(
        listing.arms, seed=listing.blueprint.seed, stratum=listing.stratum, number=number, at_most=left
    )
    return _insert(listing, block, number=number, start=0 if last["position"] is None else last["position"] + 1)


def _insert(listing: Listing, block: Sequence[ListedArm], *, number: int, start: int) -> list[Slot]:
    unit = listing.unit
    arms = {arm.name: arm for arm in Arm.objects.filter(experiment=unit.experiment).order_by()}
    return Slot.objects.bulk_create(
        Slot(
            experiment=unit.experiment,
            is_rehearsal=unit.is_rehearsal,
            stratum=listing.stratum,
            block=number,
            position=start + offset,
            arm=arms[place.arm],
            propensity=place.propensity,
        )
        for offset, place in enumerate(block)
    )
