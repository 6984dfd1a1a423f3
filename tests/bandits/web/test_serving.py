"""Arms in views: one decision per visitor and experiment, the view's keyword argument, in views of either kind."""

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext

from bandits.models import Decision, Reward
from experiments.models import Experiment
from experiments.services.lifecycle import pause_experiment
from tests.bandits.web.conftest import make_trial
from tests.factories import make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db

# What a process asks once, or every two seconds, whatever the number of its visitors.
NOW_AND_THEN = ("SAVEPOINT", "PREPARE", '"bandits_policystate"', 'FROM "experiments_arm"')


def test_stacked_decorators_give_one_decision_each_and_the_same_arms_ever_after(
    visitor: Client, color: Experiment, text: Experiment
) -> None:
    first = visitor.get("/").json()
    again = [visitor.get("/").json() for _ in range(5)]

    assert first["color"] in ("green", "red")
    assert first["text"] in ("Buy", "Buy now")
    assert again == [first] * 5
    assert {(one.experiment.slug, one.key == "") for one in Decision.objects.all()} == {
        ("color", False),
        ("button-text", False),
    }


def test_a_page_without_experiments_costs_no_query_no_cookie_and_no_header(visitor: Client, color: Experiment) -> None:
    with CaptureQueriesContext(connection) as captured:
        response = visitor.get("/plain/")

    assert len(captured) == 0
    assert not response.cookies
    assert "Cookie" not in response.headers["Vary"]
    assert "Cache-Control" not in response.headers


def test_async_views_are_served_alike(color: Experiment) -> None:
    async def visit() -> list[object]:
        visitor = AsyncClient()
        answers = [(await visitor.get("/a/")).json() for _ in range(2)]
        for _ in range(2):
            await visitor.get("/abuy/")
        return answers

    first, again = async_to_sync(visit)()
    assert first == again
    assert Decision.objects.count() == 1
    assert Reward.objects.count() == 1


def test_inline_is_the_same_arm_as_by_decorator(visitor: Client, color: Experiment, text: Experiment) -> None:
    chosen = visitor.get("/").json()["color"]

    inline = visitor.get("/inline/").json()
    assert (inline["color"], inline["again"], inline["how"]) == (chosen, chosen, "kept")


@pytest.mark.parametrize("address", ["/page/", "/api-inside/", "/api-outside/"])
def test_views_that_are_classes_or_of_an_api_are_served_alike(color: Experiment, address: str) -> None:
    superuser = make_user(is_superuser=True)
    visitor = Client()
    visitor.force_login(superuser)
    chosen = visitor.get("/inline/").json()["color"]

    assert visitor.get(address).json() == {"color": chosen}
    assert Decision.objects.count() == 1


def test_two_visitors_are_two_decisions(color: Experiment) -> None:
    for _ in range(2):
        Client().get("/inline/")

    assert Decision.objects.count() == 2
    assert len(set(Decision.objects.values_list("key", flat=True))) == 2


def test_whoever_has_an_arm_keeps_it_when_the_experiment_pauses_and_newcomers_get_the_control(
    visitor: Client, color: Experiment
) -> None:
    chosen = visitor.get("/inline/").json()["color"]
    pause_experiment(color)

    newcomer = Client()
    got = newcomer.get("/inline/")
    assert visitor.get("/inline/").json()["color"] == chosen
    assert (got.json()["how"], got.json()["color"]) == ("control", "green")
    assert "bandits" not in got.cookies
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("policy", ["thompson_bernoulli", "hash"])
def test_a_page_with_two_experiments_costs_what_was_reviewed(policy: str) -> None:
    for slug in ("color", "button-text"):
        make_trial(slug, allocation={"policy": policy})
    Client().get("/")
    visitor = Client()
    found = {}
    for who, address in (("newcomer", "/"), ("known visitor", "/"), ("both rewards", "/buy/")):
        with CaptureQueriesContext(connection) as captured:
            visitor.get(address)
        said = [each["sql"] for each in captured if not any(word in each["sql"] for word in NOW_AND_THEN)]
        name = f"app page with two experiments ({policy}), {who}"
        found[name] = (len(said), reviewed(name))

    assert {name: counts for name, counts in found.items() if counts[0] != counts[1]} == {}
