"""How many queries a download costs does not depend on how much there is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analysis.exports import TABLES, Options
from analysis.exports.stream import Download, Request
from analysis.reads import table_summaries
from experiments.models import Experiment
from tests.exported import make_collected

pytestmark = pytest.mark.django_db


def queries_of(experiment: Experiment, table: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert b"".join(Download(experiment, Request(table, "csv", Options())))
    return len(captured)


@pytest.mark.parametrize("table", [*sorted(TABLES), "all"])
def test_a_download_costs_the_same_for_few_and_many(table: str) -> None:
    few, many = make_collected(sessions=1), make_collected(sessions=5)

    assert queries_of(few, table) == queries_of(many, table)


def test_the_page_costs_the_same_for_few_and_many() -> None:
    counts = []
    for sessions in (1, 5):
        experiment = make_collected(sessions=sessions)
        with CaptureQueriesContext(connection) as captured:
            table_summaries(experiment, Options())
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 24
