"""Accounts: kept by who owns their studies, led nowhere but to a platform or a stand-in, tried without spending."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django.fixtures import Settings

from crowd.models import Account
from crowd.platforms.mturk.kind import PRODUCTION
from crowd.services.accounts import AccountDraft, check_account, create_account, draft_of, edit_account
from experiments.errors import Forbidden, Frozen, Invalid
from experiments.models import Event, Role, Study
from tests.crowd.factories import make_account, make_campaign, make_posting
from tests.crowd.running import RunningMTurk
from tests.factories import make_study, make_user

pytestmark = pytest.mark.django_db
STAND_IN = "http://127.0.0.1:8765"


@pytest.fixture
def owner() -> User:
    return make_user("owner")


@pytest.fixture
def study(owner: User) -> Study:
    return make_study("kitchen", members={owner: Role.OWNER})


@pytest.fixture
def draft(study: Study) -> AccountDraft:
    return AccountDraft("Our MTurk", "mturk", STAND_IN, studies=(study,))


def make(draft: AccountDraft, by: User | None = None) -> Account:
    return create_account(draft, by=by, now=timezone.now())


def test_an_owner_makes_an_account_at_a_stand_in(draft: AccountDraft, owner: User) -> None:
    account = make(draft, owner)

    assert draft_of(account) == draft
    assert Event.objects.get().subject == f"account:{account.uuid}"


@pytest.mark.parametrize("change", [{"endpoint": "", "credentials": "env:LAB"}, {"studies": ()}])
def test_what_is_the_installations_is_kept_by_administrators(
    draft: AccountDraft, owner: User, change: dict[str, str]
) -> None:
    with pytest.raises(Forbidden):
        make(replace(draft, **change), owner)  # type: ignore[arg-type]  # columns of a draft

    assert not Account.objects.exists()
    make(replace(draft, **change), make_user("admin", is_superuser=True))  # type: ignore[arg-type]  # the same


def test_where_others_can_reach_us_owners_name_no_address_of_this_machine(
    draft: AccountDraft, owner: User, study: Study, settings: Settings
) -> None:
    settings.CROWD_OPEN_STANDINS = False

    with pytest.raises(Forbidden, match="named by administrators"):
        make(draft, owner)

    assert not Account.objects.exists()
    assert make(AccountDraft("Class of 2027", "link", studies=(study,)), owner).platform == "link"


def test_nobody_makes_an_account_for_a_study_of_others(draft: AccountDraft) -> None:
    with pytest.raises(Forbidden, match="owns every study"):
        make(draft, make_user("stranger"))

    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        ({"platform": "moon"}, "platform", "There are: mturk"),
        ({"name": " "}, "name", "Give it a name"),
        ({"endpoint": "https://evil.example/"}, "endpoint", "neither Mechanical Turk's own"),
        ({"endpoint": PRODUCTION, "credentials": "env:LAB"}, "is_production", "Money is real"),
        ({"endpoint": PRODUCTION.replace("https", "http"), "is_production": True}, "endpoint", "neither"),
        ({"endpoint": ""}, "credentials", "Say where they are"),
        ({"credentials": "AKIAEXAMPLE:secret"}, "credentials", "Name where the credentials are"),
        ({"options": {"speed": 5}}, "options.speed", "no such option"),
        ({"options": {"burst": "many"}}, "options.burst", "a number above 0"),
        ({"platform": "link"}, "endpoint", "called nowhere"),
        ({"platform": "prolific", "options": {"fee": "1.5"}}, "options.fee", "from 0 to 1"),
        ({"platform": "prolific", "options": {"webhook_secret": "hush"}}, "options.webhook_secret", "never the secret"),
    ],
)
def test_what_is_wrong_is_named_by_its_column(
    draft: AccountDraft, change: dict[str, str], path: str, said: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        make(replace(draft, **change))  # type: ignore[arg-type]  # columns of a draft

    assert {str(error["path"]): str(error["message"]) for error in refusal.value.errors}[path].count(said) == 1
    assert not Account.objects.exists()
    assert not Event.objects.exists()


def test_two_accounts_do_not_share_a_name(draft: AccountDraft) -> None:
    make(draft)

    with pytest.raises(Invalid, match="already"):
        make(draft)


def test_the_diary_says_which_columns_changed_and_nothing_when_none_did(draft: AccountDraft) -> None:
    account = make(draft)

    edit_account(account, draft, by=None, now=timezone.now())
    assert Event.objects.count() == 1
    edit_account(account, replace(draft, name="The lab's"), by=None, now=timezone.now())

    assert Event.objects.latest("pk").payload == {"account": "The lab's", "changed": ["name"]}


def test_an_account_that_recruited_people_leads_where_it_led(draft: AccountDraft) -> None:
    account = make(draft)
    make_posting(make_campaign(account=account))
    standing = draft_of(account)

    with pytest.raises(Frozen, match="endpoint cannot change"):
        edit_account(account, replace(standing, endpoint="http://127.0.0.1:9999"), by=None, now=timezone.now())

    assert draft_of(Account.objects.get()) == standing
    edit_account(account, replace(standing, name="Renamed"), by=None, now=timezone.now())


def test_the_check_finds_credentials_clock_and_balance_and_spends_nothing(mturk_standin: RunningMTurk) -> None:
    findings = {found.name: found for found in check_account(make_account(endpoint=mturk_standin.url))}

    assert all(found.is_well for found in findings.values())
    assert findings["Balance"].message == "10000.00 can be spent."
    assert findings["Money"].message == "A stand-in: no money."
    assert set(mturk_standin.calls()["counts"]) == {"GetAccountBalance", "ListHITs", "ListQualificationTypes"}


def test_a_clock_that_is_off_is_said(mturk_standin: RunningMTurk) -> None:
    mturk_standin.advance(600)

    found = {found.name: found for found in check_account(make_account(endpoint=mturk_standin.url))}["Clock"]

    assert not found.is_well
    assert "s from this machine" in found.message
    assert "NTP" in found.hint


def test_an_account_that_does_not_answer_says_so_until_it_does(mturk_standin: RunningMTurk) -> None:
    account = make_account(endpoint=mturk_standin.url)
    mturk_standin.fault("*", "error", times=0)

    *_, last = check_account(account)
    account.refresh_from_db()
    assert not last.is_well
    assert account.trouble.startswith("Mechanical Turk")

    mturk_standin.clear_faults()
    check_account(account)
    account.refresh_from_db()
    assert not account.trouble


def test_the_check_never_calls_a_live_platform() -> None:
    *_, last = check_account(make_account(endpoint="", is_production=True))

    assert not last.is_well
    assert "calls no live platform" in last.message
