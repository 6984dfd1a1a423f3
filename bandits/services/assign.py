"""Give a unit its arm, and give its place back when it leaves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from bandits.errors import PlaceLost
from bandits.learning import learning_of, learns
from bandits.models import Decision
from bandits.policies import POLICIES, parse_allocation
from bandits.policies.kinds import ListPolicy, UnitPolicy
from bandits.reads import by_arm
from bandits.services import drawing, lists, units
from bandits.services.excluding import exclude_unit
from bandits.services.purses import reserve
from experiments import events
from experiments.blueprint import Blueprint
from experiments.errors import Conflict
from experiments.events import EventKind
from experiments.models import Assignment, Event, Experiment, Slot, Unit, Version
from experiments.published import blueprint_of
from experiments.querysets import one

FILL_AND_TELL = """
    WITH filled AS (
        UPDATE experiments_slot SET status = 'completed', leased_until = NULL WHERE unit_id = %s AND status = 'leased'
    )
    INSERT INTO experiments_event (at, kind, experiment_id, subject, payload)
    SELECT * FROM unnest(%s::timestamptz[], %s::text[], %s::bigint[], %s::text[], %s::jsonb[])"""
LOCK_CLASS = 0x6D616368  # "mach": our own family of advisory locks


@dataclass(frozen=True, slots=True)
class Taken:
    """A place, and where the policy learns the decision that it follows from."""

    slot: Slot
    decision: Decision | None = None

    @property
    def state(self) -> str:
        """The number of the state that the arm was drawn from; empty under a fixed policy."""
        return str(self.decision.policy_version) if self.decision else ""


@transaction.atomic
def assign_arm(unit: Unit, *, version: Version | int, now: datetime) -> Assignment:
    """The unit's arm under that version; the same one however often it is asked for.

    Full if no place is left, NotInExperiment if the policy leaves the unit out. One claim at a time per
    experiment: an advisory lock that the transaction holds, so that no cell runs over its quota.
    """
    experiment = unit.experiment
    lock_allocation(experiment)
    existing = one(Assignment.objects.filter(unit=unit))
    if existing is not None:
        return existing
    version_id = version if isinstance(version, int) else version.pk
    blueprint = _in_force(experiment, version_id)
    taken = _take_place(unit, blueprint, now=now)
    if taken.decision is not None:
        taken.decision.save(force_insert=True)
        reserve(experiment, learning_of(experiment.version_id or version_id), [taken.decision])
    return _record(unit, taken, version_id=version_id, blueprint=blueprint, now=now)


def _in_force(experiment: Experiment, version_id: int) -> Blueprint:
    """The unit's version with what is wanted now. Where a policy learns, or did, the one in force hands out."""
    mine, now = blueprint_of(version_id), blueprint_of(experiment.version_id or version_id)
    mine = replace(mine, target=now.target)
    return replace(mine, allocation=now.allocation) if learns(mine.allocation) or learns(now.allocation) else mine


def target_of(experiment: Experiment, version_id: int) -> int:
    """How many are wanted now, also for those who came in under an older version."""
    return blueprint_of(experiment.version_id or version_id).target


def lock_allocation(experiment: Experiment) -> None:
    """Wait for our turn; released with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, experiment.pk])


def _take_place(unit: Unit, blueprint: Blueprint, *, now: datetime) -> Taken:
    leased_until = now + timedelta(seconds=blueprint.lease_seconds)
    if learns(blueprint.allocation):
        _require_participant(unit)
        return Taken(*drawing.take_place(unit, blueprint, leased_until=leased_until, now=now))
    policy = parse_allocation(blueprint.allocation)
    if isinstance(policy, ListPolicy):
        return Taken(lists.take_place(unit, blueprint, policy, leased_until=leased_until))
    if isinstance(policy, UnitPolicy):
        return Taken(units.take_place(unit, blueprint, policy, leased_until=leased_until))
    raise TypeError(f"{policy.name} belongs to no family that hands out places.")


def _require_participant(unit: Unit) -> None:
    """A program's visitors are decided for; only people hold places of an experiment that learns."""
    if unit.key:
        raise Conflict("This experiment learns from rewards and hands out no places.", hint="Ask for a decision.")


