"""Switches over the API: a refusal comes with its numbers, a halt with what everybody gets."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bandits.models import Decision, PolicyState, Switch
from experiments.models import Experiment, Role
from tests.api.conftest import Program, counts, program
from tests.bandits.switched import GREEDY, make_logged
from tests.factories import make_user
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

BETTER, EQUAL = (0.2, 0.8), (0.5, 0.5)
ASKED: dict[str, Any] = {"allocation": GREEDY, "plan": {"stages": [{"share": 0.1, "decisions": 50}]}}


def asker(rates: tuple[float, float], *, role: str = Role.RESEARCHER, n: int = 600) -> tuple[Program, Experiment, str]:
    """A program, an experiment with a log, and where its switches are."""
    experiment, user = make_logged(rates, n=n), make_user()
    experiment.study.memberships.create(user=user, role=role)
    return program(user, role=role), experiment, f"/experiments/{experiment.slug}"


def test_a_better_policy_is_let_in_and_shown_with_its_numbers() -> None:
    api, _, base = asker(BETTER)
    answer = api.post(f"{base}/switches/", ASKED)

    assert answer.status_code == 201
    switch = answer.json()
    assert (switch["number"], switch["status"], switch["version_to"]) == (1, "ramping", 2)
    assert switch["numbers"]["lower"] > 0
    policy = api.get(f"{base}/policy/").json()
    assert (policy["policy"], policy["share"], policy["old_policy"]) == ("epsilon_greedy", 0.1, "uniform")
    assert api.get(f"{base}/switches/1/").json() == switch
    assert [one["number"] for one in api.get(f"{base}/switches/").json()["results"]] == [1]


def test_a_refusal_is_409_with_the_numbers_and_is_kept() -> None:
    api, _, base = asker(EQUAL)
    answer = api.post(f"{base}/switches/", ASKED)

    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["code"], problem["switch"]) == ("switch-refused", 1)
    assert problem["numbers"]["lower"] <= 0
    assert "not above 0, so it stays out" in problem["detail"]
    assert Switch.objects.get().status == "refused"
    assert api.get(f"{base}/policy/").json()["policy"] == "uniform"


def test_a_proposal_waits_if_it_is_not_to_start_and_may_be_withdrawn() -> None:
    api, _, base = asker(BETTER)
    assert api.post(f"{base}/switches/", {**ASKED, "start": False}).json()["status"] == "proposed"
    assert api.post(f"{base}/switches/1/stop/", {"because": "Not now."}).json()["ended_for"] == "Not now."
    assert api.post(f"{base}/switches/1/start/", {}).status_code == 409


def test_a_ramp_is_rolled_back_twice_as_once() -> None:
    api, _, base = asker(BETTER)
    api.post(f"{base}/switches/", ASKED)
    for _ in range(2):
        switch = api.post(f"{base}/switches/1/roll-back/", {}).json()
        assert (switch["status"], switch["version_back"]) == ("rolled back", 3)
    assert api.get(f"{base}/policy/").json()["policy"] == "uniform"


def test_only_an_owner_lets_one_in_without_the_numbers() -> None:
    api, experiment, base = asker(EQUAL)
    before = counts()
    assert api.post(f"{base}/switches/", {**ASKED, "because": "I say so."}).status_code == 403
    assert counts() == before

    owner = make_user()
    experiment.study.memberships.create(user=owner, role=Role.OWNER)
    answer = program(owner).post(f"{base}/switches/", {**ASKED, "because": "I say so."})
    assert (answer.status_code, answer.json()["because"]) == (201, "I say so.")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"allocation": {"policy": "permuted_blocks"}}, 409, "conflict"),
        ({"allocation": {"policy": "nothing"}}, 422, "not-ready"),
        ({"plan": {"stages": [{"share": 2, "hours": 1}]}}, 422, "bad-value"),
        ({"plan": {"guardrails": [{"measure": "tears"}]}}, 422, "bad-value"),
        ({"confidence": 1}, 422, "invalid"),
        ({"speed": 1}, 422, "invalid"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(change: dict[str, Any], status: int, code: str) -> None:
    api, _, base = asker(BETTER, n=120)
    before = counts()
    answer = api.post(f"{base}/switches/", {**ASKED, **change})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert counts() == before


@pytest.mark.parametrize(
    ("plan", "path"),
    [
        ({"stages": [{"share": 2, "hours": 1}]}, "plan.stages[0].share"),
        ({"guardrails": [{"measure": "tears"}]}, "plan.guardrails[0]"),
    ],
)
def test_a_plan_that_cannot_be_names_the_place(plan: dict[str, Any], path: str) -> None:
    api, _, base = asker(BETTER, n=120)

    errors = api.post(f"{base}/switches/", {**ASKED, "plan": plan}).json()["errors"]

    assert [one["path"] for one in errors] == [path]


def test_too_short_a_log_is_409() -> None:
    api, _, base = asker(BETTER, n=50)
    answer = api.post(f"{base}/switches/", ASKED)

    assert (answer.status_code, answer.json()["code"]) == (409, "cannot-judge")


def test_the_kill_switch_and_back() -> None:
    api, experiment, base = asker(BETTER, n=10)
    arm = experiment.arms.order_by("pk")[0].name
    halted = api.post(f"{base}/policy/halt/", {"to": arm, "because": "Complaints."}).json()
    made = api.post(f"{base}/decisions/", {}).json()

    assert halted["halted_to"] == [arm]
    assert (made["arm"], made["propensity"]) == (arm, 1.0)
    assert api.post(f"{base}/policy/unhalt/", {}).json()["halted_to"] == []
    assert api.post(f"{base}/policy/halt/", {"to": "tea"}).status_code == 404


def test_a_viewer_sees_what_decides_and_halts_nothing() -> None:
    api, _, base = asker(BETTER, role=Role.VIEWER, n=10)
    before = (PolicyState.objects.count(), Decision.objects.count())

    assert api.get(f"{base}/policy/").status_code == 200
    assert api.post(f"{base}/policy/halt/", {}).status_code == 403
    assert api.get(f"{base}/switches/").status_code == 403
    assert (PolicyState.objects.count(), Decision.objects.count()) == before


def test_an_ordinary_publish_of_another_policy_is_409_and_says_the_way() -> None:
    api, _, base = asker(BETTER, n=120)
    Experiment.objects.update(allocation={**GREEDY, "reward_window_seconds": 60})
    answer = api.post(f"{base}/publish/")

    assert (answer.status_code, answer.json()["code"]) == (409, "guarded")
    assert "Propose it as a switch" in answer.json()["hint"]


def test_the_routes_cost_what_was_reviewed() -> None:
    api, _, base = asker(BETTER)
    api.post(f"{base}/switches/", ASKED)
    found = {}
    for name, path in (("api:switches", "switches/"), ("api:switch", "switches/1/"), ("api:policy", "policy/")):
        api.get(f"{base}/{path}")
        with CaptureQueriesContext(connection) as queries:
            assert api.get(f"{base}/{path}").status_code == 200
        found[name] = len(queries)

    assert found == {name: reviewed(name) for name in found}
