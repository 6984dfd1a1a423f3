"""GET /experiments/<slug>/results/…: answers as numbers and sentences."""

from __future__ import annotations

import csv
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.results.services.folding import fold
from experiments.models import Experiment
from experiments.types import Json
from tests.analysis.results.conftest import MEASURES, measured
from tests.api.conftest import Program, program
from tests.factories import make_experiment, make_study, make_user
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
HERE = "/experiments/stew/results/"


@pytest.fixture
def counted() -> tuple[Experiment, Program]:
    """An experiment with a clear answer, counted; and its owner's program."""
    owner = make_user("olga")
    arms: list[Json] = [
        {"name": "plain", "levels": {"frame": "plain"}, "is_control": True},
        {"name": "vivid", "levels": {"frame": "vivid"}},
    ]
    experiment = make_experiment(make_study(members={owner: "owner"}), slug="stew", measures=MEASURES, arms=arms)
    measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})
    fold(experiment, now=timezone.now())
    return experiment, program(owner)


def test_no_answer_costs_more_queries_than_reviewed(counted: tuple[Experiment, Program]) -> None:
    for path in ("", "table/", "series/", "distributions/"):
        with CaptureQueriesContext(connection) as queries:
            answer = counted[1].get(f"{HERE}{path}")

        assert answer.status_code == 200
        assert len(queries) <= reviewed("api:results"), path


def test_every_question_has_a_verdict_and_a_sentence(counted: tuple[Experiment, Program]) -> None:
    found = counted[1].get(HERE).json()

    primary = found["answers"][0]
    assert primary["verdict"] == "better"
    assert primary["answer"]["estimate"]["validity"] == "anytime"
    assert all(each["sentence"] for each in found["answers"])
    assert found["tally"]["units"] == 48


def test_the_table_has_a_row_for_each_question(counted: tuple[Experiment, Program]) -> None:
    _, api = counted
    rows = list(csv.DictReader(api.get(f"{HERE}table/").content.decode().splitlines()))

    assert len(rows) == len(api.get(HERE).json()["answers"])
    assert rows[0]["verdict"] == "better"


def test_a_series_ends_where_the_answer_stands(counted: tuple[Experiment, Program]) -> None:
    _, api = counted
    first = api.get(HERE).json()["answers"][0]
    points = api.get(f"{HERE}series/").json()["points"]

    assert points[-1]["n"] == 48
    assert points[-1]["low"] == pytest.approx(first["answer"]["estimate"]["low"])
    assert [each["n"] for each in points] == sorted(each["n"] for each in points)


def test_bins_are_shared_by_all_arms_and_hold_everybody(counted: tuple[Experiment, Program]) -> None:
    found = counted[1].get(f"{HERE}distributions/?measure=score").json()

    assert [sum(arm["counts"]) for arm in found["arms"]] == [24, 24]
    assert len(found["edges"]) == len(found["arms"][0]["counts"]) + 1


def test_what_is_not_there_is_said_with_what_is(counted: tuple[Experiment, Program]) -> None:
    for path, word in (("series/?question=none", "question"), ("distributions/?measure=none", "Measures")):
        answer = counted[1].get(f"{HERE}{path}")

        assert answer.status_code == 404
        assert word in json.dumps(answer.json())
