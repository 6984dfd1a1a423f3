"""Whoever withdraws is in no download with answers, unless they let us keep them."""

from __future__ import annotations

import pytest

from analysis.exports import TABLES, Options
from analysis.exports.stream import Request
from analysis.models import Export
from analysis.services.exporting import request_export, write_export
from experiments.models import Experiment
from participants.capability import token_of
from participants.models import Session
from participants.services.leaving import DataChoice, withdraw
from tests import factories
from tests.exported import AT, make_collected

pytestmark = pytest.mark.django_db


def statuses_in(experiment: Experiment, name: str) -> dict[object, object]:
    """{session: status} of a table."""
    columns = [column.name for column in TABLES[name].columns(experiment)]
    session, status = columns.index("session"), columns.index("status")
    return {row[session]: row[status] for row in TABLES[name].rows(experiment, Options())}


@pytest.fixture
def experiment() -> Experiment:
    return make_collected(sessions=2)


def leave(experiment: Experiment, choice: DataChoice) -> str:
    session = Session.objects.filter(experiment=experiment, is_rehearsal=False).earliest("pk")
    withdraw(token_of(session.uuid), choice, now=AT)
    return str(session.uuid)


@pytest.mark.parametrize("table", ["long", "trials", "interactions"])
def test_deleted_data_are_gone(table: str, experiment: Experiment) -> None:
    gone = leave(experiment, DataChoice.DELETE)

    assert gone not in statuses_in(experiment, table)
    assert len(statuses_in(experiment, table)) == 1


def test_that_somebody_was_there_stays_without_an_answer(experiment: Experiment) -> None:
    gone = leave(experiment, DataChoice.DELETE)

    columns = [column.name for column in TABLES["wide"].columns(experiment)]
    rows = [dict(zip(columns, row, strict=True)) for row in TABLES["wide"].rows(experiment, Options())]
    (row,) = (row for row in rows if row["session"] == gone)
    assert (row["status"], row["measurements"], row["attributes"]) == ("withdrawn", 0, None)
    assert not any(row[name] is not None for name in columns[columns.index("measurements_elsewhere") + 1 :])


def details_of(experiment: Experiment, session: str) -> list[object]:
    rows = list(TABLES["events"].rows(experiment, Options()))
    return [payload for *_, subject, _, payload in rows if subject == f"session:{session}"]


def test_the_diary_keeps_its_lines_but_tells_no_details(experiment: Experiment) -> None:
    gone = leave(experiment, DataChoice.DELETE)

    assert set(details_of(experiment, gone)) == {None}


def test_the_diary_tells_details_of_who_let_them_be_kept(experiment: Experiment) -> None:
    kept = leave(experiment, DataChoice.KEEP)

    assert any(details_of(experiment, kept))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("choice", DataChoice)
def test_a_file_made_ready_goes_with_the_data_in_it(choice: DataChoice) -> None:
    experiment = make_collected(sessions=1)
    wanted = Request("long", "csv", Options())
    export = request_export(experiment, wanted, user=factories.make_user(), now=AT)
    write_export(export.pk)

    leave(experiment, choice)

    assert export.path.exists() == (choice == DataChoice.KEEP)
    assert Export.objects.exists() == (choice == DataChoice.KEEP)


@pytest.mark.parametrize("table", ["long", "wide", "trials", "interactions"])
def test_kept_data_are_marked(table: str, experiment: Experiment) -> None:
    kept = leave(experiment, DataChoice.KEEP)

    assert statuses_in(experiment, table)[kept] == "withdrawn"
