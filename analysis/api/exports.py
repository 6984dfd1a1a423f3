"""Downloads: what there is, one table at once, or a file made ready with its checksum."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from django.db import transaction
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis import tasks
from analysis.answers import file_of, request_in, streamed
from analysis.exports import FORMATS, Options
from analysis.models import Export
from analysis.reads import find_export, prepared_exports, table_summaries
from analysis.services.exporting import open_download, request_export
from experiments.access import Right
from experiments.api.base import ExperimentView
from experiments.api.idempotency import IDEMPOTENCY_KEY, idempotent
from experiments.api.shapes import Shape, Shown, example
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User


TABLE_EXAMPLE: JsonObject = {
    "name": "long",
    "title": "Long",
    "description": "One row per measurement.",
    "rows": 320,
    "columns": 24,
}
FILE_EXAMPLE: JsonObject = {
    "id": "7f0e0f7a-0a1b-4f0c-9e5e-2d7c1b1f0a10",
    "table": "long",
    "format": "csv",
    "with_rehearsal": False,
    "status": "ready",
    "filename": "lunch-2026-long.csv",
    "rows": 320,
    "bytes": 48211,
    "sha256": "9f2c…",
    "created_at": "2026-11-02T09:30:00Z",
    "expires_at": "2026-11-03T09:30:00Z",
    "file": "/api/v1/experiments/lunch-2026/exports/7f0e0f7a-0a1b-4f0c-9e5e-2d7c1b1f0a10/file/",
}


@example("one table", {"table": "long", "format": "csv"}, request_only=True)
class Wanted(Shape):
    """What to download."""

    table = serializers.CharField(help_text="Name of a table, or “all” for a zip of everything.")
    format = serializers.CharField(default="csv", help_text="csv, jsonl or parquet.")
    with_rehearsal = serializers.BooleanField(default=False, help_text="Rehearsal data too, marked is_rehearsal.")
    with_bom = serializers.BooleanField(default=False, help_text="Begin CSV with a byte order mark, for Excel.")


class TableShown(Shown):
    """A table that can be downloaded."""

    name = serializers.CharField(source="table.name")
    title = serializers.CharField(source="table.title")
    description = serializers.CharField(source="table.description")
    rows = serializers.IntegerField(source="n_rows", help_text="Now, without rehearsal.")
    columns = serializers.IntegerField(source="n_columns")


@example("a file", FILE_EXAMPLE, response_only=True, status_codes=["200", "202"])
class ExportShown(Shown):
    """A file that is being made ready, or is."""

    id = serializers.UUIDField(source="uuid")
    table = serializers.CharField()
    format = serializers.CharField()
    with_rehearsal = serializers.BooleanField()
    status = serializers.CharField(help_text="waiting, ready or failed.")
    filename = serializers.CharField()
    rows = serializers.IntegerField(source="n_rows", allow_null=True)
    bytes = serializers.IntegerField(source="size", allow_null=True)
    sha256 = serializers.CharField(help_text="Of the file; empty until it is ready.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="When the file is put away.")
    file = serializers.SerializerMethodField(help_text="Where to fetch it.")

    @extend_schema_field(serializers.URLField())
    def get_file(self, export: Export) -> str:
        """Its address on this server."""
        return reverse("analysis-api:export-file", args=[export.experiment.slug, export.uuid])


@example("offer", {"tables": [TABLE_EXAMPLE], "formats": ["csv", "jsonl", "parquet"], "exports": [FILE_EXAMPLE]})
class Offered(Shown):
    """Everything that can be asked for."""

    tables = TableShown(many=True)
    formats = serializers.ListField(child=serializers.CharField())
    exports = ExportShown(many=True)


FILE = OpenApiResponse(OpenApiTypes.BINARY, description="The file.")


@extend_schema(tags=["exports"])
class ExportsView(ExperimentView):
    """/experiments/<slug>/exports/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD, "POST": Right.DOWNLOAD}

    @extend_schema(operation_id="list_exports", responses=Offered)
    def get(self, request: Request, slug: str) -> Response:
        """The tables with their size, the formats, and the newest files made ready."""
        offered = {
            "tables": table_summaries(self.experiment, Options()),
            "formats": list(FORMATS),
            "exports": [shown.export for shown in prepared_exports(self.experiment)],
        }
        return Response(Offered.one(offered))

    @extend_schema(
        operation_id="create_export", request=Wanted, parameters=[IDEMPOTENCY_KEY], responses={202: ExportShown}
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Have a file made ready. Look again until its `status` is ready; then its SHA-256 is known."""
        wanted = request_in(Wanted.read(request.data))
        user = cast("User", request.user)
        with transaction.atomic():
            export = request_export(self.experiment, wanted, user=user, now=timezone.now())
            transaction.on_commit(partial(tasks.write_export.delay, export.pk))
        return Response(ExportShown.one(export), status=202)


@extend_schema(tags=["exports"])
class StreamView(ExperimentView):
    """/experiments/<slug>/exports/stream/"""

    rights: ClassVar = {"POST": Right.DOWNLOAD}

    @extend_schema(operation_id="stream_export", request=Wanted, responses={(200, "application/octet-stream"): FILE})
    def post(self, request: Request, slug: str) -> HttpResponseBase:
        """The data at once, as they are read. X-Row-Count: rows, counted in the same snapshot."""
        wanted = request_in(Wanted.read(request.data))
        return streamed(open_download(self.experiment, wanted, user=cast("User", request.user), now=timezone.now()))


@extend_schema(tags=["exports"])
class ExportView(ExperimentView):
    """/experiments/<slug>/exports/<id>/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="get_export", responses=ExportShown)
    def get(self, request: Request, slug: str, export: uuid.UUID) -> Response:
        """How far the file is."""
        return Response(ExportShown.one(find_export(self.experiment, export)))


@extend_schema(tags=["exports"])
class ExportFileView(ExperimentView):
    """/experiments/<slug>/exports/<id>/file/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="get_export_file", responses={(200, "application/octet-stream"): FILE})
    def get(self, request: Request, slug: str, export: uuid.UUID) -> HttpResponseBase:
        """The file made ready. ETag, Repr-Digest (RFC 9530) and X-Checksum-SHA256 carry its checksum."""
        return file_of(request._request, find_export(self.experiment, export))
