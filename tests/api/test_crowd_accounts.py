"""Accounts over the API: seen by members, kept by owners, checked without spending."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.models import Account
from experiments.models import Role, Study
from tests.api.conftest import Program, counts, program
from tests.crowd.factories import make_account
from tests.crowd.running import mturk_thread
from tests.factories import make_study, make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.usefixtures("study")
SENT = {"name": "Rehearsal", "platform": "mturk", "endpoint": "http://127.0.0.1:8765", "studies": ["kitchen"]}


@pytest.fixture
def account(study: Study) -> Account:
    account = make_account()
    account.studies.add(study)
    return account


def test_an_owner_makes_reads_and_changes_an_account(api: Program) -> None:
    made = api.post("/crowd/accounts/", SENT)
    assert made.status_code == 201
    where = f"/crowd/accounts/{made.json()['id']}/"
    changed = api.put(where, {**SENT, "name": "Rehearsal 2"})

    assert changed.json()["name"] == api.get(where).json()["name"] == "Rehearsal 2"
    assert api.get(where).json()["studies"] == ["kitchen"]
    assert [row["id"] for row in api.get("/crowd/accounts/").json()["results"]] == [made.json()["id"]]


def test_what_is_wrong_is_a_problem_with_its_path_and_nothing_is_made(api: Program) -> None:
    answer = api.post("/crowd/accounts/", {**SENT, "endpoint": "https://evil.example"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "endpoint"
    assert not Account.objects.exists()


def test_a_platform_itself_takes_an_administrator(api: Program, study: Study) -> None:
    live = {**SENT, "endpoint": "", "credentials": "env:LAB_MTURK", "is_production": True}

    assert api.post("/crowd/accounts/", live).status_code == 403
    assert not Account.objects.exists()
    boss = program(make_user("boss", is_superuser=True))
    assert boss.post("/crowd/accounts/", live).json()["money"].startswith("Real money")


@pytest.mark.parametrize("method", ["get", "put", "check"])
def test_an_account_of_other_studies_is_not_even_there(account: Account, stranger: Program, method: str) -> None:
    where = f"/crowd/accounts/{account.uuid}/"
    before = counts()
    answer = stranger.post(where + "check/") if method == "check" else stranger.ask(method, where, SENT)

    assert answer.status_code == 404
    assert account.name not in answer.content.decode()
    assert counts() == before


def test_a_viewer_looks_and_does_nothing_else(account: Account, member: Callable[[str], Program]) -> None:
    viewer, where = member(Role.VIEWER), f"/crowd/accounts/{account.uuid}/"

    assert viewer.get(where).json()["name"] == account.name
    assert viewer.put(where, SENT).status_code == 403
    assert viewer.post(where + "check/").status_code == 403


def test_a_token_of_one_study_does_not_change_what_another_spends_through(account: Account, study: Study) -> None:
    owner = study.memberships.get().user
    account.studies.add(make_study("bath", members={owner: Role.OWNER}))
    bound = program(owner, study=study)

    assert bound.put(f"/crowd/accounts/{account.uuid}/", SENT).status_code == 403
    assert account.studies.count() == 2


def test_a_check_says_what_was_found(account: Account, api: Program) -> None:
    with mturk_thread() as running:
        Account.objects.update(endpoint=running.url)
        found = api.post(f"/crowd/accounts/{account.uuid}/check/").json()

    assert found["is_well"] is True
    assert found["findings"][-1]["message"] == "10000.00 can be spent."


def test_the_platforms_say_what_they_can(api: Program) -> None:
    kinds = {row["name"]: row for row in api.get("/crowd/platforms/").json()["results"]}

    assert "tokens" in kinds["mturk"]["abilities"]
    assert kinds["link"]["abilities"] == ["pause", "post"]


def test_the_list_costs_what_was_reviewed(account: Account, study: Study, api: Program) -> None:
    for _ in range(10):
        make_account().studies.add(study)
    api.get("/crowd/accounts/")

    with CaptureQueriesContext(connection) as queries:
        assert len(api.get("/crowd/accounts/").json()["results"]) == 11
    assert len(queries) == reviewed("api accounts")
