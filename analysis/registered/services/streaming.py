"""The tests of a study's life: opened once, given a level when an experiment starts, decided by its report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from django.db import transaction

from analysis.registered.document import Plan, Role
from analysis.registered.events import RegisteredEvent
from analysis.registered.models import Stream, StreamTest
from analysis.statistics.multiplicity import online
from experiments import events
from experiments.errors import BadValue, Frozen
from experiments.models import Experiment, Study
from experiments.types import Json, JsonObject

LARGEST = 0.5


@transaction.atomic
def open_stream(study: Study, *, procedure: str, level: float, now: datetime) -> Stream:
    """From now on each primary question of the study's experiments is one of its tests. The same again changes nothing.

    BadValue for a procedure or level that is none; Frozen once a test has begun: its level rests on them.
    """
    if procedure not in online.PROCEDURES:
        raise BadValue(f"“{procedure}” is no such procedure.", hint=f"Known: {', '.join(online.PROCEDURES)}.")
    if not 0 < level <= LARGEST:
        raise BadValue(f"A level lies above 0 and at {LARGEST:g} at most, not at {level:g}.")
    locked = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    row = Stream.objects.filter(study=locked).first()
    if row is not None and (row.procedure, row.level) == (procedure, level):
        return row
    if row is not None and row.tests.exists():
        raise Frozen(
            f"Tests of “{study.title}” have begun under {row.procedure} at {row.level:g}.",
            hint="What a test was given rests on all before it: go on with this, or begin another study.",
        )
    state = cast(Json, online.Stream(procedure, level).as_json())
    columns = {"procedure": procedure, "level": level, "state": state, "created_at": now}
    return Stream.objects.update_or_create(study=locked, defaults=columns)[0]


@transaction.atomic
def begin_tests(experiment: Experiment, plan: Plan, *, now: datetime) -> list[StreamTest]:
    """Give each primary question its level, from what is known by now. Without a stream, or twice, nothing happens."""
    row = Stream.objects.select_for_update().filter(study_id=experiment.study_id).first()
    if row is None or StreamTest.objects.filter(experiment=experiment).exists():
        return []
    state, begun = _state(row), []
    for question in plan.of_role(Role.PRIMARY):
        state = state.begin()
        begun.append(
            StreamTest(
                stream=row,
                number=len(state.tests),
                experiment=experiment,
                question=question.name,
                level=state.tests[-1].level,
                began_at=now,
            )
        )
    _keep(row, state)
    return StreamTest.objects.bulk_create(begun)


@transaction.atomic
def decide_tests(experiment: Experiment, p_values: Mapping[str, float | None], *, now: datetime) -> list[StreamTest]:
    """Each test of the experiment that is open gets its answer, for good. A question without one counts as 1.

    p_values: of each question alone, valid at the time of the decision; its family's correction is not applied twice.
    """
    row = Stream.objects.select_for_update().filter(study_id=experiment.study_id).first()
    if row is None:
        return []
    state, decided = _state(row), []
    for test in StreamTest.objects.filter(experiment=experiment, decided_at__isnull=True).order_by("number"):
        found = p_values.get(test.question)
        state = state.decide(test.number - 1, 1.0 if found is None else found)
        own = state.tests[test.number - 1]
        test.p_value, test.is_discovery, test.decided_at = own.p_value, own.is_discovery, now
        test.save(update_fields=["p_value", "is_discovery", "decided_at"])
        payload: JsonObject = {"question": test.question, "p": own.p_value, "is_discovery": own.is_discovery}
        events.record(RegisteredEvent.TEST_DECIDED, experiment=experiment, payload=payload, at=now)
        decided.append(test)
    _keep(row, state)
    return decided


def _state(row: Stream) -> online.Stream:
    return online.Stream.parse(cast(JsonObject, row.state))


def _keep(row: Stream, state: online.Stream) -> None:
    row.state = cast(Json, state.as_json())
    row.save(update_fields=["state"])
