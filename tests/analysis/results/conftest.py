"""An experiment with two arms whose units a program measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from django.utils import timezone

from experiments.models import Arm, Assignment, Experiment, Unit
from experiments.services.recording import Sent, record_sent
from experiments.types import Json, JsonObject
from tests.factories import make_experiment

MEASURES: list[Json] = [
    {"name": "score", "kind": "number", "role": "primary", "direction": "up", "low": 0, "high": 100},
    {"name": "bought", "kind": "boolean", "role": "secondary", "direction": "up"},
    {"name": "seconds", "kind": "number", "role": "guardrail", "direction": "down"},
    {"name": "liked", "kind": "choice", "role": "secondary"},
]

ARMS_OF_SOUP: list[Json] = [
    {"name": "plain", "levels": {"frame": "plain"}, "is_control": True},
    {"name": "vivid", "levels": {"frame": "vivid"}},
]

Assigned = Callable[..., list[Unit]]


@pytest.fixture
def experiment(db: None) -> Experiment:
    """Two arms of one factor, plain is the control; visitors, so that a program measures."""
    return make_experiment(slug="soup", measures=MEASURES, arms=ARMS_OF_SOUP)


def assigned(experiment: Experiment, *arms: str, is_rehearsal: bool = False, **attributes: Json) -> list[Unit]:
    """A unit for each name of an arm, in that order."""
    by_name = {arm.name: arm for arm in Arm.objects.filter(experiment=experiment)}
    units = [
        Unit.objects.create(
            experiment=experiment, kind=experiment.unit_kind, is_rehearsal=is_rehearsal, attributes=attributes
        )
        for _ in arms
    ]
    Assignment.objects.bulk_create(
        Assignment(
            experiment=experiment,
            unit=unit,
            version_id=experiment.version_id or 0,
            arm=by_name[name],
            propensity=0.5,
            policy="permuted_blocks",
            at=timezone.now(),
        )
        for unit, name in zip(units, arms, strict=True)
    )
    return units


def measure(
    experiment: Experiment,
    unit: Unit,
    name: str,
    *values: Json,
    context: JsonObject | None = None,
    now: datetime | None = None,
) -> None:
    """Record values of one unit."""
    before = unit.measurements.count()
    sent = [
        Sent(str(unit.uuid), name, value, f"{unit.uuid}:{name}:{before + i}", context or {})
        for i, value in enumerate(values)
    ]
    record_sent(experiment, sent, now=now or timezone.now())


def measured(experiment: Experiment, name: str, scores: dict[str, Sequence[Json]]) -> list[Unit]:
    """A unit for each value of each arm."""
    units = assigned(experiment, *(arm for arm, values in scores.items() for _ in values))
    for unit, value in zip(units, [value for values in scores.values() for value in values], strict=True):
        measure(experiment, unit, name, value)
    return units
