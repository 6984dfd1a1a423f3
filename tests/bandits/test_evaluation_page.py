"""The console's page that asks what another policy would have earned."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bandits.models import Decision, PolicyState, Reward
from experiments.models import Experiment, Role
from tests.bandits.test_evaluation import log_of
from tests.console import change_url
from tests.factories import make_experiment, make_study, make_user
from tests.learners import make_learner
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db


def page_of(experiment: Experiment) -> str:
    return f"/console/experiments/{experiment.slug}/evaluate/"


def signed_in(client: Client, role: str = Role.ANALYST, **say: object) -> tuple[Client, Experiment]:
    user = make_user()
    client.force_login(user)
    return client, make_learner(make_study(members={user: role}), **{"floor": 0.1, **say})  # type: ignore[arg-type]  # JSON


def test_before_anything_is_asked_the_page_shows_what_can_be(client: Client) -> None:
    client, experiment = signed_in(client)
    empty = client.get(page_of(experiment)).content.decode()
    log_of(experiment, rounds=2)

    with CaptureQueriesContext(connection) as queries:
        page = client.get(page_of(experiment)).content.decode()

    assert "Nothing to look back at yet" in empty
    assert "Ask, for example" in page
    assert "Always vivid" in page
    assert '<option value="page">' in page
    assert len(queries) <= reviewed("console:evaluate")


def test_an_answer_has_an_address_intervals_segments_and_the_words_to_ask_it_elsewhere(client: Client) -> None:
    client, experiment = signed_in(client)
    log_of(experiment)
    before = [model.objects.count() for model in (Decision, Reward, PolicyState)]

    with CaptureQueriesContext(connection) as queries:
        response = client.get(
            page_of(experiment), {"policy": "kl_moss", "learning": "replay", "by": "page", "beside": "on"}
        )
    page = response.content.decode()

    assert response.status_code == 200
    for words in ("It would have earned", "Doubly robust", "Replay", "By “page”", "Always plain", "evaluate_policy"):
        assert words in page
    assert page.count("is-interval") >= 8
    assert before == [model.objects.count() for model in (Decision, Reward, PolicyState)]
    assert len(queries) <= reviewed("console:evaluate, answered")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"policy": "always:vivid", "since": "2030-01-01"}, "There are no decisions in this window."),
        ({"policy": "ucb1", "parameters": "{x"}, "This is not JSON"),
        ({"policy": "ucb1", "parameters": '{"colour": 3}'}, "colour is not a parameter"),
        ({"policy": "always:gone"}, "Select a valid choice"),
        ({"policy": "ucb1", "since": "2026-03-01", "until": "2026-01-01"}, "The window ends before it begins."),
        ({"policy": "other", "parameters": '{"policy": "ucb9"}'}, "There is no policy “ucb9”."),
        ({"policy": "ucb1", "unsupported": "7"}, "less than or equal to 0.99"),
    ],
)
def test_what_cannot_be_answered_is_said_above_the_form_as_it_was(
    client: Client, asked: dict[str, str], says: str
) -> None:
    client, experiment = signed_in(client)
    log_of(experiment, rounds=1)

    response = client.get(page_of(experiment), asked)

    assert response.status_code == 422
    assert says in response.content.decode()


def test_it_is_for_those_who_may_download_data(client: Client) -> None:
    client, experiment = signed_in(client, Role.VIEWER)
    foreign = make_learner()

    assert client.get(page_of(experiment)).status_code == 403
    assert client.get(page_of(foreign)).status_code == 404
    assert client.post(page_of(experiment)).status_code == 405
    assert Client().get(page_of(experiment)).status_code == 302


def test_an_experiment_leads_there_if_it_learns(client: Client) -> None:
    client, learner = signed_in(client)
    fixed = make_experiment(learner.study)

    assert page_of(learner) in client.get(change_url(learner)).content.decode()
    assert page_of(fixed) not in client.get(change_url(fixed)).content.decode()
    assert "learns nothing" in client.get(page_of(fixed)).content.decode()
