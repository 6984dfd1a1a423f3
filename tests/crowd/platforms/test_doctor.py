"""What the doctor says of accounts, without calling anybody."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from machina_site.doctor import crowd
from machina_site.doctor.finding import Verdict
from tests.crowd.factories import make_account

pytestmark = pytest.mark.django_db


def test_accounts_at_stand_ins_are_well() -> None:
    make_account()

    assert (crowd.accounts().verdict, crowd.accounts().says) == (Verdict.OK, "1, 0 with real money")


def test_an_account_that_may_not_be_called_from_here_is_named_with_what_to_do() -> None:
    account = make_account(endpoint="", is_production=True)

    found = crowd.accounts()

    assert found.verdict == Verdict.WARN
    assert account.name in found.says
    assert "CROWD_LIVE" in found.advice


def test_a_variable_that_is_not_set_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CROWD_LIVE = True
    monkeypatch.delenv("STANDIN", raising=False)
    make_account(endpoint="", is_production=True)

    assert "The variable STANDIN" in crowd.accounts().says
    monkeypatch.setenv("STANDIN", "id:secret")
    assert crowd.accounts().verdict == Verdict.OK
