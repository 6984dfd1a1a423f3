"""Prolific's webhooks: believed if they are signed with the workspace's secret just now, counted once, and no state."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from crowd.models import Account, Notice, Posting, Submission
from crowd.notices.prolific import hint_in
from crowd.platforms.prolific.hooks import Hooks
from crowd.services.reaching import link_of
from crowd.standin.prolific.hooks import signature
from tests.crowd.prolific.house import House
from tests.crowd.pursuing.sink import Sink, sink
from tests.crowd.running import wait_until

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
BODY = json.dumps({"event_type": "study.status.change", "resource_id": "64cc", "status": "ACTIVE"}).encode()


@pytest.fixture
def secret(house: House, monkeypatch: pytest.MonkeyPatch) -> str:
    """The workspace's, in a variable that the account names."""
    made = Hooks(link_of(house.account)).make_secret()
    monkeypatch.setenv("PROLIFIC_WEBHOOKS", made)
    house.account.options = {**house.account.options, "webhook_secret": "env:PROLIFIC_WEBHOOKS"}  # type: ignore[dict-item]
    house.account.save(update_fields=["options"])
    return made


def post(account: Account, body: bytes, **headers: str) -> Answer:
    names = {
        "event": "X-Event-ID",
        "stamp": "X-Prolific-Request-Timestamp",
        "signature": "X-Prolific-Request-Signature",
    }
    said = {names[name]: value for name, value in headers.items()}
    return Client().post(reverse("crowd:prolific", args=[account.uuid]), body, "application/json", headers=said)


def signed(secret: str, body: bytes = BODY, *, event: str = "e1", age: int = 0) -> dict[str, str]:
    stamp = str(int(time.time()) - age)
    return {"event": event, "stamp": stamp, "signature": signature(secret, stamp, body)}


def test_an_event_brings_the_look_forward_and_is_no_state(house: House, secret: str) -> None:
    Account.objects.update(poll_due=house.now() + timedelta(hours=1))

    answers = [json.loads(post(house.account, BODY, **signed(secret)).content) for _ in range(3)]

    house.account.refresh_from_db()
    assert answers == [{"new": 1}, {"new": 0}, {"new": 0}]
    assert house.account.poll_due is not None
    assert house.account.poll_due <= house.now()
    assert not Posting.objects.exists()


def forgeries(secret: str) -> dict[str, tuple[bytes, dict[str, str]]]:
    true = signed(secret)
    return {
        "another body": (BODY + b" ", true),
        "another secret": (BODY, signed("guessed")),
        "an old one": (BODY, signed(secret, age=600)),
        "one from the future": (BODY, signed(secret, age=-600)),
        "another time under its signature": (BODY, {**true, "stamp": str(int(true["stamp"]) - 1)}),
        "no signature": (BODY, {**true, "signature": ""}),
        "a signature that is no text of ours": (BODY, {**true, "signature": "ü"}),
        "no time": (BODY, {**true, "stamp": ""}),
        "a time that is no number": (BODY, {**true, "stamp": "²"}),
        "a time beyond all years": (BODY, {**true, "stamp": "9" * 12}),
        "no id to count it by": (BODY, {**true, "event": ""}),
        "no event": (b"{}", signed(secret, b"{}")),
        "no JSON": (b"\xff", signed(secret, b"\xff")),
        "far too much": (BODY + b" " * 70_000, signed(secret, BODY + b" " * 70_000)),
    }


def test_what_prolific_did_not_sign_just_now_changes_nothing(house: House, secret: str) -> None:
    before = list(Account.objects.values())

    for what, (body, headers) in forgeries(secret).items():
        assert post(house.account, body, **headers).status_code == 403, what

    assert not Notice.objects.exists()
    assert list(Account.objects.values()) == before


def test_without_a_secret_nothing_is_believed(house: House) -> None:
    assert post(house.account, BODY, **signed("")).status_code == 403
    assert not Notice.objects.exists()


def test_reading_the_address_changes_nothing(house: House) -> None:
    assert Client().get(reverse("crowd:prolific", args=[house.account.uuid])).status_code == 405


def test_nobody_is_kept_of_an_event() -> None:
    body = {"event_type": "submission.status.change", "resource_id": "s", "participant_id": "5f1secret"}

    assert "5f1secret" not in repr(hint_in(json.dumps(body).encode(), key="k"))


@pytest.fixture
def told(house: House, secret: str) -> Iterator[Sink]:
    """What the stand-in posts, once it was asked to."""
    with sink() as made:
        Hooks(link_of(house.account)).subscribe(made.url)
        yield made


def test_subscribing_is_confirmed_and_repeating_it_adds_nothing(house: House, secret: str) -> None:
    hooks = Hooks(link_of(house.account))

    assert hooks.subscribe("http://127.0.0.1:9/hook/") == ["study.status.change", "submission.status.change"]
    assert hooks.subscribe("http://127.0.0.1:9/hook/") == []
    assert all(each.is_enabled for each in hooks.subscriptions("http://127.0.0.1:9/hook/"))
    assert hooks.unsubscribe("http://127.0.0.1:9/hook/") == 2
    assert hooks.subscriptions("http://127.0.0.1:9/hook/") == []


def test_dropped_doubled_and_shuffled_events_lead_where_reading_alone_leads(
    house: House, told: Sink, secret: str
) -> None:
    house.theirs.settings(drop=0.3, double=0.3, shuffle=0.3, seed=5)
    posting = house.publish()
    people = [house.visitor() for _ in range(3)]
    claims = [house.theirs.accept(posting.external_id, person.id) for person in people]
    house.theirs.give_back(claims[0])
    house.theirs.submit(claims[1], code="CODE")
    wait_until(lambda: not [each for each in house.theirs.deliveries() if each["status"] == "waiting"])
    new = 0
    for body in told.rest(0.2):
        new += int(json.loads(post(house.account, body, **signed(secret, body, event=str(hash(body)))).content)["new"])
        house.go_round()
    house.go_round()
    seen = dict(Submission.objects.values_list("external_id", "observed"))

    assert seen == {claims[0]: "returned", claims[1]: "submitted", claims[2]: "active"}
    assert new == Notice.objects.count() > 1


def test_the_command_says_what_is_missing_and_sets_it_up(house: House, secret: str, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://study.example.org"
    name = house.account.name
    with pytest.raises(CommandError, match=r"subscription to study\.status\.change"):
        call_command("prolific_webhooks", name, stdout=StringIO())

    call_command("prolific_webhooks", name, "subscribe", stdout=StringIO())
    out = StringIO()
    call_command("prolific_webhooks", name, "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert told["address"].startswith("https://study.example.org/crowd/notices/")
    assert told["missing"] == ""