def _record(unit: Unit, taken: Taken, *, version_id: int, blueprint: Blueprint, now: datetime) -> Assignment:
    slot = taken.slot
    assignment = Assignment.objects.create(
        experiment_id=slot.experiment_id,
        unit=unit,
        version_id=version_id,
        arm=slot.arm,
        propensity=slot.propensity,
        policy=str(blueprint.allocation.get("policy")),
        policy_version=taken.state,
        slot=slot,
        stratum=slot.stratum,
        row=lists.row_of(slot),
        at=now,
    )
    events.record(
        EventKind.UNIT_ASSIGNED,
        experiment=unit.experiment,
        subject=f"unit:{unit.uuid}",
        payload={
            "arm": slot.arm.name,
            "propensity": slot.propensity,
            "stratum": slot.stratum,
            "position": slot.position,
            **({"state": taken.state} if taken.state else {}),
        },
        at=now,
    )
    return assignment


def complete_slot(unit: Unit, *, telling: Sequence[Event] = ()) -> None:
    """The unit's place is filled for good, and the diary tells of it, in one statement. Twice changes nothing."""
    columns = zip(*((e.at, e.kind, e.experiment_id, e.subject, json.dumps(e.payload)) for e in telling), strict=True)
    at, kinds, experiments, subjects, payloads = [*map(list, columns)] or ([],) * 5
    with connection.cursor() as cursor:
        cursor.execute(FILL_AND_TELL, [unit.pk, at, kinds, experiments, subjects, payloads])


@transaction.atomic(savepoint=False)
def release_slot(unit: Unit, *, reason: str, now: datetime) -> bool:
    """Open the unit's place again; the next unit fills it. False if it holds none."""
    slots = Slot.objects.select_for_update(of=("self",)).select_related("arm", "experiment")
    slot = slots.filter(unit=unit).exclude(status=Slot.Status.VOID).first()
    if slot is None:
        return False
    family = _family(unit)
    slot.status = Slot.Status.OPEN if family == "list" else Slot.Status.VOID
    slot.unit, slot.leased_until = None, None
    slot.save(update_fields=["status", "unit", "leased_until"])
    events.record(
        EventKind.SLOT_REOPENED,
        experiment=slot.experiment,
        subject=f"unit:{unit.uuid}",
        payload={"arm": slot.arm.name, "stratum": slot.stratum, "position": slot.position, "reason": reason},
        at=now,
    )
    if family == "adaptive" and reason == "screened_out":
        exclude_unit(unit, because="screened out")
    return True


def _family(unit: Unit) -> str:
    policy = Assignment.objects.values_list("policy", flat=True).get(unit=unit)
    return POLICIES[policy].family


@transaction.atomic
def reclaim_slot(unit: Unit, *, lease_seconds: int, now: datetime) -> Slot:
    """Take the unit's old place back if nobody has filled it since; PlaceLost otherwise."""
    assignment = Assignment.objects.select_related("unit__experiment").get(unit=unit)
    lock_allocation(unit.experiment)
    free = (
        Slot.objects.select_for_update(of=("self",))
        .select_related("arm")
        .filter(pk=assignment.slot_id or 0, status__in=(Slot.Status.OPEN, Slot.Status.VOID), unit=None)
    )
    slot = free.first()
    if slot is None:
        raise PlaceLost("Your place was given to somebody else.", hint="There is nothing left to do.")
    _require_room(assignment, slot)
    slot.status, slot.unit, slot.leased_until = Slot.Status.LEASED, unit, now + timedelta(seconds=lease_seconds)
    slot.save(update_fields=["status", "unit", "leased_until"])
    return slot


def _require_room(assignment: Assignment, slot: Slot) -> None:
    """PlaceLost if the target or the arm's quota was reached by others, in places of their own."""
    unit, blueprint = assignment.unit, blueprint_of(assignment.version_id)
    taken = by_arm(Slot.objects.of(unit.experiment, is_rehearsal=unit.is_rehearsal).taken())
    quota = blueprint.arms[slot.arm.name].quota
    is_arm_full = quota is not None and taken.get(slot.arm.name, 0) >= quota
    if is_arm_full or sum(taken.values()) >= target_of(unit.experiment, assignment.version_id):
        raise PlaceLost("Every place is taken by now.", hint="There is nothing left to do.")


def renew_slots(unit_ids: Iterable[int], *, now: datetime) -> int:
    """Lengthen the leases of units that gave a sign of life, by their experiment's lease. One UPDATE."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE experiments_slot s SET leased_until = %s + e.lease_seconds * interval '1 second'
               FROM experiments_experiment e
               WHERE e.id = s.experiment_id AND s.id IN (
                   SELECT id FROM experiments_slot WHERE status = 'leased' AND unit_id = ANY(%s)
                   ORDER BY id FOR UPDATE SKIP LOCKED)""",
            [now, list(unit_ids)],
        )
        return int(cursor.rowcount)
