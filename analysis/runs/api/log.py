"""The log of runs and batches: read page by page from any offset, and published to by other programs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.runs.api.finding import BatchView, RunView
from analysis.runs.log_reads import LogPage, page_of_batch, page_of_run
from analysis.runs.models import RunEvent
from analysis.runs.services.publishing import Published, Receipt, publish_to_batch, publish_to_run
from experiments.access import Right
from experiments.api.queries import query_of
from experiments.api.shapes import ObjectField, Shape, Shown, example
from experiments.settled import settled_up_to
from experiments.types import JsonObject

MOST = 1_000
LINE: JsonObject = {
    "id": 4711,
    "run": "7f0e0f7a-0a1b-4f0c-9e5e-2d7c1b1f0a10",
    "number": 3,
    "sequence": 52,
    "attempt": 1,
    "kind": "run.measured",
    "at": "2026-11-02T09:30:00Z",
    "payload": {"epoch": 1, "split": "val", "values": {"f1_macro": 0.94}},
}
SENT: JsonObject = {
    "events": [
        {
            "key": "host-7:51",
            "kind": "run.progress",
            "payload": {"epoch": 1, "phase": "train", "step": 30, "steps": 33},
        },
        {
            "key": "host-7:52",
            "kind": "run.measured",
            "payload": {"epoch": 1, "split": "val", "values": {"f1_macro": 0.94}},
        },
    ]
}


class LogQuery(serializers.Serializer[object]):
    """What the log takes."""

    after = serializers.IntegerField(required=False, default=0, min_value=0, max_value=2**63 - 1)
    limit = serializers.IntegerField(required=False, default=100, min_value=1, max_value=MOST)
    kinds = serializers.CharField(
        required=False, default="", max_length=400, help_text="Only these, with commas between."
    )


class LogLineShown(Shown):
    """An event. id is the cursor; sequence counts without a gap within its run (or, run null, its batch)."""

    id = serializers.IntegerField()
    run = serializers.UUIDField(allow_null=True)
    number = serializers.IntegerField(allow_null=True)
    sequence = serializers.IntegerField()
    attempt = serializers.IntegerField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    payload = ObjectField()


@example("log", {"results": [LINE], "next": 4711, "is_last": True}, response_only=True)
class LogShown(Shown):
    """A page of the log."""

    results = LogLineShown(many=True)
    next = serializers.IntegerField(help_text="Ask again with `after` set to this.")
    is_last = serializers.BooleanField(help_text="Whether there is no more so far.")


class EventSent(Shape):
    """An event. `run.progress`, `run.measured`, `run.logged`, or a kind of your own with a dot in it."""

    key = serializers.CharField(max_length=120, help_text="Your own name of it: sent again, it is kept once.")
    kind = serializers.CharField(max_length=40)
    payload = ObjectField(default=dict)
    at = serializers.DateTimeField(required=False, allow_null=True, default=None, help_text="Now, if you do not say.")


@example("events", SENT, request_only=True)
class EventsSent(Shape):
    """Up to 1,000 events: all are recorded, or none."""

    events: serializers.ListSerializer[object] = serializers.ListSerializer(
        child=EventSent(), allow_empty=False, max_length=MOST
    )
    attempt = serializers.IntegerField(
        min_value=0,
        default=0,
        help_text="Of the worker that holds the run; 409 if it no longer does. 0: a program beside it.",
    )


@example("receipt", {"recorded": 2, "known": 0}, response_only=True, status_codes=["200", "201"])
class ReceiptShown(Shown):
    """How many were new, and how many were known by their key."""

    recorded = serializers.IntegerField()
    known = serializers.IntegerField()


@extend_schema(tags=["runs"])
class RunEventsView(RunView):
    """/runs/<id>/events/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.RUN}

    @extend_schema(operation_id="list_run_events", parameters=[LogQuery], responses=LogShown)
    def get(self, request: Request, run: uuid.UUID) -> Response:
        """The run's log behind `after`: each event once, in one order."""
        return _page(request, partial(page_of_run, self.run))

    @extend_schema(
        operation_id="publish_run_events", request=EventsSent, responses={200: ReceiptShown, 201: ReceiptShown}
    )
    def post(self, request: Request, run: uuid.UUID) -> Response:
        """Say something about a run: where it is, what it measured, or anything else. Its page shows it at once."""
        sent = EventsSent.read(request.data)
        attempt = cast(int, sent["attempt"])
        return _receipt(publish_to_run(self.run, _published(sent), attempt=attempt, now=timezone.now()))


@extend_schema(tags=["runs"])
class BatchEventsView(BatchView):
    """/batches/<id>/events/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.RUN}

    @extend_schema(operation_id="list_batch_events", parameters=[LogQuery], responses=LogShown)
    def get(self, request: Request, batch: uuid.UUID) -> Response:
        """The log of all its runs behind `after`; `/live/batches/<id>/` streams the same, with the same ids."""
        return _page(request, partial(page_of_batch, self.batch))

    @extend_schema(
        operation_id="publish_batch_events", request=EventsSent, responses={200: ReceiptShown, 201: ReceiptShown}
    )
    def post(self, request: Request, batch: uuid.UUID) -> Response:
        """Say something about a batch as a whole, in a kind of your own."""
        return _receipt(publish_to_batch(self.batch, _published(EventsSent.read(request.data)), now=timezone.now()))


def _page(request: Request, page_of: Callable[..., LogPage]) -> Response:
    query = query_of(request, LogQuery)
    after, limit = cast(int, query["after"]), cast(int, query["limit"])
    kinds = tuple(kind for kind in str(query["kinds"]).split(",") if kind)
    up_to = settled_up_to(RunEvent)
    page = LogPage((), after, is_last=False)
    if up_to is not None:
        page = page_of(after, up_to=up_to, at_most=limit, kinds=kinds)
    lines = [line.as_json() for line in page.lines]
    return Response({"results": lines, "next": page.next, "is_last": page.is_last})


def _published(sent: dict[str, object]) -> list[Published]:
    rows = cast("list[dict[str, object]]", sent["events"])
    return [
        Published(
            str(row["kind"]), cast(JsonObject, row["payload"]), str(row["key"]), cast("datetime | None", row["at"])
        )
        for row in rows
    ]


def _receipt(receipt: Receipt) -> Response:
    body = {"recorded": receipt.recorded, "known": receipt.known}
    return Response(body, status=201 if receipt.recorded else 200)
