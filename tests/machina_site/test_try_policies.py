"""The page where policies are tried: filled in from the experiment, quick, and without a trace."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from bandits.models import Decision, PolicyState
from bandits.services.deciding import Asked, decide
from bandits.services.folding import fold
from bandits.services.rewarding import Sent, reward
from experiments.models import Event, Experiment, Role
from machina_site.trying.forms import WorldForm
from tests.console import change_url
from tests.factories import make_study, make_user
from tests.learners import make_learner
from tests.studies import NOON

pytestmark = pytest.mark.django_db

SMALL = {
    "try": "1",
    "mean_0": "0.6",
    "mean_1": "0.3",
    "rewards": "bernoulli",
    "deviation": "0.5",
    "visitors": "200",
    "runs": "20",
    "change": "",
    "pace": "50",
    "delay": "0",
    "delay_kind": "fixed",
    "contexts": "",
    "dimension": "3",
    "policies": ["own", "uniform", "ucb1"],
}


@pytest.fixture
def experiment(client: Client) -> Experiment:
    user = make_user()
    client.force_login(user)
    return make_learner(make_study(members={user: Role.VIEWER}), slug="offer")


def address(experiment: Experiment) -> str:
    return reverse("try_policies", args=[experiment.slug])


def page(client: Client, experiment: Experiment, **say: object) -> str:
    response = client.get(address(experiment), {**SMALL, **say} if say or SMALL else {})  # type: ignore[arg-type]  # text
    assert response.status_code == 200
    return response.content.decode()


def test_it_suggests_the_experiments_arms_its_rewards_and_its_own_policy(
    client: Client, experiment: Experiment
) -> None:
    shown = client.get(address(experiment))
    form = shown.context["form"]

    assert [arm.name for arm in form.arms] == [arm.name for arm in experiment.arms.order_by("position")]
    assert form.initial["rewards"] == "bernoulli"
    assert form.initial["policies"][0] == "own"
    assert shown.context["result"] is None
    assert address(experiment) in client.get(change_url(experiment)).content.decode()


@pytest.mark.parametrize(
    "allocation",
    [{}, {"policy": "top_two_thompson"}, {"policy": "logistic_thompson", "dimension": 12}, {"policy": "kl_moss"}],
    ids=str,
)
def test_what_is_suggested_can_be_tried_at_once(client: Client, allocation: dict[str, Any]) -> None:
    user = make_user("other")
    client.force_login(user)
    experiment = make_learner(make_study(members={user: Role.VIEWER}), slug="large", **allocation)
    Experiment.objects.filter(pk=experiment.pk).update(target=100_000)
    form = client.get(address(experiment)).context["form"]
    given = {**form.initial, **{arm.field.html_name: arm.field.value() for arm in form.arms}}

    assert WorldForm(form.suggested, QueryDict(urlencode(given, doseq=True))).errors == {}


def test_it_suggests_what_was_learnt_once_every_arm_has_ten_rewards(client: Client, experiment: Experiment) -> None:
    for _ in range(60):
        decision, _ = decide(experiment, Asked(), now=NOON)
        reward(experiment, Sent(decision.uuid, True), now=NOON)
    fold(experiment, now=NOON)

    suggested = client.get(address(experiment)).context["suggested"]
    assert suggested.is_learnt
    assert suggested.means == (1.0, 1.0)


def test_it_shows_a_picture_and_a_table_and_leaves_no_trace(client: Client, experiment: Experiment) -> None:
    events = Event.objects.count()
    shown = page(client, experiment)

    assert "<svg" in shown
    assert "thompson_bernoulli, as here" in shown
    assert shown.index("20 runs of 200 visitors") < shown.index("ucb1")
    assert "simulate_bandit" in shown
    assert (Decision.objects.count(), PolicyState.objects.count(), Event.objects.count()) == (0, 0, events)


def test_the_same_address_gives_the_same_numbers(client: Client, experiment: Experiment) -> None:
    first, again = (client.get(address(experiment), SMALL).context["result"].rows for _ in range(2))

    assert first == again


@pytest.mark.parametrize(
    "say",
    [
        {"change": "turn"},
        {"change": "change"},
        {"change": "walk", "pace": "0.01"},
        {"change": "sine"},
        {"delay": "20", "delay_kind": "batch"},
        {"rewards": "poisson", "policies": ["uniform", "ucb1", "own"]},
        {"rewards": "gaussian", "policies": ["thompson_gaussian", "uniform"]},
        {"contexts": "logistic", "policies": ["linucb", "own"]},
    ],
    ids=str,
)
def test_other_worlds_are_tried_too(client: Client, experiment: Experiment, say: dict[str, object]) -> None:
    assert "<svg" in page(client, experiment, **say)


@pytest.mark.parametrize(
    ("say", "sentence"),
    [
        ({"mean_0": ""}, "This field is required"),
        ({"mean_0": "1.5"}, "between 0 and 1 for bernoulli"),
        ({"mean_0": "nan"}, "Enter a number"),
        ({"visitors": "100000000"}, "less than or equal to 20000"),
        ({"visitors": "20000", "runs": "500"}, "Too much for a web page"),
        ({"policies": []}, "This field is required"),
        ({"policies": ["nobody"]}, "is not one of the available choices"),
        ({"policies": ["linucb"]}, "looks at features"),
        ({"change": "turn", "contexts": "linear"}, "not both at once"),
        ({"change": "turn", "pace": "0"}, "after one visitor or more"),
    ],
    ids=str,
)
def test_what_cannot_be_tried_is_said_in_a_sentence(
    client: Client, experiment: Experiment, say: dict[str, object], sentence: str
) -> None:
    shown = page(client, experiment, **say)

    assert sentence in shown
    assert "<svg xmlns" not in shown


def test_an_experiment_with_one_arm_says_what_is_missing(client: Client, experiment: Experiment) -> None:
    experiment.arms.exclude(pk=experiment.arms.order_by("position")[0].pk).update(is_enabled=False)

    shown = page(client, experiment)
    assert "Nothing to choose between yet" in shown
    assert "<svg xmlns" not in shown


def test_it_is_for_members_of_the_study_and_changes_nothing_by_post(client: Client, experiment: Experiment) -> None:
    assert client.post(address(experiment), SMALL).status_code == 405
    client.force_login(make_user())
    assert client.get(address(experiment)).status_code == 404
    client.logout()
    assert client.get(address(experiment)).status_code == 302
