"""Deciding and rewarding over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import redis
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bandits.models import Decision, Reward
from bandits.services import states
from bandits.services.folding import fold_all
from experiments.models import Experiment, Role, Study
from experiments.types import Json
from tests.api.conftest import Answer, Program, counts
from tests.api.test_bad_input import problem
from tests.learners import make_learner
from tests.query_counts import reviewed
from tests.studies import NOON

SOUP = "/experiments/soup/decisions/"
REWARDS = "/experiments/soup/rewards/"


@pytest.fixture
def learner(study: Study) -> Experiment:
    return make_learner(study, slug="soup")


@pytest.mark.usefixtures("learner")
def test_a_visitor_is_decided_for_once_and_rewarded_once(api: Program) -> None:
    first, again = api.post(SOUP, {"key": "device-18"}), api.post(SOUP, {"key": "device-18"})
    decision = first.json()
    reward = f"/decisions/{decision['id']}/reward/"

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == decision
    assert (decision["propensity"], decision["policy_version"]) == (0.5, 1)
    assert api.post(reward, {"value": True}).json() == {"taken": 1, "known": 0}
    assert api.post(reward, {"value": 1}).json() == {"taken": 0, "known": 1}
    problem(api.post(reward, {"value": 0}), 409, "conflict")
    assert fold_all(now=NOON) == 1
    assert [row["id"] for row in api.get(SOUP).json()["results"]] == [decision["id"]]
    assert [(row["decision"], row["folded_in"]) for row in api.get(REWARDS).json()["results"]] == [(decision["id"], 2)]


@pytest.mark.usefixtures("learner")
@pytest.mark.parametrize("sent", [{"key": ""}, {"key": "  "}, {"context": {"page": "x" * 20_000}}])
def test_an_empty_key_and_a_context_like_a_book_are_refused(api: Program, sent: dict[str, Json]) -> None:
    problem(api.post(SOUP, sent), 422, "bad-value" if "context" in sent else "invalid")
    assert api.post(f"{SOUP}bulk/", {"decisions": [{"key": "device-18"}, sent]}).status_code == 422
    assert not Decision.objects.exists()


@pytest.mark.usefixtures("learner")
def test_thousands_are_decided_and_rewarded_at_once(api: Program) -> None:
    made = api.post(f"{SOUP}bulk/", {"decisions": [{"key": f"k{n}"} for n in range(2000)]}).json()
    sent = [{"decision": each["id"], "value": True} for each in made["decisions"]]

    assert made["new"] == Decision.objects.count() == 2000
    assert [each["key"] for each in made["decisions"][:3]] == ["k0", "k1", "k2"]
    assert api.post(REWARDS, {"rewards": sent}).json() == {"taken": 2000, "known": 0}
    assert api.post(REWARDS, {"rewards": sent}).json() == {"taken": 0, "known": 2000}


@pytest.mark.usefixtures("learner")
def test_what_cannot_be_is_refused_and_changes_nothing(api: Program) -> None:
    decision = api.post(SOUP, {"key": "device-18"}).json()["id"]
    before = counts()
    reward = f"/decisions/{decision}/reward/"

    problem(api.post(reward, {"value": 7}), 422, "bad-value")
    problem(api.post(reward, {"value": None}), 422, "invalid")
    problem(api.post(reward, {}), 422, "invalid")
    problem(api.post(f"/decisions/{decision[:-4]}0000/reward/", {"value": 1}), 404, "unknown")
    problem(api.post(REWARDS, {"rewards": [{"decision": decision, "value": 9}] * 2}), 422, "invalid")
    problem(api.post(SOUP, {"colour": "red"}), 422, "invalid")
    problem(api.post(SOUP, {"context": [1]}), 422, "invalid")
    problem(api.post(f"{SOUP}bulk/", {"decisions": [{}] * 10_001}), 422, "invalid")
    problem(api.post("/experiments/soup/assignments/", {"key": "device-18"}), 409, "conflict")
    Decision.objects.update(due=NOON)
    problem(api.post(reward, {"value": 1}), 409, "too-late")
    assert counts() == before


@pytest.mark.usefixtures("learner")
def test_a_stranger_and_a_viewer_reward_nothing(
    api: Program, stranger: Program, member: Callable[[str], Program]
) -> None:
    reward = f"/decisions/{api.post(SOUP).json()['id']}/reward/"

    found = problem(stranger.post(reward, {"value": 1}), 404, "unknown")
    problem(member(Role.VIEWER).post(reward, {"value": 1}), 403, "forbidden")
    assert "soup" not in str(found)
    assert not Reward.objects.exists()


def test_an_experiment_with_a_fixed_policy_says_what_to_do_instead(api: Program, experiment: Experiment) -> None:
    found = problem(api.post(SOUP), 409, "conflict")

    assert found["hint"].startswith("Ask for an assignment")
    assert not Decision.objects.exists()


@pytest.mark.usefixtures("learner")
def test_deciding_and_rewarding_go_on_while_redis_is_away(api: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise redis.ConnectionError("away")

    for name in ("add", "incr", "get", "set"):
        monkeypatch.setattr(cache, name, away)
    decision = api.post(SOUP).json()["id"]

    assert api.post(f"/decisions/{decision}/reward/", {"value": 1}).status_code == 201


@pytest.mark.usefixtures("learner")
def test_each_route_costs_what_was_reviewed(api: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "STALE", timedelta(hours=1))  # a busy machine reads no state in between
    decision = api.post(SOUP).json()["id"]
    api.post(f"{SOUP}bulk/", {"decisions": [{}] * 50})  # names of arms are read once per process
    api.post(SOUP, {"key": "before"})  # each statement is prepared once per connection, by whichever test comes first
    asked: dict[str, Callable[[], Answer]] = {
        "decide": lambda: api.post(SOUP),
        "decide, by key": lambda: api.post(SOUP, {"key": "a"}),
        "decide, bulk": lambda: api.post(f"{SOUP}bulk/", {"decisions": [{}] * 500}),
        "reward": lambda: api.post(f"/decisions/{decision}/reward/", {"value": 1}),
        "decisions": lambda: api.get(SOUP),
        "rewards": lambda: api.get(REWARDS),
        "exclude": lambda: api.post(f"{SOUP}exclude/", {"decisions": [decision], "because": "bot"}),
    }
    found = {}
    for name, ask in asked.items():
        with CaptureQueriesContext(connection) as captured:
            assert ask().status_code in (200, 201)
        found[name] = len([each for each in captured if "SAVEPOINT" not in each["sql"]])

    assert found == {name: reviewed(f"api:{name}") for name in asked}


@pytest.mark.usefixtures("learner")
def test_a_bot_is_left_out_and_taken_back(api: Program, member: Callable[[str], Program]) -> None:
    decision = api.post(SOUP).json()["id"]
    api.post(f"/decisions/{decision}/reward/", {"value": 1})
    fold_all(now=NOON)

    assert api.post(f"{SOUP}exclude/", {"decisions": [decision], "because": "bot"}).json() == {
        "changed": 1,
        "recalled": 1,
    }
    assert api.get(SOUP).json()["results"][0]["excluded"] == "bot"
    assert api.post(f"{SOUP}include/", {"decisions": [decision]}).json() == {"changed": 1, "recalled": 1}
    viewer = member(Role.VIEWER)
    before = counts()
    problem(api.post(f"{SOUP}exclude/", {"decisions": [decision]}), 422, "invalid")
    problem(api.post(f"{SOUP}exclude/", {"decisions": [str(UUID(int=1))], "because": "bot"}), 404, "unknown")
    problem(viewer.post(f"{SOUP}exclude/", {"decisions": [decision], "because": "bot"}), 403, "forbidden")
    assert counts() == before
    assert Decision.objects.get().excluded == ""


def test_a_context_that_does_not_fit_is_refused_by_name_and_nothing_is_decided(api: Program, study: Study) -> None:
    properties: Json = {"page": {"enum": ["menu", "home"]}, "age": {"type": "integer", "minimum": 0, "maximum": 120}}
    make_learner(study, slug="soup", context={"properties": properties, "required": ["page"]})
    good, before = {"context": {"page": "menu", "age": 30}}, counts()

    for context, where in BAD_CONTEXTS:
        found = problem(api.post(SOUP, {"context": context}), 422, "invalid")
        assert [error["path"] for error in found["errors"]] == where
    found = problem(api.post(f"{SOUP}bulk/", {"decisions": [good, {"context": {}}]}), 422, "invalid")
    assert found["errors"][0]["path"] == "decisions[1].context.page"
    assert counts() == before
    assert api.post(SOUP, good).status_code == 201


BAD_CONTEXTS: list[tuple[dict[str, object], list[str]]] = [
    ({}, ["context.page"]),
    ({"page": "shop"}, ["context.page"]),
    ({"page": "menu", "age": 30.5}, ["context.age"]),
    ({"page": "menu", "age": True}, ["context.age"]),
    ({"page": "menu", "age": 121}, ["context.age"]),
    ({"page": "menu", "colour": "red", "age": -1}, ["context.colour", "context.age"]),
]
