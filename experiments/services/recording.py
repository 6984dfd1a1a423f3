"""Measurements from outside: units by their key or id, many at once, all or none."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from experiments import events
from experiments.errors import BadValue, Frozen, Invalid
from experiments.events import EventKind
from experiments.models import Experiment, Measure, Measurement, Status, Unit
from experiments.services.measuring import Given, checked_value, record_measurements
from experiments.types import Json, JsonObject

MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """A measurement as it was sent. unit: the id of a unit, or the caller's own key of it."""

    unit: str
    measure: str
    value: Json
    key: str
    context: JsonObject = field(default_factory=dict)


@transaction.atomic
def record_sent(experiment: Experiment, sent: Sequence[Sent], *, now: datetime, prefix: str = "") -> int:
    """Record all or none; returns how many were new.

    Invalid names every entry (below `prefix`) whose unit, measure or value cannot be; Conflict for a key that holds
    another value.
    """
    if experiment.status == Status.ARCHIVED:
        raise Frozen(f"“{experiment.title}” is archived; nothing is recorded any more.")
    units = _units(experiment, sent)
    measures = {measure.name: measure for measure in Measure.objects.filter(experiment=experiment)}
    errors = [*_errors(sent, units, measures, prefix)]
    if errors:
        message = f"{len(errors)} of {len(sent)} cannot be recorded; nothing was: {errors[0]['message']}"
        raise Invalid(message, hint="Mend these and send all of them again.", errors=tuple(errors[:MOST_ERRORS]))
    before = Measurement.objects.filter(experiment=experiment, key__in=[each.key for each in sent]).count()
    given = [Given(units[each.unit], each.measure, each.value, each.key, each.context) for each in sent]
    record_measurements(experiment, given, now=now)
    new = len(sent) - before
    if new:
        events.record(EventKind.MEASUREMENT_RECORDED, experiment=experiment, payload={"n": new}, at=now)
    return new


def _units(experiment: Experiment, sent: Sequence[Sent]) -> dict[str, Unit]:
    """By what the caller calls them. Two queries; a key stands for the unit of the present stage, real or rehearsal."""
    names = {each.unit for each in sent}
    units = Unit.objects.filter(experiment=experiment)
    by_key = units.filter(key__in=names, is_rehearsal=experiment.is_rehearsal)
    by_id = units.filter(uuid__in=[name for name in names if _is_uuid(name)])
    return {**{str(unit.uuid): unit for unit in by_id}, **{unit.key: unit for unit in by_key}}


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _errors(
    sent: Sequence[Sent], units: Mapping[str, Unit], measures: Mapping[str, Measure], prefix: str
) -> list[dict[str, str | int]]:
    errors: list[dict[str, str | int]] = []
    keys: set[str] = set()
    for index, each in enumerate(sent):
        path = f"{prefix}[{index}]." if prefix else ""
        if each.unit not in units:
            errors.append({"path": f"{path}unit", "message": f"There is no unit “{each.unit}” in this experiment."})
        if each.measure not in measures:
            known = ", ".join(sorted(measures)) or "none"
            message = f"There is no measure “{each.measure}”; known: {known}."
            errors.append({"path": f"{path}measure", "message": message})
        elif refusal := _refusal(measures[each.measure], each.value):
            errors.append({"path": f"{path}value", "message": refusal})
        if each.key in keys:
            errors.append({"path": f"{path}key", "message": f"The key “{each.key}” stands twice in this request."})
        keys.add(each.key)
    return errors


def _refusal(measure: Measure, value: Json) -> str:
    try:
        checked_value(measure, value)
    except BadValue as refusal:
        return refusal.message
    return ""
