"""Whatever is posted to the doors of notices, the answer is a refusal, never a fault of ours, and nothing changes."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crowd.models import Account, Notice
from crowd.notices.documents import object_in
from crowd.notices.hints import Hint
from crowd.notices.mturk import hints_in
from crowd.notices.prolific import hint_in
from crowd.services import hearing, hearing_webhooks
from crowd.standin.prolific.hooks import signature
from tests.crowd.factories import make_account

pytestmark = pytest.mark.django_db
TOPIC = "arn:aws:sns:us-east-1:123456789012:machina"
SECRET = "a-secret-of-a-test"
ALIVE = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
ODD = st.sampled_from(["\x00", "\ud800", "a" * 300, "[", "https://[", "https://sns.x.amazonaws.com:999999/", "٣"])
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), ODD, st.text(max_size=5))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(ODD | st.text(max_size=5), inner, max_size=3)),
)
DEEP = b"[" * 100_000
BODIES = [
    DEEP,
    b'{"Type":' * 30_000,
    b'{"Type": "Notification", "Type": "Notification"}',
    b"\xff\xfe",
    "{}".encode("utf-16"),
    b'{"a": ' + b"9" * 10_000 + b"}",
    b'{"a": NaN}',
    b"",
    b"null",
]


def true_message() -> dict[str, Any]:
    """One that passes all the cheap questions."""
    return {
        "Type": "Notification",
        "TopicArn": TOPIC,
        "MessageId": "1",
        "Message": "{}",
        "Timestamp": timezone.now().isoformat(),
        "SigningCertURL": "http://127.0.0.1:9/x.pem",
        "SignatureVersion": "1",
        "Signature": "AAAA",
    }


@pytest.fixture
def account() -> Account:
    return make_account(options={"notifications": TOPIC})


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    return make_account(platform="prolific", options={"webhook_secret": "env:HOOK_SECRET"})


def to_sns(account: Account, body: bytes) -> int:
    return Client().post(reverse("crowd:sns", args=[account.uuid]), body, "text/plain").status_code


def to_prolific(account: Account, body: bytes, *, event: str = "e1") -> int:
    stamp = str(int(time.time()))
    said = {"X-Event-ID": event, "X-Prolific-Request-Timestamp": stamp}
    said["X-Prolific-Request-Signature"] = signature(SECRET, stamp, body)
    return Client().post(reverse("crowd:prolific", args=[account.uuid]), body, "text/plain", headers=said).status_code


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body[:12].hex())
def test_what_is_no_plain_json_is_refused_at_both_doors(account: Account, workspace: Account, body: bytes) -> None:
    assert to_sns(account, body) == 403
    assert to_prolific(workspace, body) == 403

    assert not Notice.objects.exists()


@ALIVE
@given(field=st.sampled_from(sorted(true_message())), value=VALUES)
def test_any_value_in_any_field_of_sns(account: Account, field: str, value: object) -> None:
    """503 where a certificate has to be fetched that is not there: SNS sends it again."""
    assert to_sns(account, json.dumps({**true_message(), field: value}).encode()) in (403, 409, 503)

    assert not Notice.objects.exists()


@ALIVE
@given(field=st.sampled_from(["event_type", "resource_id", "timestamp", "more"]), value=VALUES)
def test_any_value_in_a_signed_event_of_prolific(workspace: Account, field: str, value: object) -> None:
    body = json.dumps({"event_type": "study.status.change", "resource_id": "64cc", field: value}).encode()

    assert to_prolific(workspace, body) in (200, 403)


def fits(hint: Hint) -> bool:
    """Whether the columns of a notice take it."""
    sizes = [(hint.key, 120), (hint.kind, 60), (hint.posting_id, 64), (hint.submission_id, 64)]
    return all(len(text) <= most for text, most in sizes)


@ALIVE
@given(value=VALUES, text=st.text())
def test_what_is_inside_a_signed_message_is_read_or_refused(value: object, text: str) -> None:
    event = {"EventType": value, "HITId": value, "AssignmentId": value, "EventTimestamp": value}
    for document in (text, json.dumps(value), json.dumps({"EventDocId": "1", "Events": [event, value]})):
        with suppress(ValueError):
            assert all(fits(hint) for hint in hints_in(document))
        with suppress(ValueError):
            assert object_in(document) == json.loads(document)
        with suppress(ValueError):
            assert fits(hint_in(document.encode("utf-8", "surrogatepass"), key="k"))


@pytest.mark.parametrize(("door", "most"), [("sns", hearing.LONGEST), ("prolific", hearing_webhooks.LONGEST)])
def test_of_a_body_without_end_only_a_messages_length_is_read(workspace: Account, door: str, most: int) -> None:
    body = BytesIO(b"{" * 4_000_000)
    address = reverse(f"crowd:{door}", args=[workspace.uuid])

    told: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": "4000000"}
    answer = Client().generic("POST", address, **told)

    assert answer.status_code == 403
    assert body.tell() <= most + 65_536


def test_an_address_that_is_none_is_nobodys(account: Account) -> None:
    for address in ("https://[", "https://sns.eu-west-1.amazonaws.com:99999999/x.pem", "http://127.0.0.1:9/\x7f"):
        assert to_sns(account, json.dumps({**true_message(), "SigningCertURL": address}).encode()) in (403, 503)
