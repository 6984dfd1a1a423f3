"""Programs that ask for an arm: a unit under the caller's own key, its place, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from bandits.audiences import require_admitted
from bandits.errors import NotInExperiment, NotOpen, PlaceLost
from bandits.services.assign import assign_arm, complete_slot, release_slot, renew_slots
from experiments.errors import Conflict
from experiments.models import Assignment, Experiment, Slot, Unit
from experiments.types import JsonObject

BATCH = 500
GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for an arm. key: the caller's own name of the unit, which must not identify a person."""

    key: str
    attributes: JsonObject = field(default_factory=dict)


@transaction.atomic
def assign_unit(experiment: Experiment, asking: Asking, *, now: datetime) -> tuple[Assignment, bool]:
    """The unit's arm, and whether it is new. The same key gets the same arm, also after the experiment has closed.

    NotOpen for a newcomer to an experiment that lets nobody in; Full or NotInExperiment as the policy says. Then
    nothing is kept.
    """
    experiment = Experiment.objects.get(pk=experiment.pk)
    unit, _ = Unit.objects.get_or_create(
        experiment=experiment,
        key=asking.key,
        is_rehearsal=experiment.is_rehearsal,
        defaults={"kind": experiment.unit_kind, "attributes": asking.attributes},
    )
    known = _assignment(unit)
    if known is not None:
        return known, False
    version = experiment.version_id
    if not experiment.is_open or version is None:
        raise NotOpen.because_of(experiment)
    require_admitted(experiment, asking.key, asking.attributes)
    _require_no_exclusion(unit)
    assign_arm(unit, version=version, now=now)
    return Assignment.objects.select_related("arm", "unit", "slot", "version").get(unit=unit), True


def _require_no_exclusion(unit: Unit) -> None:
    """Nobody is handed an arm in two experiments of one group; the caller's key says who is who."""
    experiment = unit.experiment
    if not experiment.exclusion_group:
        return
    others = Assignment.objects.filter(
        unit__key=unit.key,
        unit__is_rehearsal=unit.is_rehearsal,
        experiment__study=experiment.study_id,
        experiment__exclusion_group=experiment.exclusion_group,
    )
    if others.exclude(experiment=experiment).exists():
        raise NotInExperiment(
            f"This unit has an arm in an experiment that excludes “{experiment.title}”.",
            hint=f"Experiments of the group “{experiment.exclusion_group}” share no units.",
        )


@transaction.atomic
def complete_unit(unit: Unit) -> None:
    """The unit has done what it came for. Twice changes nothing; PlaceLost if its place is gone."""
    _require_held(unit)
    complete_slot(unit)


@transaction.atomic
def release_unit(unit: Unit, *, now: datetime) -> bool:
    """Give the place back. Twice changes nothing; Conflict for a unit that has completed."""
    slot = _held(unit)
    if slot is not None and slot.status == Slot.Status.COMPLETED:
        raise Conflict("This unit has completed; its place stays filled.", hint="Nothing is left to do.")
    return release_slot(unit, reason="released", now=now)


@transaction.atomic
def renew_unit(unit: Unit, *, now: datetime) -> None:
    """A sign of life: the place is kept for another lease. PlaceLost if it is gone."""
    _require_held(unit)
    renew_slots([unit.pk], now=now)


def reopen_lapsed(*, now: datetime) -> int:
    """Reopen the places of programs' units whose lease ran out. Those of people are swept with their sessions."""
    lapsed = Slot.objects.lapsed(now - GRACE).exclude(unit__key="").values_list("unit", flat=True)[:BATCH]
    return sum(_reopen(pk, now=now) for pk in lapsed)


@transaction.atomic
def _reopen(unit_id: int, *, now: datetime) -> bool:
    slot = Slot.objects.select_for_update(skip_locked=True).lapsed(now - GRACE).filter(unit_id=unit_id).first()
    return slot is not None and release_slot(Unit.objects.get(pk=unit_id), reason="lapsed", now=now)


def _held(unit: Unit) -> Slot | None:
    """The unit's place, locked. Conflict for a person's unit: its session moves it."""
    if not unit.key:
        raise Conflict("This unit belongs to a person's session.", hint="Return or withdraw the session instead.")
    return Slot.objects.select_for_update().filter(unit=unit).first()


def _require_held(unit: Unit) -> None:
    if _held(unit) is None:
        raise PlaceLost("This unit holds no place any more.", hint="Its lease ran out, or it was released.")


def _assignment(unit: Unit) -> Assignment | None:
    return Assignment.objects.select_related("arm", "unit", "slot", "version").filter(unit=unit).first()
