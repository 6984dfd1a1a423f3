"""A plan may change until the experiment lets real units in; from then on it is followed by others, never replaced."""

from __future__ import annotations

from typing import cast

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from analysis.registered.document import Plan, Role
from analysis.registered.models import Amendment, AnalysisPlan
from analysis.registered.reads import plan_of, registered
from analysis.registered.services.writing import amend_plan, forget_plan, freeze_plan, write_plan
from experiments.errors import BadValue, Frozen, Invalid, NotReady
from experiments.models import Event, Experiment, Status
from experiments.services.editing import apply_definition
from experiments.services.lifecycle import pause_experiment, rehearse_experiment, start_experiment
from experiments.types import Json
from tests.factories import make_definition, make_experiment

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def written(experiment: Experiment, **more: Json) -> dict[str, Json]:
    """Its default plan with other entries."""
    return {**registered(experiment).planned.as_json(), **more}


def run(statement: str) -> None:
    """As at the end of a transaction of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")


def test_every_experiment_has_a_plan_before_anybody_wrote_one() -> None:
    experiment = make_experiment(status=Status.DRAFT)

    assert [question.role for question in plan_of(experiment).questions] == [Role.PRIMARY]
    assert not AnalysisPlan.objects.exists()


def test_the_start_freezes_what_stands_and_twice_changes_nothing() -> None:
    experiment = make_experiment(status=Status.DRAFT)
    write_plan(experiment, written(experiment, note="Vivid is better."), by=None, now=NOW)

    started = start_experiment(experiment)
    start_experiment(started)

    plan = AnalysisPlan.objects.get()
    assert plan.is_frozen
    assert plan.is_own
    assert plan.version == started.version
    assert cast("dict[str, Json]", plan.document)["note"] == "Vivid is better."
    assert Event.objects.filter(kind="plan.frozen").count() == 1


def test_a_plan_that_nobody_wrote_is_frozen_too_and_says_so() -> None:
    experiment = make_experiment(status=Status.RUNNING)

    found = registered(experiment)
    assert found.is_frozen
    assert not found.is_own


def test_a_rehearsal_freezes_nothing() -> None:
    experiment = rehearse_experiment(make_experiment(status=Status.DRAFT))

    write_plan(experiment, written(experiment, note="Later."), by=None, now=NOW)

    assert not registered(experiment).is_frozen


def test_a_frozen_plan_is_not_written_over() -> None:
    experiment = make_experiment(status=Status.RUNNING)
    before = registered(experiment).sha256

    with pytest.raises(Frozen, match="frozen when it started"):
        write_plan(experiment, written(experiment, note="Now I know."), by=None, now=NOW)
    with pytest.raises(Frozen):
        forget_plan(experiment, now=NOW)

    assert registered(experiment).sha256 == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registered_analysisplan SET sha256 = 'x'",
        "UPDATE registered_analysisplan SET document = '{}'",
        "UPDATE registered_analysisplan SET frozen_at = NULL",
        "DELETE FROM registered_analysisplan",
    ],
)
def test_the_database_refuses_it_too(statement: str) -> None:
    experiment = make_experiment(status=Status.RUNNING)
    before = registered(experiment).sha256

    with pytest.raises(DatabaseError, match="frozen"):
        run(statement)

    assert registered(experiment).sha256 == before


def test_a_plan_goes_with_its_draft() -> None:
    experiment = make_experiment(status=Status.DRAFT)
    write_plan(experiment, written(experiment, note="No."), by=None, now=NOW)

    experiment.delete()

    assert not AnalysisPlan.objects.exists()


def test_an_own_plan_is_forgotten_while_nothing_is_frozen() -> None:
    experiment = make_experiment(status=Status.DRAFT)
    write_plan(experiment, written(experiment, note="No."), by=None, now=NOW)

    forget_plan(experiment, now=NOW)

    assert not registered(experiment).is_own


def test_a_plan_with_a_mistake_is_refused_and_the_old_one_stays() -> None:
    experiment = make_experiment(status=Status.DRAFT)
    write_plan(experiment, written(experiment, note="First."), by=None, now=NOW)

    with pytest.raises(Invalid, match="level"):
        write_plan(experiment, written(experiment, level=3), by=None, now=NOW)

    assert registered(experiment).planned.note == "First."


def test_nobody_gets_in_under_a_plan_that_does_not_fit() -> None:
    experiment = make_experiment(status=Status.DRAFT)
    write_plan(experiment, written(experiment, note="Of score."), by=None, now=NOW)
    measures: list[Json] = [{"name": "other", "kind": "number", "role": "primary"}]
    steps: list[Json] = [{"name": "end", "components": [{"kind": "text", "props": {"body": "Bye"}}]}]
    apply_definition(experiment, make_definition(experiment.slug, measures=measures, steps=steps))

    with pytest.raises(NotReady, match="no measure “score”"):
        start_experiment(experiment)

    experiment.refresh_from_db()
    assert experiment.status == Status.DRAFT
    assert not registered(experiment).is_frozen


def test_an_amendment_stands_beside_the_plan_with_its_reason_and_what_changed() -> None:
    experiment = make_experiment(status=Status.RUNNING)

    amend_plan(experiment, written(experiment, note="Two-sided."), reason="A referee asked.", by=None, now=NOW)

    found = registered(experiment)
    (amendment,) = found.amendments
    assert (amendment.number, amendment.reason, amendment.n) == (1, "A referee asked.", 0)
    assert "Two-sided." in str(amendment.changes)
    assert found.planned.note == ""
    assert found.current.note == "Two-sided."


def test_an_amendment_that_changes_nothing_or_gives_no_reason_is_none() -> None:
    experiment = make_experiment(status=Status.RUNNING)

    assert amend_plan(experiment, written(experiment), reason="Why not.", by=None, now=NOW) is None
    with pytest.raises(BadValue, match="reason"):
        amend_plan(experiment, written(experiment, note="x"), reason=" ", by=None, now=NOW)

    assert not Amendment.objects.exists()


def test_nothing_is_amended_before_the_start() -> None:
    experiment = make_experiment(status=Status.DRAFT)

    with pytest.raises(Frozen, match="nothing to amend"):
        amend_plan(experiment, written(experiment, note="x"), reason="r", by=None, now=NOW)

    assert not AnalysisPlan.objects.exists()


def test_the_database_keeps_amendments_as_they_are() -> None:
    experiment = make_experiment(status=Status.RUNNING)
    amend_plan(experiment, written(experiment, note="x"), reason="r", by=None, now=NOW)

    for statement in ("UPDATE registered_amendment SET reason = 'other'", "DELETE FROM registered_amendment"):
        with pytest.raises(DatabaseError, match="frozen"):
            run(statement)

    assert Amendment.objects.get().reason == "r"


@pytest.mark.parametrize(
    "statement", ["TRUNCATE registered_analysisplan CASCADE", "TRUNCATE experiments_experiment CASCADE"]
)
def test_what_is_frozen_is_not_emptied_where_the_database_is_none_of_tests(statement: str) -> None:
    experiment = make_experiment(status=Status.RUNNING)

    with pytest.raises(DatabaseError, match="TRUNCATE on registered_analysisplan is refused"):
        run(f"SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL machina.may_be_emptied = 'off'; {statement}")

    assert registered(experiment).is_frozen


def test_a_paused_experiment_goes_on_under_its_frozen_plan_though_a_measure_changed() -> None:
    experiment = pause_experiment(make_experiment(status=Status.RUNNING))

    assert start_experiment(experiment).status == Status.RUNNING
    assert freeze_plan(experiment, now=NOW).pk == AnalysisPlan.objects.get().pk


def test_a_plan_read_back_is_the_plan() -> None:
    experiment = make_experiment(status=Status.RUNNING)

    assert isinstance(registered(experiment).planned, Plan)
    assert registered(experiment).sha256 == AnalysisPlan.objects.get().sha256
