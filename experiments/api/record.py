"""The record of one experiment: arms, measures, units, measurements, events."""

from __future__ import annotations

from typing import ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.access import Right
from experiments.api import examples
from experiments.api.base import ExperimentView
from experiments.api.idempotency import IDEMPOTENCY_KEY, idempotent
from experiments.api.pagination import PageQuery, page_response
from experiments.api.queries import query_of, wants_rehearsal
from experiments.api.serializers import (
    ArmShown,
    EventPage,
    EventQuery,
    EventShown,
    MeasurementShown,
    MeasurementsQuery,
    MeasureShown,
    NewMeasurement,
    NewMeasurements,
    Receipt,
    RowsQuery,
    UnitShown,
)
from experiments.api.shapes import page_of
from experiments.errors import Unknown
from experiments.models import Experiment, Measurement
from experiments.reads import events_after
from experiments.services.recording import Sent, record_sent
from experiments.types import Json, JsonObject


@extend_schema(tags=["experiments"])
class ArmsView(ExperimentView):
    """/experiments/<slug>/arms/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="list_arms", parameters=[PageQuery], responses=page_of(ArmShown, examples.ARM))
    def get(self, request: Request, slug: str) -> Response:
        """The arms as they are edited; the versions have those that data were collected under."""
        return page_response(request, self.experiment.arms.all(), ArmShown.many_of)


@extend_schema(tags=["experiments"])
class MeasuresView(ExperimentView):
    """/experiments/<slug>/measures/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(
        operation_id="list_measures", parameters=[PageQuery], responses=page_of(MeasureShown, examples.MEASURE)
    )
    def get(self, request: Request, slug: str) -> Response:
        """What is measured, with the range of each."""
        return page_response(request, self.experiment.measures.all(), MeasureShown.many_of)


@extend_schema(tags=["record"])
class UnitsView(ExperimentView):
    """/experiments/<slug>/units/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(
        operation_id="list_units", parameters=[RowsQuery, PageQuery], responses=page_of(UnitShown, examples.UNIT_ROW)
    )
    def get(self, request: Request, slug: str) -> Response:
        """What was randomised. Asking for an assignment makes a unit."""
        rows = self.experiment.units.filter(is_rehearsal=wants_rehearsal(request))
        return page_response(request, rows, UnitShown.many_of)


@extend_schema(tags=["record"])
class UnitView(ExperimentView):
    """/experiments/<slug>/units/<id>/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="show_unit", responses=UnitShown)
    def get(self, request: Request, slug: str, unit: str) -> Response:
        """One unit."""
        found = self.experiment.units.filter(uuid=unit).first()
        if found is None:
            raise Unknown(f"“{self.experiment.title}” has no unit {unit}.")
        return Response(UnitShown.one(found))


@extend_schema(tags=["record"])
class MeasurementsView(ExperimentView):
    """/experiments/<slug>/measurements/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD, "POST": Right.RUN}

    @extend_schema(
        operation_id="list_measurements",
        parameters=[MeasurementsQuery, PageQuery],
        responses=page_of(MeasurementShown, examples.MEASUREMENT),
    )
    def get(self, request: Request, slug: str) -> Response:
        """The values, in the order in which they came."""
        query = query_of(request, MeasurementsQuery)
        rows = Measurement.objects.of(self.experiment).filter(unit__is_rehearsal=wants_rehearsal(request))
        wanted = {"measure__name": query["measure"], "unit__uuid": query["unit"]}
        rows = rows.filter(**{name: value for name, value in wanted.items() if value})
        return page_response(request, rows.select_related("unit", "measure"), MeasurementShown.many_of)

    @extend_schema(
        operation_id="record_measurement",
        request=NewMeasurement,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: Receipt, 201: Receipt},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Record one value. The same key with the same value again changes nothing: 200 instead of 201."""
        return _record(self.experiment, [NewMeasurement.read(request.data)], prefix="")


@extend_schema(tags=["record"])
class BulkView(ExperimentView):
    """/experiments/<slug>/measurements/bulk/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(
        operation_id="record_measurements",
        request=NewMeasurements,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: Receipt, 201: Receipt},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Record up to 10,000 values: all, or none. Every entry that cannot be is named."""
        sent = NewMeasurements.read(request.data)
        return _record(self.experiment, cast("list[dict[str, object]]", sent["measurements"]), prefix="measurements")


@extend_schema(tags=["record"])
class EventsView(ExperimentView):
    """/experiments/<slug>/events/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="list_events", parameters=[EventQuery], responses=EventPage)
    def get(self, request: Request, slug: str) -> Response:
        """The diary from the line after `after` on.

        Ids do not commit in their order: a line may appear below ones that you have read. So `next` stays behind the
        last five seconds; ask again with it, and keep each id once.
        """
        query = query_of(request, EventQuery)
        after, limit = cast(int, query["after"]), cast(int, query["limit"])
        found = events_after(self.experiment, after, kind=str(query["kind"]), at_most=limit, now=timezone.now())
        results = EventShown.many_of(found.events)
        return Response({"results": results, "next": found.next, "is_settled": found.is_settled})


def _record(experiment: Experiment, rows: list[dict[str, object]], *, prefix: str) -> Response:
    sent = [
        Sent(
            unit=str(row["unit"]),
            measure=str(row["measure"]),
            value=cast(Json, row["value"]),
            key=str(row["key"]),
            context=cast(JsonObject, row["context"]),
        )
        for row in rows
    ]
    new = record_sent(experiment, sent, now=timezone.now(), prefix=prefix)
    return Response({"recorded": new, "known": len(sent) - new}, status=201 if new else 200)
