"""The console's pages of accounts: shown by role, changed by POST alone, and no secret ever on them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crowd.models import Account
from experiments.models import Role, Study
from tests.crowd.factories import make_account
from tests.crowd.running import RunningMTurk
from tests.factories import make_study, make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db
TYPED = {"name": "Our MTurk", "platform": "mturk", "endpoint": "http://127.0.0.1:8765"}


@pytest.fixture
def owner() -> User:
    return make_user("owner")


@pytest.fixture
def study(owner: User) -> Study:
    return make_study("kitchen", members={owner: Role.OWNER})


@pytest.fixture
def account(study: Study) -> Account:
    account = make_account()
    account.studies.add(study)
    return account


def member(study: Study, role: str) -> User:
    user = make_user()
    study.memberships.create(user=user, role=role)
    return user


def test_an_owner_makes_one_and_lands_on_its_page(client: Client, owner: User, study: Study) -> None:
    client.force_login(owner)

    answer = client.post(reverse("crowd:new_account"), {**TYPED, "studies": [study.pk]})

    made = Account.objects.get()
    assert answer["Location"] == reverse("crowd:account", args=[made.uuid])
    assert (made.created_by, list(made.studies.all())) == (owner, [study])


def test_a_mistake_is_said_beside_its_field_and_nothing_is_made(client: Client, owner: User, study: Study) -> None:
    client.force_login(owner)

    answer = client.post(
        reverse("crowd:new_account"), {**TYPED, "endpoint": "https://evil.example", "studies": [study.pk]}
    )

    assert "nor a stand-in" in answer.context["form"].errors["endpoint"][0]
    assert not Account.objects.exists()


def test_accounts_of_other_studies_are_not_even_there(client: Client, account: Account) -> None:
    client.force_login(make_user())

    assert "No account yet" in client.get(reverse("crowd:accounts")).content.decode()
    assert client.get(reverse("crowd:account", args=[account.uuid])).status_code == 404


@pytest.mark.parametrize(("role", "checks", "keeps"), [(Role.VIEWER, False, False), (Role.RESEARCHER, True, False)])
def test_a_role_sees_what_it_may_do(
    client: Client, account: Account, study: Study, role: str, checks: bool, keeps: bool
) -> None:
    client.force_login(member(study, role))
    text = client.get(reverse("crowd:account", args=[account.uuid])).content.decode()

    assert account.name in text
    assert ("Check the connection</button>" in text) == checks
    assert ("Change the account" in text) == keeps


def test_who_does_not_keep_it_changes_nothing(client: Client, account: Account, study: Study) -> None:
    client.force_login(member(study, Role.RESEARCHER))

    client.post(reverse("crowd:account", args=[account.uuid]), {**TYPED, "studies": [study.pk]})

    account.refresh_from_db()
    assert account.name != "Our MTurk"


def test_the_check_is_a_post_and_shows_what_was_found(
    client: Client, account: Account, owner: User, mturk_standin: RunningMTurk
) -> None:
    Account.objects.update(endpoint=mturk_standin.url)
    client.force_login(owner)
    url = reverse("crowd:check_account", args=[account.uuid])

    assert client.get(url)["Location"] == reverse("crowd:account", args=[account.uuid])
    assert mturk_standin.calls()["total"] == 0
    assert "10000.00 can be spent" in client.post(url).content.decode()


def test_a_viewer_checks_nothing(client: Client, account: Account, study: Study, mturk_standin: RunningMTurk) -> None:
    Account.objects.update(endpoint=mturk_standin.url)
    client.force_login(member(study, Role.VIEWER))

    assert client.post(reverse("crowd:check_account", args=[account.uuid])).status_code == 403
    assert mturk_standin.calls()["total"] == 0


def test_no_page_shows_what_a_reference_refers_to(
    client: Client, account: Account, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDIN", "AKIASECRET:do-not-show")
    client.force_login(owner)

    for url in (reverse("crowd:accounts"), reverse("crowd:account", args=[account.uuid])):
        assert "do-not-show" not in client.get(url).content.decode()


def test_the_pages_cost_what_was_reviewed_however_many_accounts_there_are(
    client: Client, account: Account, owner: User, study: Study
) -> None:
    client.force_login(owner)
    for number in range(12):
        make_account().studies.add(study if number % 2 else make_study(f"other-{number}", members={owner: Role.OWNER}))

    for name, url in (
        ("accounts", reverse("crowd:accounts")),
        ("account page", reverse("crowd:account", args=[account.uuid])),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        assert len(queries) == reviewed(name), name
