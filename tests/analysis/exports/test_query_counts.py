"""How many queries a download costs does not depend on how much there is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analysis.exports import TABLES, Options
from analysis.exports.stream import Download, Request
from experiments.models import Experiment, Role
from tests import factories
from tests.exported import make_collected
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db


def queries_of(experiment: Experiment, table: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert b"".join(Download(experiment, Request(table, "csv", Options())))
    return len(captured)


@pytest.mark.parametrize("table", [*sorted(TABLES), "all"])
def test_a_download_costs_the_same_for_few_and_many(table: str) -> None:
    few, many = make_collected(sessions=1), make_collected(sessions=5)

    assert queries_of(few, table) == queries_of(many, table)


def test_the_page_costs_what_was_reviewed_for_few_and_many(client: Client) -> None:
    analyst = factories.make_user()
    study = factories.make_study(members={analyst: Role.ANALYST})
    client.force_login(analyst)
    for sessions in (1, 5):
        experiment = make_collected(sessions=sessions, study=study)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("analysis:downloads", args=[experiment.slug]))
        assert len(captured) == reviewed("console:downloads")
