"""/healthz: this process answers. /readyz: it can also do its work; the answer says what is missing."""

from collections.abc import Callable
from typing import Final

from celery import current_app
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as BrokerError
from redis import RedisError


def database() -> str:
    """'ok', or what is wrong."""
    try:
        connection.ensure_connection()
    except DatabaseError:
        return "not reachable"
    return "ok"


def migrations() -> str:
    """'ok', or how many are pending."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unknown: no database"
    return f"{len(pending)} pending: run 'manage.py migrate'" if pending else "ok"


def cache_server() -> str:
    """'ok', or what is wrong."""
    try:
        cache.get("readyz")
    except (RedisError, OSError):
        return "not reachable"
    return "ok"


def broker() -> str:
    """'ok', or what is wrong."""
    try:
        with current_app.connection_for_write() as link:
            link.ensure_connection(max_retries=1, timeout=2)
    except (BrokerError, RedisError, OSError):
        return "not reachable"
    return "ok"


PROBES: Final[dict[str, Callable[[], str]]] = {
    "database": database,
    "migrations": migrations,
    "cache": cache_server,
    "broker": broker,
}


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Touches nothing."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when every probe says ok, else 503."""
    findings = {name: probe() for name, probe in PROBES.items()}
    is_ready = all(finding == "ok" for finding in findings.values())
    return JsonResponse({"ready": is_ready, **findings}, status=200 if is_ready else 503)
