"""Events posted to whoever confirmed, signed as Prolific signs: HMAC-SHA256 over time stamp and body, in base64."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import time
from dataclasses import replace
from urllib.error import URLError
from urllib.request import Request, urlopen

from crowd.standin.prolific.posting import Post
from crowd.standin.prolific.records import Delivery

MOST_ATTEMPTS = 12
PATIENCE = 5.0


class Hooks:
    """Deliveries, posted from the stand-in's own thread."""

    def __init__(self, post: Post) -> None:
        self.post = post

    def send_waiting(self) -> int:
        """Everything that is due; how many that were."""
        store, now = self.post.world.store, self.post.world.clock.now()
        with store.lock:
            due = [each for each in self.post.deliveries.where("status", "waiting") if each.after <= now]
        for delivery in due:
            after = _after(delivery, now, done=self._deliver(delivery))
            with store.transaction():
                self.post.deliveries.put(after)
        return len(due)

    def _deliver(self, delivery: Delivery) -> bool:
        hook, secrets = self.post.hooks.get(delivery.hook_id), self.post.secrets.all()
        if hook is None or not secrets:
            return True
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Event-ID": delivery.event,
            "X-Prolific-Request-Timestamp": stamp,
            "X-Prolific-Request-Signature": signature(secrets[-1].value, stamp, delivery.body.encode()),
        }
        return _posted(hook.url, delivery.body.encode(), headers)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """As the documentation works it out."""
    return base64.b64encode(hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()).decode()


def _after(delivery: Delivery, now: float, *, done: bool) -> Delivery:
    if done:
        return replace(delivery, status="sent")
    attempts = delivery.attempts + 1
    status = "failed" if attempts >= MOST_ATTEMPTS else "waiting"
    return replace(delivery, attempts=attempts, status=status, after=now + 0.5 * 2.0**attempts)


def _posted(address: str, body: bytes, headers: dict[str, str]) -> bool:
    """Whether they took it."""
    try:
        request = Request(address, body, headers, method="POST")  # noqa: S310  # given by who tests
        with urlopen(request, timeout=PATIENCE) as reply:  # noqa: S310  # the same
            return int(reply.status) < 300
    except (URLError, OSError, ValueError, http.client.HTTPException):
        return False
