"""Notifications leave: to the subscribers of a topic, as SNS posts them: again where it fails."""

from __future__ import annotations

import http.client
import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from urllib.error import URLError
from urllib.request import Request, urlopen

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.posting import Post
from crowd.standin.mturk.records import Delivery, Subscription

MOST_ATTEMPTS = 5
PATIENCE = 5.0


def send_waiting(post: Post) -> int:
    """Everything that is due to a topic; how many left."""
    now = post.world.clock.now()
    with post.world.store.lock:
        due = [d for d in post.deliveries.where("status", "waiting") if d.transport == "SNS" and d.after <= now]
    for delivery in due:
        done = _deliver(post, delivery)
        with post.world.store.transaction():
            post.deliveries.put(_after(delivery, done=done))
    return len(due)


def _after(delivery: Delivery, *, done: bool) -> Delivery:
    attempts = delivery.attempts + (not done)
    status = "sent" if done else "failed" if attempts >= MOST_ATTEMPTS else "waiting"
    return replace(
        delivery, attempts=attempts, status=status, after=delivery.after if done else delivery.at + 2.0**attempts
    )


def _deliver(post: Post, delivery: Delivery) -> bool:
    return all(
        posted(each, envelope(delivery.destination, delivery.body), "Notification")
        for each in post.subscriptions.where("topic", delivery.destination)
    )


def envelope(topic: str, message: str) -> Json:
    """What SNS wraps a message in."""
    return {
        "Type": "Notification",
        "MessageId": str(uuid.uuid4()),
        "TopicArn": topic,
        "Message": message,
        "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "SignatureVersion": "1",
    }


def posted(subscription: Subscription, wrapped: Json, kind: str) -> bool:
    """Whether the endpoint took it."""
    headers = {"Content-Type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": kind}
    request = Request(subscription.endpoint, json.dumps(wrapped).encode(), headers, method="POST")  # noqa: S310
    try:
        with urlopen(request, timeout=PATIENCE) as reply:  # noqa: S310  # the address was given by the one who tests
            return int(reply.status) < 300
    except (URLError, OSError, http.client.HTTPException):
        return False
