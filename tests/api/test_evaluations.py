"""Off-policy evaluation over the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from experiments.models import Experiment, Study
from tests.api.conftest import Program, counts
from tests.api.test_bad_input import problem
from tests.bandits.test_evaluation import log_of
from tests.learners import make_learner
from tests.query_counts import reviewed

ASK = "/experiments/soup/evaluations/"


@pytest.fixture
def learner(study: Study) -> Experiment:
    experiment = make_learner(study, slug="soup", floor=0.1)
    log_of(experiment, rounds=3)
    return experiment


@pytest.mark.usefixtures("learner")
def test_another_policy_is_evaluated_with_intervals_and_segments_and_nothing_changes(api: Program) -> None:
    before = counts()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = api.post(ASK, {"policy": {"policy": "always", "arm": "vivid"}, "by": "page"})

    shown = found.json()
    assert found.status_code == 200
    assert shown["title"] == "Always vivid"
    assert shown["decisions"] == 120
    assert shown["value"]["lower"] < 0.6 < shown["value"]["upper"]
    assert set(shown["estimates"]) == {"doubly_robust", "ips", "clipped_ips", "snips", "sndr", "direct"}
    assert [one["segment"] for one in shown["segments"]] == ["home", "menu"]
    assert counts() == before
    assert len(queries) <= reviewed("api:evaluations")


@pytest.mark.usefixtures("learner")
@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({"policy": "ucb1"}, 422, "invalid"),
        ({"policy": {"policy": "ucb9"}}, 422, "bad-value"),
        ({"policy": {"policy": "always", "arm": ["vivid"]}}, 404, "unknown"),
        ({"policy": {"policy": "ucb1"}, "learning": "backwards"}, 422, "invalid"),
        ({"policy": {"policy": "ucb1"}, "since": "tomorrow"}, 422, "invalid"),
        ({"policy": {"policy": "ucb1"}, "since": "2030-01-01T00:00:00Z"}, 422, "nothing-logged"),
        ({"policy": {"policy": "ucb1"}, "confidence": 2}, 422, "bad-value"),
        ({"policy": {"policy": "ucb1"}, "seed": 2}, 422, "invalid"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_in_words(
    api: Program, sent: dict[str, object], status: int, code: str
) -> None:
    problem(api.post(ASK, sent), status, code)


@pytest.mark.usefixtures("experiment")
def test_an_experiment_that_does_not_learn_is_a_conflict(api: Program) -> None:
    problem(api.post(ASK, {"policy": {"policy": "ucb1"}}), 409, "conflict")


@pytest.mark.usefixtures("learner")
def test_a_parameter_that_cannot_be_is_named_by_its_path(api: Program) -> None:
    said = problem(api.post(ASK, {"policy": {"policy": "ucb1", "alpha": -1}}), 422, "bad-value")

    assert [(one["path"], one["message"]) for one in said["errors"]] == [("policy.alpha", said["detail"])]
    assert said["detail"].startswith("policy.alpha must be")
