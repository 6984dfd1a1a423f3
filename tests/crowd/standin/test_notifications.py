"""Notifications: signed, doubled, dropped, shuffled, repeated where they fail; and the queue."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate

from crowd.standin.kernel.http import Reply, Request, Server
from tests.crowd.running import TERMS, RunningMTurk, wait_until

TOPIC = "arn:aws:sns:us-east-1:123456789012:hits"
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/hits"
EVENTS = ["AssignmentAccepted", "AssignmentSubmitted", "HITReviewable", "HITExpired"]


class Listener:
    """An endpoint that keeps what is posted to it. failing: how many it refuses first."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.failing = 0
        self.server = Server(self._handle).start()
        self.url = self.server.url

    def _handle(self, request: Request) -> Reply:
        if self.failing:
            self.failing -= 1
            return Reply(b"", 500)
        self.posted.append(request.json())
        return Reply(b"")

    @property
    def events(self) -> list[str]:
        """Kinds, in the order of their arrival."""
        messages = [json.loads(each["Message"]) for each in self.posted if each["Type"] == "Notification"]
        return [each["Events"][0]["EventType"] for each in messages]


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.stop()


def told_hit(standin: RunningMTurk, transport: str = "SNS", destination: str = TOPIC) -> str:
    """A HIT whose type notifies."""
    client, hit = standin.client(), standin.hit()
    wanted: Any = {"Destination": destination, "Transport": transport, "Version": "2014-08-15", "EventTypes": EVENTS}
    kind = client.get_hit(HITId=hit)["HIT"]["HITTypeId"]
    client.update_notification_settings(HITTypeId=kind, Notification=wanted, Active=True)
    return hit


def test_a_topic_is_confirmed_first_and_what_it_sends_is_signed(
    mturk_standin: RunningMTurk, listener: Listener
) -> None:
    mturk_standin.subscribe(TOPIC, listener.url, confirmed=False)
    asked = listener.posted[0]
    assert asked["Type"] == "SubscriptionConfirmation"
    assert httpx.get(asked["SubscribeURL"]).status_code == 200

    mturk_standin.work(told_hit(mturk_standin), "A1")
    wait_until(lambda: len(listener.events) == 3)

    assert listener.events == ["AssignmentAccepted", "AssignmentSubmitted", "HITReviewable"]
    key = load_pem_x509_certificate(httpx.get(asked["SigningCertURL"]).content).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    for each in listener.posted:
        names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
        text = "".join(f"{name}\n{each[name]}\n" for name in names if name in each)
        key.verify(base64.b64decode(each["Signature"]), text.encode(), padding.PKCS1v15(), SHA256())


def test_nobody_hears_of_a_topic_that_they_did_not_confirm(mturk_standin: RunningMTurk, listener: Listener) -> None:
    mturk_standin.subscribe(TOPIC, listener.url, confirmed=False)
    mturk_standin.work(told_hit(mturk_standin), "A1")

    wait_until(lambda: all(each["status"] == "sent" for each in mturk_standin.deliveries()))

    assert listener.events == []
    assert httpx.get(f"{mturk_standin.url}/sns/?TopicArn={TOPIC}&Token=wrong").status_code == 400


def test_what_an_endpoint_refuses_is_sent_again(mturk_standin: RunningMTurk, listener: Listener) -> None:
    listener.failing = 1
    mturk_standin.subscribe(TOPIC, listener.url)
    mturk_standin.accept(told_hit(mturk_standin), "A1")

    wait_until(lambda: mturk_standin.deliveries()[0]["attempts"] == 1)
    mturk_standin.advance(60)
    wait_until(lambda: bool(listener.events))

    assert listener.events == ["AssignmentAccepted"]


def test_dropped_doubled_and_shuffled_on_demand(mturk_standin: RunningMTurk, listener: Listener) -> None:
    mturk_standin.subscribe(TOPIC, listener.url)
    hit = told_hit(mturk_standin)
    for turned in ({"drop": 1.0}, {"drop": 0.0, "double": 1.0}, {"double": 0.0, "shuffle": 1.0}):
        mturk_standin.settings(**turned)
        mturk_standin.give_back(mturk_standin.accept(hit, "A1"))
    mturk_standin.settings(shuffle=0)
    mturk_standin.work(hit, "A2")
    wait_until(lambda: "AssignmentSubmitted" in listener.events)
    mturk_standin.advance(10)
    wait_until(lambda: len(listener.events) == 6)

    assert listener.events == ["AssignmentAccepted"] * 3 + ["AssignmentSubmitted", "HITReviewable"] + [
        "AssignmentAccepted"
    ]
    assert [each["status"] for each in mturk_standin.deliveries()].count("dropped") == 1


def test_a_queue_hands_a_message_out_again_until_it_is_deleted(mturk_standin: RunningMTurk) -> None:
    queue = boto3.client(
        "sqs",
        endpoint_url=mturk_standin.url,
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    mturk_standin.accept(told_hit(mturk_standin, "SQS", QUEUE), "A1")

    first = queue.receive_message(QueueUrl=QUEUE)["Messages"][0]
    assert "Messages" not in queue.receive_message(QueueUrl=QUEUE)
    mturk_standin.advance(31)
    second = queue.receive_message(QueueUrl=QUEUE)["Messages"][0]
    queue.delete_message(QueueUrl=QUEUE, ReceiptHandle=second["ReceiptHandle"])
    mturk_standin.advance(31)

    assert json.loads(first["Body"])["Events"][0]["EventType"] == "AssignmentAccepted"
    assert first["MessageId"] == second["MessageId"]
    assert "Messages" not in queue.receive_message(QueueUrl=QUEUE)


def test_a_test_event_is_sent_at_once(mturk_standin: RunningMTurk, listener: Listener) -> None:
    mturk_standin.subscribe(TOPIC, listener.url)
    wanted: Any = {"Destination": TOPIC, "Transport": "SNS", "Version": "2014-08-15", "EventTypes": ["Ping"]}

    mturk_standin.client().send_test_event_notification(Notification=wanted, TestEventType="Ping")

    wait_until(lambda: listener.events == ["Ping"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Version": "2006-05-05"}, "Version"),
        ({"Destination": "hits"}, "no address for SNS"),
        ({"EventTypes": []}, "EventTypes: there is none"),
    ],
)
def test_a_specification_that_cannot_work_is_refused(
    mturk_standin: RunningMTurk, change: dict[str, Any], sentence: str
) -> None:
    wanted: Any = {"Destination": TOPIC, "Transport": "SNS", "Version": "2014-08-15", "EventTypes": EVENTS, **change}
    kind = mturk_standin.client().create_hit_type(
        **{name: TERMS[name] for name in ("AssignmentDurationInSeconds", "Reward", "Title", "Description")}
    )["HITTypeId"]

    with pytest.raises(ClientError, match=sentence):
        mturk_standin.client().update_notification_settings(HITTypeId=kind, Notification=wanted, Active=True)
    with pytest.raises(ClientError, match="no notification specification yet"):
        mturk_standin.client().update_notification_settings(HITTypeId=kind, Active=True)
