"""Notices only say where to look: lost, doubled, shuffled or forged, the state is that of reading alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from crowd.models import Account, Notice, Posting, Submission
from crowd.notices.mturk import hints_in
from crowd.notices.sns import is_amazons
from crowd.services.hearing import hear_queue
from crowd.services.noticing import forget_old
from tests.crowd.factories import make_submission
from tests.crowd.pursuing.conftest import Site
from tests.crowd.pursuing.sink import Sink, sink

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db

TOPIC = "arn:aws:sns:us-east-1:123456789012:machina"
ROUNDS = 12


@pytest.fixture
def topic(site: Site) -> Iterator[Sink]:
    """What SNS sends of the site's HITs, confirmed."""
    site.account.options = {**site.account.options, "notifications": TOPIC}  # type: ignore[dict-item]  # an object
    site.account.save(update_fields=["options"])
    with sink() as made:
        site.theirs.ask("POST", "subscriptions", {"topic": TOPIC, "endpoint": made.url})
        assert post(site.account, made.next()).status_code == 200
        yield made


def post(account: Account, body: bytes) -> Answer:
    return Client().post(reverse("crowd:sns", args=[account.uuid]), body, content_type="text/plain")


def test_a_topic_of_ours_is_confirmed_and_an_event_brings_the_look_forward(site: Site, topic: Sink) -> None:
    posting = site.posting()
    site.poll()
    Account.objects.update(poll_due=site.now() + timedelta(hours=1))
    site.theirs.work(posting.external_id, "A1WORKER")

    for body in topic.rest():
        post(site.account, body)

    site.account.refresh_from_db()
    assert site.account.poll_due is not None
    assert site.account.poll_due <= site.now()
    assert set(Notice.objects.values_list("kind", flat=True)) == {"AssignmentAccepted", "AssignmentSubmitted"}
    assert not Submission.objects.exists()  # a notice is no state


def test_the_same_notice_counts_once(site: Site, topic: Sink) -> None:
    posting = site.posting()
    site.theirs.accept(posting.external_id, "A1WORKER")
    body = topic.next()

    answers = [json.loads(post(site.account, body).content) for _ in range(3)]

    assert answers == [{"new": 1}, {"new": 0}, {"new": 0}]


def forgeries(body: bytes) -> dict[str, bytes]:
    """What somebody might send who has seen a true message."""
    true = json.loads(body)
    event = json.loads(true["Message"])
    other = json.dumps({**event, "EventDocId": "other"})
    old = {**true, "Timestamp": "2020-01-01T00:00:00.000Z"}
    return {
        "another message under its signature": json.dumps({**true, "Message": other}).encode(),
        "another topic": json.dumps({**true, "TopicArn": TOPIC + "2"}).encode(),
        "a certificate of their own": json.dumps({**true, "SigningCertURL": "https://evil.example/x.pem"}).encode(),
        "no signature": json.dumps({**true, "Signature": ""}).encode(),
        "an old one": json.dumps(old).encode(),
        "no message of SNS": b"{}",
        "no JSON": b"\xff",
        "far too much": body + b" " * 300_000,
    }


def test_what_amazon_did_not_sign_changes_nothing(site: Site, topic: Sink) -> None:
    posting = site.posting()
    site.theirs.accept(posting.external_id, "A1WORKER")
    body = topic.next()
    before = list(Account.objects.values())

    for what, forged in forgeries(body).items():
        response = post(site.account, forged)
        assert response.status_code == 403, what

    assert not Notice.objects.exists()
    assert list(Account.objects.values()) == before


def test_reading_the_address_changes_nothing(site: Site) -> None:
    assert Client().get(reverse("crowd:sns", args=[site.account.uuid])).status_code == 405


@pytest.mark.parametrize(
    ("address", "is_theirs"),
    [
        ("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem", True),
        ("http://sns.eu-west-1.amazonaws.com/x.pem", False),
        ("https://sns.eu-west-1.amazonaws.com.evil.example/x.pem", False),
        ("https://sns.eu-west-1.amazonaws.com@evil.example/x.pem", False),
        ("https://s3.amazonaws.com/x.pem", False),
        ("", False),
    ],
)
def test_certificates_lie_at_amazon_sns_alone(address: str, is_theirs: bool) -> None:
    assert is_amazons(address) is is_theirs


def test_a_queue_is_read_until_it_is_empty_and_what_is_kept_is_deleted(site: Site) -> None:
    address = f"{site.theirs.url}/123456789012/machina"
    site.account.options = {**site.account.options, "notifications": address}  # type: ignore[dict-item]  # an object
    site.account.save(update_fields=["options"])
    posting = site.posting(places=9)
    for number in range(9):
        site.theirs.work(posting.external_id, f"A{number}WORKER")

    assert hear_queue(site.account, now=site.now()) >= 18
    assert hear_queue(site.account, now=site.now()) == 0
    assert Posting.objects.get().look_at is not None


def test_no_id_of_a_person_is_kept_of_a_notice() -> None:
    document = {"EventDocId": "d", "Events": [{"EventType": "AssignmentAccepted", "WorkerId": "A1SECRET"}]}

    assert "A1SECRET" not in repr(hints_in(json.dumps(document)))


def test_old_notices_are_forgotten(site: Site) -> None:
    Notice.objects.create(account=site.account, key="a", kind="Ping", received_at=site.now() - timedelta(days=31))
    Notice.objects.create(account=site.account, key="b", kind="Ping", received_at=site.now())

    forget_old(now=site.now())

    assert Notice.objects.get().key == "b"


def test_dropped_doubled_and_shuffled_notices_lead_where_reading_alone_leads(site: Site, topic: Sink) -> None:
    site.theirs.settings(drop=0.3, double=0.3, shuffle=0.3, seed=5)
    posting, rng = site.posting(places=9), np.random.default_rng(5)
    for number in range(ROUNDS):
        worker = f"A{number:05d}WORKER"
        claim = site.theirs.accept(posting.external_id, worker)
        make_submission(posting, worker=worker, external_id=claim, accepted_at=site.now())
        fate = rng.choice(["submit", "submit", "return", "hold"]) if number < 8 else "return"
        if fate == "submit":
            site.theirs.submit(claim)
        if fate == "return":
            site.theirs.give_back(claim)
        for body in topic.rest(0.05):
            post(site.account, body)
            site.poll()
    site.theirs.settings(shuffle=0.0)
    site.wait(3 * 3600)
    site.poll()
    told = dict(Submission.objects.values_list("external_id", "observed"))

    Submission.objects.update(observed="unseen", observed_at=None)
    Posting.objects.update(counts={}, look_at=site.now())
    site.poll()
    read_alone = dict(Submission.objects.values_list("external_id", "observed"))

    assert told == read_alone
    assert "submitted" in told.values()
    assert 0 < Notice.objects.count() < 2 * ROUNDS


def test_an_accounts_page_says_what_its_topic_is_subscribed_to_and_when_it_last_told_something(
    site: Site, topic: Sink, admin_client: Client
) -> None:
    address = reverse("crowd:account", args=[site.account.uuid])
    before = admin_client.get(address).content.decode()
    Notice.objects.create(account=site.account, key="a", kind="Ping", received_at=site.now() - timedelta(minutes=5))

    after = admin_client.get(address).content.decode()

    assert reverse("crowd:sns", args=[site.account.uuid]) in before
    assert "None yet" in before
    assert "5\xa0minutes ago" in after
