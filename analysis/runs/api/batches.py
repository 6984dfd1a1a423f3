"""Batches: list, look, steer, warm start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.runs.api.finding import BatchView, may
from analysis.runs.api.shapes import (
    BATCH,
    RUN,
    BatchDetail,
    BatchesQuery,
    BatchShown,
    EpochsSent,
    LimitsSent,
    QueuedShown,
    RunShown,
    RunsQuery,
)
from analysis.runs.hooks.parsing import concealed
from analysis.runs.models import Batch, Run
from analysis.runs.reads import counted
from analysis.runs.services import steering, warming
from analysis.runs.services.steering import BATCH_DEEDS, Limits
from analysis.runs.tasks import wake_for
from experiments.access import Right
from experiments.api.access import visible_studies
from experiments.api.base import ApiView
from experiments.api.pagination import PageQuery, page_response
from experiments.api.queries import query_of
from experiments.api.shapes import page_of
from experiments.blueprint import json_object

SENTENCES = {
    "pause": "Nothing of it is taken up any more; runs under way stop, to go on from their last checkpoint.",
    "resume": "Paused runs wait in the queue again.",
    "cancel": "What waits is cancelled, what runs stops; results that are there stay.",
    "retry": "Queue again what failed or was cancelled.",
}


def detail_of(batch: Batch) -> dict[str, object]:
    """As it stands now."""
    fresh = Batch.objects.select_related("experiment__study").get(pk=batch.pk)
    return BatchDetail.one(counted([fresh])[0])


def _shown(batches: Iterable[Batch]) -> list[dict[str, object]]:
    return BatchShown.many_of(counted(list(batches)))


@extend_schema(tags=["runs"])
class BatchesView(ApiView):
    """/batches/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(
        operation_id="list_batches", parameters=[BatchesQuery, PageQuery], responses=page_of(BatchShown, BATCH)
    )
    def get(self, request: Request) -> Response:
        """The batches of your studies; `study`, `experiment` and `status` narrow the list."""
        query = query_of(request, BatchesQuery)
        wanted = {"experiment__study__slug": query["study"], "experiment__slug": query["experiment"]}
        batches = Batch.objects.filter(experiment__study__in=visible_studies(request))
        batches = batches.filter(**{name: value for name, value in wanted.items() if value})
        if query["status"]:
            batches = batches.filter(status=query["status"])
        return page_response(request, batches.select_related("experiment__study"), _shown)


@extend_schema(tags=["runs"])
class BatchDetailView(BatchView):
    """/batches/<id>/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_batch", responses=BatchDetail)
    def get(self, request: Request, batch: str) -> Response:
        """One batch, with its document and how many of its runs stand where. Whom its hooks tell: if you may run it."""
        shown = BatchDetail.one(counted([self.batch])[0])
        document = json_object(self.batch.document)
        if "hooks" in document and not may(request, Right.RUN, self.batch.experiment):
            shown["document"] = concealed(document)
        return Response(shown)


@extend_schema(tags=["runs"])
class BatchRunsView(BatchView):
    """/batches/<id>/runs/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="list_runs", parameters=[RunsQuery, PageQuery], responses=page_of(RunShown, RUN))
    def get(self, request: Request, batch: str) -> Response:
        """Its runs, with setting, figures and error; `status` narrows the list."""
        runs = Run.objects.filter(batch=self.batch)
        if status := query_of(request, RunsQuery)["status"]:
            runs = runs.filter(status=status)
        return page_response(request, runs.select_related("batch", "warm_from"), RunShown.many_of)


class BatchDeedView(BatchView):
    """/batches/<id>/<deed>/"""

    rights: ClassVar = {"POST": Right.RUN}


def deed_view(name: str) -> type[BatchDeedView]:
    """The view of one deed, under its own name in the documentation."""

    @extend_schema(
        tags=["runs"],
        operation_id=f"{name}_batch",
        description=f"{SENTENCES[name]} Twice is as good as once.",
        request=None,
        responses=BatchDetail,
    )
    def post(view: BatchDeedView, request: Request, batch: str) -> Response:
        BATCH_DEEDS[name](view.batch, now=timezone.now())
        wake_for(view.batch)
        return Response(detail_of(view.batch))

    return type(f"{name.title()}BatchView", (BatchDeedView,), {"post": post})


@extend_schema(tags=["runs"])
class BatchWarmStartView(BatchView):
    """/batches/<id>/warm-start/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(operation_id="warm_start_batch", request=EpochsSent, responses=QueuedShown)
    def post(self, request: Request, batch: str) -> Response:
        """Every completed run goes on from its last checkpoint to a new total of epochs, as a run of its own."""
        epochs = cast(int, EpochsSent.read(request.data)["epochs"])
        runs = warming.warm_start_batch(self.batch, epochs=epochs, now=timezone.now())
        wake_for(self.batch)
        return Response({"queued": len(runs)})


@extend_schema(tags=["runs"])
class BatchLimitsView(BatchView):
    """/batches/<id>/limits/"""

    rights: ClassVar = {"PUT": Right.RUN}

    @extend_schema(operation_id="set_batch_limits", request=LimitsSent, responses=BatchDetail)
    def put(self, request: Request, batch: str) -> Response:
        """Priority for what waits; limits for attempts that begin from now on. What is not named stays."""
        sent, now = LimitsSent.read(request.data), timezone.now()
        limits = {name: sent.get(name, getattr(self.batch, name)) for name in Limits.__slots__}
        if limits != {name: getattr(self.batch, name) for name in Limits.__slots__}:
            steering.set_limits(self.batch, Limits(**cast("dict[str, int]", limits)), now=now)
        if "priority" in sent:
            steering.set_priority(self.batch, cast(int, sent["priority"]), now=now)
        return Response(detail_of(self.batch))
