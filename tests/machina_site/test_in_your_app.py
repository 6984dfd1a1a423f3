"""The console's page for programmers: code to copy, arms to try out, and who is let in."""

import re
from urllib.parse import parse_qs

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bandits.models import Decision
from bandits.web.forcing import SALT, key_of
from experiments.models import Event, Experiment, Role
from experiments.types import Json
from tests.bandits.web.conftest import make_trial
from tests.factories import make_experiment, make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db

AUDIENCE: Json = {"where": {"country": "DE"}, "layer": "checkout", "slots": [[0, 4000]]}


@pytest.fixture
def experiment() -> Experiment:
    return make_trial(
        "button-color",
        allocation={"policy": "thompson_bernoulli", "audience": AUDIENCE},
        arms=[{"levels": {"it": "green"}, "is_control": True, "payload": {"value": {"hex": "#0a0"}}}],
    )


def member(experiment: Experiment, role: str) -> Client:
    user, client = make_user(), Client()
    experiment.study.memberships.create(user=user, role=role)
    client.force_login(user)
    return client


def page(client: Client, experiment: Experiment, **query: str) -> tuple[str, str]:
    """Words and source."""
    source = client.get(reverse("in_your_app", args=[experiment.slug]), query).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", source).split()), source


def test_it_shows_the_code_with_the_experiments_own_names(experiment: Experiment) -> None:
    words, _ = page(member(experiment, Role.VIEWER), experiment)

    assert "@choose_arm(&quot;button-color&quot;) def page(request, button_color):" in words
    assert "{% arm &quot;button-color&quot; %}" in words


def test_it_shows_what_a_view_gets_and_a_link_that_works_for_those_who_may_run_the_study(
    experiment: Experiment,
) -> None:
    words, source = page(member(experiment, Role.RESEARCHER), experiment)
    links = re.findall(r'value="(\?arms=[^"]+)"', source)

    assert "{&quot;hex&quot;: &quot;#0a0&quot;}" in words
    assert [signing.loads(parse_qs(link[1:])["arms"][0], salt=SALT, key=key_of(experiment)) for link in links] == [
        {"button-color": "green"},
        {"button-color": "red"},
    ]


def test_a_viewer_is_given_no_link(experiment: Experiment) -> None:
    assert "?arms=e" not in page(member(experiment, Role.VIEWER), experiment)[1]


def test_it_says_who_is_let_in_and_why_and_records_nothing(experiment: Experiment) -> None:
    client = member(experiment, Role.VIEWER)
    before = Event.objects.count()
    outside, _ = page(client, experiment, key="u1", known='{"country": "US"}')
    inside, _ = page(client, experiment, key="u1", known='{"country": "DE"}')
    wrong, _ = page(client, experiment, key="u1", known="{")

    assert "Not let in: the control is served." in outside
    assert "country is DE: no, it is US" in outside
    assert "Let in." in inside
    assert "green: chance 0.500" in inside
    assert "is no JSON" in wrong
    assert (Decision.objects.count(), Event.objects.count()) == (0, before)


def test_it_shows_who_owns_the_layer(experiment: Experiment) -> None:
    other: Json = {"policy": "hash", "audience": {"layer": "checkout", "slots": [[4000, 9000]]}}
    make_trial("prices", allocation=other)
    _, source = page(member(experiment, Role.VIEWER), experiment)

    assert 'aria-label="0 to 4000: button-color. 4000 to 9000: prices. 9000 to 10000: free. "' in source


@pytest.mark.parametrize("status", ["draft", "paused"])
def test_it_shows_before_the_start_and_in_a_pause(status: str) -> None:
    experiment = make_trial(status=status)
    words, _ = page(member(experiment, Role.OWNER), experiment, key="u1")

    assert "Newcomers get the control, and nothing is recorded." in words
    assert "lets nobody in" in words


def test_an_experiment_without_arms_says_what_to_do() -> None:
    experiment = make_trial(levels=None, status="draft")
    experiment.arms.all().delete()

    assert "There is no arm yet." in page(member(experiment, Role.OWNER), experiment)[0]


def test_strangers_and_experiments_of_people_have_no_such_page(experiment: Experiment) -> None:
    stranger, people = Client(), make_experiment()
    stranger.force_login(make_user())

    assert stranger.get(reverse("in_your_app", args=[experiment.slug])).status_code == 404
    assert member(people, Role.OWNER).get(reverse("in_your_app", args=[people.slug])).status_code == 404
    assert Client().get(reverse("in_your_app", args=[experiment.slug])).status_code == 302


def test_it_costs_what_was_reviewed(experiment: Experiment) -> None:
    client = member(experiment, Role.RESEARCHER)
    page(client, experiment)
    with CaptureQueriesContext(connection) as captured:
        page(client, experiment)

    assert len(captured) == reviewed("in your app")


def test_functions_of_another_project_are_named() -> None:
    arms: Json = [{"name": "loud", "levels": {}, "payload": {"call": "ranking.loud"}}]
    experiment = make_trial("ranking", None, arms=arms)

    assert "function ranking.loud" in page(member(experiment, Role.OWNER), experiment)[0]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("[" * 1_900, "What is known is no JSON"),
        (f'{{"features": [1{"0" * 400}]}}', "A number of context.features is too large."),
    ],
    ids=["deep", "large"],
)
def test_what_nobody_could_know_is_a_sentence_and_no_error(known: str, said: str) -> None:
    experiment = make_trial("linear", allocation={"policy": "linucb", "dimension": 1})

    assert said in page(member(experiment, Role.VIEWER), experiment, key="u1", known=known)[0]
