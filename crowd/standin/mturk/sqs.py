"""Notifications through a queue, as SQS hands them out: again after the visibility timeout, until they are deleted."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace

from crowd.standin.kernel.http import BadRequest, Reply, Request
from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.posting import Post
from crowd.standin.mturk.records import Delivery

CONTENT_TYPE = "application/x-amz-json-1.0"
VISIBILITY = 30.0
LONGEST_WAIT = 20.0
MOST_MESSAGES = 10


class Queues:
    """A queue is an address ``…/account/name``; it exists as soon as something was sent to it or is asked of it."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self._operations: Mapping[str, Callable[[Json], Json]] = {
            "ReceiveMessage": self._receive,
            "DeleteMessage": self._delete,
            "DeleteMessageBatch": self._delete_several,
            "GetQueueAttributes": self._attributes,
        }

    def __call__(self, request: Request) -> Reply:
        """One call of SQS."""
        operation = self._operations.get(request.header("X-Amz-Target").removeprefix("AmazonSQS."))
        try:
            if operation is None:
                raise BadRequest("this stand-in of SQS reads and deletes; nothing more")
            return _reply(operation(request.json()), 200)
        except (BadRequest, KeyError) as error:
            return _reply({"__type": "com.amazonaws.sqs#InvalidAddress", "message": str(error)}, 400)

    def _receive(self, asked: Json) -> Json:
        most = min(int(asked.get("MaxNumberOfMessages", 1)), MOST_MESSAGES)
        end = time.monotonic() + min(float(asked.get("WaitTimeSeconds", 0)), LONGEST_WAIT)
        while not (found := self._taken(asked, most)) and time.monotonic() < end:
            time.sleep(0.05)
        return {"Messages": [_message(each) for each in found]} if found else {}

    def _taken(self, asked: Json, most: int) -> list[Delivery]:
        hidden = float(asked.get("VisibilityTimeout", VISIBILITY))
        with self.post.world.store.transaction():
            now = self.post.world.clock.now()
            due = [each for each in self._waiting(asked["QueueUrl"]) if each.after <= now][:most]
            return [
                self.post.deliveries.put(replace(each, after=now + hidden, attempts=each.attempts + 1)) for each in due
            ]

    def _waiting(self, address: str) -> list[Delivery]:
        rows = self.post.deliveries.where("status", "waiting")
        return [each for each in rows if each.transport == "SQS" and each.destination == address]

    def _delete(self, asked: Json) -> Json:
        with self.post.world.store.transaction():
            found = self.post.deliveries.get(asked["ReceiptHandle"].partition(":")[0])
            if found is not None:
                self.post.deliveries.put(replace(found, status="read"))
        return {}

    def _delete_several(self, asked: Json) -> Json:
        for entry in asked["Entries"]:
            self._delete(entry)
        return {"Successful": [{"Id": entry["Id"]} for entry in asked["Entries"]], "Failed": []}

    def _attributes(self, asked: Json) -> Json:
        now = self.post.world.clock.now()
        waiting = self._waiting(asked["QueueUrl"])
        visible = sum(each.after <= now for each in waiting)
        counts = {
            "ApproximateNumberOfMessages": str(visible),
            "ApproximateNumberOfMessagesNotVisible": str(len(waiting) - visible),
        }
        return {"Attributes": counts}


def _message(delivery: Delivery) -> Json:
    return {
        "MessageId": str(uuid.uuid5(uuid.NAMESPACE_OID, delivery.id)),
        "ReceiptHandle": f"{delivery.id}:{delivery.attempts}",
        "MD5OfBody": hashlib.md5(delivery.body.encode(), usedforsecurity=False).hexdigest(),
        "Body": delivery.body,
    }


def _reply(body: Json, status: int) -> Reply:
    return Reply(json.dumps(body).encode(), status, CONTENT_TYPE, {"x-amzn-RequestId": str(uuid.uuid4())})
