"""/metrics in Prometheus' text format: per web process, with a label that names the process."""

import hmac
import os
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

from bandits.services.exposures import EXPOSURES

REQUESTS: Final = Counter("machina_requests_total", "Requests answered.", ["method", "view", "status"])
SECONDS: Final = Histogram("machina_request_seconds", "Time to answer.", ["view"])
PROCESS: Final = Gauge("machina_process", "The web process that answered this scrape.", ["pid"])
EXPOSED: Final = Gauge("machina_exposures", "Exposures of buckets in this web process since its start.", ["state"])
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LOCAL: Final = frozenset({"127.0.0.1", "::1", ""})


def observe_request(request: HttpRequest, status: int, seconds: float) -> None:
    """Count by route, never by path: a path may hold a participant's capability."""
    match = request.resolver_match
    view = match.view_name if match else "unknown"
    method = request.method if request.method in METHODS else "other"  # anybody can make one up
    observe(method, view, status, seconds)


def observe(method: str, view: str, status: int, seconds: float) -> None:
    """Count an answer of that route."""
    requests, times = _children(method, view, status)
    requests.inc()
    times.observe(seconds)


@lru_cache(maxsize=1024)
def _children(method: str, view: str, status: int) -> tuple[Counter, Histogram]:
    """Found once: the look-up by labels takes longer than the count."""
    return REQUESTS.labels(method, view, str(status)), SECONDS.labels(view)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For holders of METRICS_TOKEN; with none set, for this machine only."""
    if not _may_read(request):
        return HttpResponse("Send 'Authorization: Bearer <METRICS_TOKEN>'.\n", status=403, content_type="text/plain")
    PROCESS.labels(str(os.getpid())).set(1)
    for kind in ("noted", "stored", "dropped"):
        EXPOSED.labels(kind).set(getattr(EXPOSURES, kind))
    EXPOSED.labels("waiting").set(len(EXPOSURES.waiting))
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    is_forwarded = "X-Forwarded-For" in request.headers
    return not is_forwarded and request.META.get("REMOTE_ADDR", "") in LOCAL
