"""A download as a response, for pages and for the API alike."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response

from analysis.exports.options import Options
from analysis.exports.stream import Download, Request
from analysis.models import Export
from experiments.errors import Refusal, Unknown


class NotReadyYet(Refusal):
    """The file is still being written, or never will be."""

    code = "not-ready-yet"


def request_in(fields: Mapping[str, object]) -> Request:
    """What a form or a JSON body asks for."""
    options = Options(with_rehearsal=_is_on(fields.get("with_rehearsal")), with_bom=_is_on(fields.get("with_bom")))
    return Request(str(fields.get("table", "")), str(fields.get("format", "csv")), options)


def _is_on(value: object) -> bool:
    return value in (True, "on", "true", "1")


class Streamed:
    """Pieces that end with the response, read to the end or not."""

    def __init__(self, download: Download) -> None:
        self._download = download
        self.close = download.close

    def __iter__(self) -> Iterator[bytes]:
        """The pieces."""
        return iter(self._download)


def streamed(download: Download) -> StreamingHttpResponse:
    """The download as it is read from the database. X-Row-Count was counted in the same snapshot."""
    response = StreamingHttpResponse(Streamed(download), content_type=download.media_type)
    response["Content-Disposition"] = f'attachment; filename="{download.filename}"'
    response["X-Row-Count"] = str(download.n_rows)
    response["X-Accel-Buffering"] = "no"
    return _private(response)


def file_of(request: HttpRequest, export: Export) -> HttpResponseBase:
    """The file made ready, with its checksum. NotReadyYet; Unknown when it was put away meanwhile."""
    if export.status != Export.Status.READY:
        raise NotReadyYet(f"This file is {export.get_status_display().lower()}.", hint="Look again in a moment.")
    if not export.path.exists():
        raise Unknown("This file was put away.", hint="Ask for it again.")
    etag = f'"{export.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    file = export.path.open("rb")
    response = FileResponse(file, as_attachment=True, filename=export.filename, content_type=export.media_type)
    response["ETag"] = etag
    response["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(export.sha256)).decode()}:"
    response["X-Checksum-SHA256"] = export.sha256
    response["X-Row-Count"] = str(export.n_rows)
    return _private(response)


def _private(response: StreamingHttpResponse) -> StreamingHttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
