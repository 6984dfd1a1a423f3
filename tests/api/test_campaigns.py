"""Campaigns over the API: planned by whoever may look, published by an owner with the plan's total."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.models import Campaign, Posting
from experiments.models import Experiment, Role
from tests.api.conftest import Program, counts, program
from tests.crowd.factories import dollars, make_account, make_terms
from tests.factories import make_experiment, make_study, make_user
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

BASE = "/experiments/soup/campaigns/"
DRAFT: dict[str, Any] = {"goal": 12, "terms": make_terms()}


@pytest.fixture
def soup() -> Experiment:
    experiment = make_experiment(make_study(budget=dollars("100.00")), slug="soup")
    make_account().studies.add(experiment.study)
    return experiment


def asker(experiment: Experiment, role: str = Role.OWNER) -> Program:
    user = make_user()
    experiment.study.memberships.create(user=user, role=role)
    return program(user, role=role)


def drafted(api: Program, **changes: Any) -> str:
    answer = api.post(BASE, {**DRAFT, **changes})
    assert answer.status_code == 201, answer.json()
    return f"{BASE}{answer.json()['id']}/"


def confirmed(api: Program, one: str) -> dict[str, str]:
    plan = api.get(f"{one}plan/").json()
    return {"total": plan["total"], "sha256": plan["sha256"]}


def test_a_campaign_goes_from_its_draft_to_its_end(soup: Experiment) -> None:
    api = asker(soup)
    one = drafted(api)
    assert api.get(one).json()["standing"]["wanted"] == 12

    assert api.post(f"{one}publish/", confirmed(api, one)).json()["status"] == "running"
    postings = api.get(f"{one}postings/").json()["results"]
    assert [(each["desired"], each["observed"], each["desired_places"]) for each in postings] == [
        ("open", "unknown", 9)
    ]
    assert api.post(f"{one}pause/").json()["status"] == "paused"
    assert api.post(f"{one}resume/").json()["status"] == "running"
    more = api.get(f"{one}top-up/?completes=3").json()
    sent = {name: more[name] for name in ("completes", "spare", "total", "sha256")}
    assert api.post(f"{one}top-up/", sent).json()["goal"] == 15
    assert api.post(f"{one}close/", {"because": "Enough."}).json()["ended_because"] == "Enough."
    assert api.post(f"{one}settle/").json()["status"] == "settled"
    assert [row["id"] for row in api.get(BASE).json()["results"]] == [one.removeprefix(BASE).strip("/")]


def test_the_plan_says_what_it_costs_and_what_to_think_of(soup: Experiment) -> None:
    api = asker(soup, Role.VIEWER)
    one = drafted(asker(soup, Role.RESEARCHER))
    plan = api.get(f"{one}plan/").json()

    assert (plan["total"], plan["rounds"], plan["pay_per_hour"]) == ("14.40", [[9], [3]], "10.00")
    assert plan["warnings"][0].startswith("Nobody has rehearsed it")


def test_what_cannot_be_posted_is_refused_with_every_path(soup: Experiment) -> None:
    answer = asker(soup).post(BASE, {"goal": 12, "terms": make_terms(minutes=0, repeat="again")})

    assert answer.status_code == 422
    assert {error["path"] for error in answer.json()["errors"]} == {"terms.minutes", "terms.repeat"}
    assert not Campaign.objects.exists()


def test_a_researcher_may_not_publish_nor_top_up(soup: Experiment) -> None:
    api = asker(soup, Role.RESEARCHER)
    one = drafted(api)
    before = counts()
    for path in ("publish/", "top-up/"):
        assert api.post(f"{one}{path}", confirmed(api, one)).status_code == 403
    assert counts() == before


@pytest.mark.parametrize(
    ("change", "code"),
    [({"total": "1.44"}, "not-confirmed"), ({"sha256": "0" * 64}, "not-confirmed")],
)
def test_another_plan_publishes_nothing(soup: Experiment, change: dict[str, str], code: str) -> None:
    api = asker(soup)
    one = drafted(api)
    answer = api.post(f"{one}publish/", {**confirmed(api, one), **change})

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert not Posting.objects.exists()


def test_a_study_without_the_money_publishes_nothing(soup: Experiment) -> None:
    api = asker(soup)
    one = drafted(api, goal=84)
    answer = api.post(f"{one}publish/", confirmed(api, one))

    assert (answer.status_code, answer.json()["code"]) == (409, "budget-exceeded")
    assert not Posting.objects.exists()


def test_a_campaign_of_another_experiment_is_not_there(soup: Experiment) -> None:
    api = asker(soup)
    one = drafted(api)
    make_experiment(soup.study, slug="stew")

    assert api.get(one.replace("soup", "stew")).status_code == 404


def test_a_study_with_several_accounts_must_name_one(soup: Experiment) -> None:
    other = make_account()
    other.studies.add(soup.study)
    api = asker(soup)

    assert api.post(BASE, DRAFT).status_code == 404
    assert api.post(BASE, {**DRAFT, "account": str(other.uuid)}).json()["account"] == str(other.uuid)


def test_routes_cost_the_reviewed_queries(soup: Experiment) -> None:
    api = asker(soup)
    one = drafted(api)
    api.post(f"{one}publish/", confirmed(api, one))
    paths = {"campaigns": BASE, "campaign": one, "campaign plan": f"{one}plan/", "campaign lists": f"{one}lists/"}
    for name, path in paths.items():
        with CaptureQueriesContext(connection) as queries:
            api.get(path)
        assert len(queries) == reviewed(f"api:{name}"), name


def test_the_lists_at_the_platform_are_counted_and_name_nobody(soup: Experiment) -> None:
    api = asker(soup)
    one = drafted(api)
    assert api.get(f"{one}lists/").json()["results"] == []
    api.post(f"{one}publish/", confirmed(api, one))

    [found] = api.get(f"{one}lists/").json()["results"]

    assert (found["scope"], found["people"], found["known"]) == ("finished", 0, 0)
