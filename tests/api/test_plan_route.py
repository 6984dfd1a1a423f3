"""GET /experiments/<slug>/plan/: how many, how much, how likely, for a program."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from experiments.models import Experiment
from tests.api.conftest import Program, counts
from tests.query_counts import reviewed

PLAN = "/experiments/soup/plan/"


def test_it_says_what_is_suggested_and_what_follows(api: Program, experiment: Experiment) -> None:
    before = counts()
    answer = api.get(PLAN)

    assert answer.status_code == 200
    plan = answer.json()
    assert plan["sentence"].endswith("%.")
    assert plan["arms"] == list(experiment.arms.order_by("position").values_list("name", flat=True))
    assert plan["wanted"]["power"] == 0.8
    assert counts() == before


def test_what_is_moved_moves_the_plan(api: Program, experiment: Experiment) -> None:
    small, large = (api.get(f"{PLAN}?effect={effect}&sd=10&mean=50").json() for effect in (4, 8))

    assert small["values"] > 2.8 * large["values"]
    assert api.get(f"{PLAN}?effect=4&sd=10&mean=50&people=60").json()["power"] < 0.8


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("effect=0", 422),
        ("effect=1e9", 422),
        ("power=3", 422),
        ("people=-1", 422),
        ("watch=daily", 422),
        ("sd=nan", 422),
        ("effect=inf", 422),
        ("drop_out=1", 422),
        ("level=0", 422),
    ],
)
def test_what_cannot_be_planned_is_a_problem_with_a_way_on(
    api: Program, experiment: Experiment, query: str, code: int
) -> None:
    answer = api.get(f"{PLAN}?{query}")

    assert answer.status_code == code
    assert answer.json()["detail"]


def test_it_is_played_through_the_same_again(api: Program, experiment: Experiment) -> None:
    path = f"{PLAN}simulation/?effect=8&sd=10&mean=50&runs=50"
    first, again, other = api.get(path).json(), api.get(path).json(), api.get(f"{path}&piece=1").json()

    assert first == again
    assert first["runs"] == 50
    assert first["with_effect"]["right"]["share"] > 0.5
    assert other["sums"] != first["sums"]


def test_a_plan_costs_what_was_reviewed(api: Program, experiment: Experiment) -> None:
    api.get(PLAN)
    with CaptureQueriesContext(connection) as queries:
        api.get(PLAN)

    assert len(queries) == reviewed("api:plan")
