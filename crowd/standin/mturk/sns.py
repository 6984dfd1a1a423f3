"""Notifications through a topic, as SNS sends them: confirmed first, signed, again where it fails."""

from __future__ import annotations

import base64
import http.client
import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from crowd.standin.kernel.certificate import Certificate
from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.posting import Post
from crowd.standin.mturk.records import Delivery, Subscription

MOST_ATTEMPTS = 5
PATIENCE = 5.0
CERTIFICATE_PATH = "/sns/SimpleNotificationService-standin.pem"
SIGNED = {
    "Notification": ("Message", "MessageId", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


class Topics:
    """Deliveries and subscriptions, posted from the stand-in's own thread. url: of the stand-in."""

    def __init__(self, post: Post, url: str) -> None:
        self.post = post
        self._url = url
        self.certificate = Certificate(post.world.store)

    def subscribe(self, topic: str, endpoint: str, *, is_confirmed: bool = False) -> Subscription:
        """Somebody wants to hear of a topic. Unless it is confirmed already, they are asked first."""
        with self.post.world.store.transaction():
            number = len(self.post.subscriptions) + 1
            made = Subscription(str(number), topic, endpoint, uuid.uuid4().hex, is_confirmed)
            self.post.subscriptions.put(made)
        if not is_confirmed:
            self._ask(made)
        return made

    def confirm(self, topic: str, token: str) -> Subscription:
        """Whoever got the token says yes."""
        for each in self.post.subscriptions.where("topic", topic):
            if each.token == token:
                with self.post.world.store.transaction():
                    return self.post.subscriptions.put(replace(each, is_confirmed=True))
        raise Refused(f"Invalid token for {topic}.", "InvalidParameterValue")

    def send_waiting(self) -> int:
        """Everything that is due; how many that were."""
        store, now = self.post.world.store, self.post.world.clock.now()
        with store.lock:
            waiting = self.post.deliveries.where("status", "waiting")
        due = [each for each in waiting if each.transport != "SQS" and each.after <= now]
        for delivery in due:
            after = _after(delivery, now, done=self._deliver(delivery))
            with store.transaction():
                self.post.deliveries.put(after)
        return len(due)

    def _deliver(self, delivery: Delivery) -> bool:
        wrapped = self._signed("Notification", delivery.destination, delivery.body, {})
        subscriptions = self.post.subscriptions.where("topic", delivery.destination)
        taken = [_posted(each, wrapped) for each in subscriptions if each.is_confirmed]
        return all(taken)  # of everybody, whoever failed

    def _ask(self, wanted: Subscription) -> None:
        query = urlencode({"Action": "ConfirmSubscription", "TopicArn": wanted.topic, "Token": wanted.token})
        extra = {"SubscribeURL": f"{self._url}/sns/?{query}", "Token": wanted.token}
        sentence = f"You have chosen to subscribe to the topic {wanted.topic}. To confirm, visit the SubscribeURL."
        _posted(wanted, self._signed("SubscriptionConfirmation", wanted.topic, sentence, extra))

    def _signed(self, kind: str, topic: str, message: str, extra: dict[str, str]) -> Json:
        wrapped = {
            "Type": kind,
            "MessageId": str(uuid.uuid4()),
            "TopicArn": topic,
            "Message": message,
            "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            **extra,
        }
        text = "".join(f"{name}\n{wrapped[name]}\n" for name in SIGNED[kind])
        return {
            **wrapped,
            "SignatureVersion": "2",
            "Signature": base64.b64encode(self.certificate.sign(text.encode())).decode(),
            "SigningCertURL": f"{self._url}{CERTIFICATE_PATH}",
        }


def _after(delivery: Delivery, now: float, *, done: bool) -> Delivery:
    if done:
        return replace(delivery, status="sent")
    attempts = delivery.attempts + 1
    status = "failed" if attempts >= MOST_ATTEMPTS else "waiting"
    return replace(delivery, attempts=attempts, status=status, after=now + 0.5 * 2.0**attempts)


def _posted(subscription: Subscription, wrapped: Json) -> bool:
    """Whether the endpoint took it."""
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "x-amz-sns-message-type": wrapped["Type"],
        "x-amz-sns-topic-arn": subscription.topic,
    }
    body = json.dumps(wrapped).encode()
    try:
        request = Request(subscription.endpoint, body, headers, method="POST")  # noqa: S310  # given by who tests
        with urlopen(request, timeout=PATIENCE) as reply:  # noqa: S310  # the same
            return int(reply.status) < 300
    except (URLError, OSError, ValueError, http.client.HTTPException):
        return False
