"""What every request passes: a log line and a request id; and which page may be framed or may evaluate scripts."""

import re
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import structlog
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from machina_site import metrics
from machina_site.logs import without_capability

GetResponse = Callable[[HttpRequest], HttpResponse]
log: Final = structlog.get_logger("web")
QUIET: Final = ("/static/", "/healthz", "/readyz", "/metrics")
QUIET_WHEN_WELL: Final = ("/outbox", "/heartbeat")  # each page sends several


class RequestLogMiddleware:
    """One line a request, with its id (taken from X-Request-ID when a proxy set a sane one)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Time the request, count it, log it."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if re.fullmatch(r"[\w-]{8,64}", given) else uuid.uuid4().hex[:16]
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        seconds = time.perf_counter() - started
        response["X-Request-ID"] = request_id
        metrics.observe_request(request, response.status_code, seconds)
        if not is_quiet(request.path, response.status_code):
            milliseconds = round(seconds * 1000)
            log.info(f"{request.method} {without_capability(request.path)} {response.status_code} {milliseconds} ms")
        return response


def is_quiet(path: str, status: int) -> bool:
    """Is a line for this answer more noise than news?"""
    is_well = status < HTTPStatus.BAD_REQUEST
    return path.startswith(QUIET) or (is_well and path.endswith(QUIET_WHEN_WELL))


class NoNulMiddleware:
    """A filter of the console that holds a NUL is refused at the door: no column can, and the database would fault."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """SuspiciousOperation, which Django shows as a 400."""
        if "%00" in request.META.get("QUERY_STRING", "") and request.path.startswith(("/admin/", "/console/")):
            raise SuspiciousOperation("A NUL in the address.")
        return self.get_response(request)


class PagePolicyMiddleware(CSPMiddleware):
    """Participants' pages may be framed by FRAME_ANCESTORS; the console may evaluate scripts; nothing else may."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Leave framing of participants' pages to their policy: the older header knows no list of hosts."""
        if request.path.startswith(settings.FRAMED_PATHS):
            response.xframe_options_exempt = True  # type: ignore[attr-defined]  # Django's own convention
        return super().process_response(request, response)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """By path. A view's own replacement stands above it."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path.startswith(settings.FRAMED_PATHS):
            parts.replace = {"frame-ancestors": settings.FRAME_ANCESTORS, **(parts.replace or {})}
        if not report_only and request.path.startswith(settings.CONSOLE_PATHS):
            parts.replace = {**settings.CONSOLE_CONTENT_SECURITY_POLICY, **(parts.replace or {})}
        return parts
