"""Record measurements: each value checked against its measure, each key once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from experiments.errors import BadValue, Conflict, Unknown
from experiments.models import Experiment, Measure, Measurement, Unit
from experiments.storable import is_storable_number
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Reading:
    """A value to record. key: unique in the experiment. context: step, case, within-levels."""

    unit_id: int
    measure_id: int
    value: Json
    key: str
    at: datetime
    number: float | None = None
    context: JsonObject = field(default_factory=dict)


def checked_value(measure: Measure, value: Json) -> Json:
    """The value if it fits the measure's kind and range; BadValue with a sentence otherwise."""
    return CHECKS[measure.kind](measure, value)


def number_in(value: Json) -> float | None:
    """The number in a value: booleans count 0 and 1, other things are none."""
    return float(value) if isinstance(value, bool | int | float) else None


def insert_readings(experiment: Experiment | int, readings: Iterable[Reading]) -> int:
    """Insert, passing over keys that are there already. One INSERT. Returns how many were sent."""
    experiment_id = experiment if isinstance(experiment, int) else experiment.pk
    rows = [_row(experiment_id, reading) for reading in readings]
    if rows:
        Measurement.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _row(experiment_id: int, reading: Reading) -> Measurement:
    return Measurement(
        experiment_id=experiment_id,
        unit_id=reading.unit_id,
        measure_id=reading.measure_id,
        value=reading.value,
        number=reading.number,
        context=reading.context,
        at=reading.at,
        key=reading.key,
    )


@dataclass(frozen=True, slots=True)
class Given:
    """A measurement as a caller from outside names it."""

    unit: Unit
    measure: str
    value: Json
    key: str
    context: JsonObject = field(default_factory=dict)


@transaction.atomic
def record_measurements(experiment: Experiment, given: Sequence[Given], *, now: datetime) -> int:
    """Record all or none. The same key with the same value again changes nothing; with another value: Conflict.

    Unknown measure: Unknown. A value outside kind or range: BadValue. Returns how many were new.
    """
    measures = {measure.name: measure for measure in Measure.objects.filter(experiment=experiment)}
    readings = [_reading(measures, each, now=now) for each in given]
    known = _known_values(experiment, readings)
    for reading in readings:
        if reading.key in known and known[reading.key] != (reading.unit_id, reading.measure_id, reading.value):
            raise Conflict(f"The key “{reading.key}” was used for another value.", hint="A correction needs a new key.")
    return insert_readings(experiment, [reading for reading in readings if reading.key not in known])


def _known_values(experiment: Experiment, readings: Sequence[Reading]) -> dict[str, tuple[int, int, Json]]:
    rows = Measurement.objects.filter(experiment=experiment, key__in=[reading.key for reading in readings])
    return {
        key: (unit, measure, value)
        for key, unit, measure, value in rows.values_list("key", "unit_id", "measure_id", "value")
    }


def _reading(measures: dict[str, Measure], given: Given, *, now: datetime) -> Reading:
    measure = measures.get(given.measure)
    if measure is None:
        known = ", ".join(sorted(measures)) or "none"
        raise Unknown(f"There is no measure “{given.measure}”.", hint=f"Measures of this experiment: {known}.")
    value = checked_value(measure, given.value)
    number = number_in(value)
    return Reading(given.unit.pk, measure.pk, value, given.key, now, number=number, context=given.context)


def _number(measure: Measure, value: Json) -> Json:
    if isinstance(value, bool) or not isinstance(value, int | float) or not is_storable_number(value):
        raise BadValue(f"“{measure.name}” is a number, not {value!r}.")
    low = -math.inf if measure.low is None else measure.low
    high = math.inf if measure.high is None else measure.high
    if not low <= value <= high:
        raise BadValue(f"“{measure.name}” lies between {low:g} and {high:g}, not at {value:g}.")
    return value


def _boolean(measure: Measure, value: Json) -> Json:
    if not isinstance(value, bool):
        raise BadValue(f"“{measure.name}” is true or false, not {value!r}.")
    return value


def _text(measure: Measure, value: Json) -> Json:
    if not isinstance(value, str):
        raise BadValue(f"“{measure.name}” is text, not {value!r}.")
    return value


def _choice(measure: Measure, value: Json) -> Json:
    if not isinstance(value, str | int | float | bool | list):
        raise BadValue(f"“{measure.name}” is a choice, not {value!r}.")
    return value


def _anything(measure: Measure, value: Json) -> Json:
    return value


CHECKS: Mapping[str, Callable[[Measure, Json], Json]] = {
    Measure.Kind.NUMBER: _number,
    Measure.Kind.BOOLEAN: _boolean,
    Measure.Kind.TEXT: _text,
    Measure.Kind.CHOICE: _choice,
    Measure.Kind.JSON: _anything,
}
