"""GET /experiments/<slug>/learning/: the panel as numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bandits.services.deciding import Asked, decide_many
from bandits.services.folding import fold
from bandits.services.rewarding import Sent, reward_many
from bandits.services.summaries import summarise
from experiments.models import Experiment, Role
from tests.api.conftest import Answer, program
from tests.factories import make_experiment, make_study, make_user
from tests.learners import make_learner
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner() -> Experiment:
    owner = make_user("olga")
    study = make_study("kitchen", members={owner: Role.OWNER, make_user("vera"): Role.VIEWER})
    return make_learner(study, slug="buttons")


def live(experiment: Experiment) -> None:
    now = timezone.now() - timedelta(seconds=30)
    made = decide_many(experiment, [Asked(context={"device": "phone"})] * 20, now=now)
    reward_many(experiment, [Sent(one.uuid, number % 3 == 0) for number, (one, _) in enumerate(made)], now=now)
    fold(experiment, now=now)
    summarise(experiment, now=now)


def asks(name: str, path: str = "/experiments/buttons/learning/") -> Answer:
    return program(User.objects.get(username=name)).get(path)


def test_it_shows_what_is_known(learner: Experiment) -> None:
    live(learner)

    answer = asks("olga")

    assert answer.status_code == 200
    found = answer.json()
    assert (found["decisions"], found["settled"], found["rewards"]["sent"], found["segment_key"]) == (
        20,
        20,
        20,
        "device",
    )
    assert [arm["name"] for arm in found["arms"]] == ["plain", "vivid"]
    assert sum(arm["chance"] for arm in found["arms"]) == pytest.approx(1)
    assert all(arm["own"]["low"] <= arm["own"]["value"] <= arm["own"]["high"] for arm in found["arms"])


def test_nothing_to_see_is_said(learner: Experiment) -> None:
    answer = asks("olga")

    assert answer.status_code == 404
    assert "Nothing has been decided" in answer.json()["detail"]


def test_an_experiment_that_does_not_learn_says_so(learner: Experiment) -> None:
    make_experiment(learner.study, slug="fixed")

    answer = asks("olga", "/experiments/fixed/learning/")

    assert answer.status_code == 409
    assert "learns nothing" in answer.json()["detail"]


def test_it_is_for_those_who_may_download(learner: Experiment) -> None:
    live(learner)

    assert asks("vera").status_code == 403


def test_it_costs_what_was_reviewed(learner: Experiment) -> None:
    live(learner)
    asks("olga")
    with CaptureQueriesContext(connection) as queries:
        asks("olga")

    assert len(queries) == reviewed("api:learning")
