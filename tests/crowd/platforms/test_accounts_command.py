"""``manage.py crowd_accounts``."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crowd.models import Account
from tests.crowd.factories import make_account
from tests.crowd.running import RunningMTurk
from tests.factories import make_study

pytestmark = pytest.mark.django_db


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("crowd_accounts", *arguments, stdout=out)
    return out.getvalue()


def test_without_accounts_it_says_how_to_begin() -> None:
    assert "manage.py standin mturk" in told()


def test_an_account_is_made_changed_and_listed() -> None:
    make_study("lunch")

    told("add", "Rehearsal", "mturk", "--study", "lunch", "--endpoint", "http://127.0.0.1:8765")
    told("edit", "Rehearsal", "--rename", "Rehearsal 2", "--option", "calls_per_second=3")

    (shown,) = json.loads(told("--json"))
    assert (shown["name"], shown["options"], shown["studies"]) == ("Rehearsal 2", {"calls_per_second": 3}, ["lunch"])


def test_what_is_wrong_is_said_with_its_column_and_nothing_is_made() -> None:
    with pytest.raises(CommandError, match="endpoint: This is neither"):
        told("add", "Bad", "mturk", "--endpoint", "https://evil.example")
    with pytest.raises(CommandError, match="no study"):
        told("add", "Bad", "mturk", "--study", "nowhere", "--endpoint", "http://127.0.0.1:8765")

    assert not Account.objects.exists()


def test_a_check_that_finds_something_to_do_ends_with_1(mturk_standin: RunningMTurk) -> None:
    account = make_account(endpoint=mturk_standin.url)
    assert "ok   Balance: 10000.00" in told("check", account.name)

    mturk_standin.fault("*", "error", times=0)
    with pytest.raises(SystemExit) as end:
        told("check", account.name, "--json")

    assert end.value.code == 1


def test_a_name_that_is_not_there_says_which_are() -> None:
    account = make_account()

    with pytest.raises(CommandError, match=account.name):
        told("check", "Nobody")


def test_the_platforms_are_told_with_what_they_take() -> None:
    assert "--option calls_per_second" in told("platforms")
    assert {kind["name"] for kind in json.loads(told("platforms", "--json"))} >= {"mturk", "link"}
