"""A report is kept for good, says what differs from the plan, and comes out the same when it is computed again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import cast

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from analysis.registered.models import Report
from analysis.registered.reads import registered
from analysis.registered.services.writing import amend_plan
from analysis.results.services.reporting import freeze_report
from analysis.results.services.reproducing import reproduce
from experiments.models import Assignment, Experiment, Measurement, Unit
from experiments.services.lifecycle import complete_experiment
from experiments.types import Json
from tests.analysis.results.conftest import assigned, experiment, measure, measured

pytestmark = pytest.mark.django_db
NOW = timezone.now()
__all__ = ("experiment",)  # the fixture


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("report", *arguments, stdout=out)
    return out.getvalue()


def test_a_report_comes_out_the_same_though_data_went_on_coming_in(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})
    report = freeze_report(experiment, title="First", now=NOW)
    measured(experiment, "score", {"plain": [90] * 5, "vivid": [10] * 5})

    found = reproduce(report)

    assert found.holds
    assert found.data
    assert found.code
    assert report.number == 1


def test_values_that_changed_behind_its_back_are_seen(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})
    report = freeze_report(experiment, now=NOW)
    Measurement.objects.filter(pk=Measurement.objects.earliest("pk").pk).delete()

    found = reproduce(report)

    assert not found.data
    assert not found.holds
    assert any("groups" in each for each in found.differences)
    assert any("were 48 and are 47: values were taken out" in each for each in found.reasons)


def test_why_it_differs_is_said_of_corrections_erasures_and_late_rows(experiment: Experiment) -> None:
    units = measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})
    report = freeze_report(experiment, now=NOW)
    value = Measurement.objects.order_by("pk")[5]

    with undone():
        Measurement.objects.filter(pk=value.pk).update(number=99)
        assert any("corrected after the report" in each for each in reproduce(report).reasons)
    with undone():
        units[0].delete()
        assert any("1 of 48 units are not there any more" in each for each in reproduce(report).reasons)
    with undone():
        unmeasured = assigned(experiment, "plain")[0]
        Assignment.objects.filter(unit=unmeasured).update(id=-1)
        assert any("1 units with lower numbers came in" in each for each in reproduce(report).reasons)
    with undone():
        Unit.objects.filter(pk=units[1].pk).update(attributes={"age": 9})
        found = reproduce(report)
        assert not found.data
        assert found.reasons
    assert reproduce(report).reasons == ()


def test_what_happened_to_the_experiment_since_changes_nothing_in_a_report(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})
    fixed: list[Json] = [
        {**cast("dict[str, Json]", each), "method": "fixed"} if place == 0 else each
        for place, each in enumerate(cast("list[Json]", registered(experiment).planned.as_json()["questions"]))
    ]
    plan = {**registered(experiment).planned.as_json(), "questions": fixed, "looks": {"kind": "once"}}
    amend_plan(experiment, plan, reason="One look.", by=None, now=NOW)
    report = freeze_report(experiment, now=NOW)

    complete_experiment(experiment)

    assert reproduce(report).reasons == ()
    assert reproduce(report).holds


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_database_refuses_to_change_or_lose_one(experiment: Experiment) -> None:
    report = freeze_report(experiment, title="As it was", now=NOW)

    for statement in ("UPDATE registered_report SET title = 'Otherwise'", "DELETE FROM registered_report"):
        with pytest.raises(DatabaseError, match="frozen"):
            _run(statement)

    assert Report.objects.get().title == report.title


def _run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")


def test_what_was_not_as_planned_is_listed(experiment: Experiment) -> None:
    rules: Json = [{"rule": "tired"}]
    amended: dict[str, Json] = {**registered(experiment).planned.as_json(), "seed": 7, "exclusions": rules}
    amend_plan(experiment, amended, reason="A referee asked.", by=None, now=NOW)

    report = freeze_report(experiment, now=NOW)

    told = " ".join(map(str, report.deviations))  # type: ignore[arg-type]  # a list of sentences
    assert "Not as planned: seed 18 → 7" in told
    assert "nobody here knows the exclusion “tired”" in told
    assert "Planned and not answered" in told
    assert report.seed == 7


def test_what_was_done_as_planned_has_no_deviation(experiment: Experiment) -> None:
    given: dict[str, list[Json]] = {"score": [20, 60], "bought": [True, False], "seconds": [3, 5]}
    for name, values in given.items():
        measured(experiment, name, {"plain": values * 20, "vivid": values * 20})

    assert freeze_report(experiment, now=NOW).deviations == []


def test_a_plan_that_is_younger_than_the_data_is_said_to_be(experiment: Experiment) -> None:
    Experiment.objects.filter(pk=experiment.pk).update(started_at=NOW - timedelta(days=3))
    experiment.refresh_from_db()

    assert any("younger than the data" in str(each) for each in freeze_report(experiment, now=NOW).deviations)  # type: ignore[union-attr]  # a list


def test_an_experiment_without_data_is_reported_as_such(experiment: Experiment) -> None:
    report = freeze_report(experiment, now=NOW)

    assert reproduce(report).holds


def test_the_command_freezes_lists_shows_and_reproduces(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})

    frozen = json.loads(said("soup", "--title", "For the referees", "--json"))

    assert "For the referees" in said("soup", "--list")
    assert json.loads(said("--show", frozen["uuid"]))["document"]["answers"]
    assert "Every figure is the same." in said("--reproduce", frozen["uuid"])
    assert json.loads(said("--reproduce", frozen["uuid"], "--json"))["holds"]


def test_the_command_ends_with_1_where_a_figure_differs(experiment: Experiment) -> None:
    (unit,) = measured(experiment, "score", {"plain": [20]})
    measure(experiment, unit, "seconds", 3)
    report = freeze_report(experiment, now=NOW)
    Measurement.objects.all().delete()

    with pytest.raises(CommandError, match="differ"):
        said("--reproduce", str(report.uuid))


@pytest.mark.parametrize("arguments", [["nowhere"], [], ["--reproduce", "00000000-0000-0000-0000-000000000012"]])
def test_the_command_says_what_it_misses(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match=r"no experiment|Name an|no report"):
        said(*arguments)

    assert not Report.objects.exists()
