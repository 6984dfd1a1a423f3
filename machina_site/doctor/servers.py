"""Probes of the servers, and of the programs that work with them."""

import datetime
from typing import Final

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from kombu.exceptions import OperationalError as BrokerError
from redis import RedisError

from machina_site import health, heartbeat
from machina_site.doctor.finding import Finding, fail, ok, warn

OLDEST_POSTGRES: Final = 140_000
CLOCKS_DIFFER: Final = 2.0
HEARTBEAT_OLD: Final = 60.0
START: Final = "Start Machina: './machina demo', or './machina manage migrate' for the servers alone."


def database() -> Finding:
    """Reachable, and new enough."""
    where = _place(settings.DATABASE_URL, "embedded")
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        advice = "Check DATABASE_URL." if settings.DATABASE_URL else START
        return fail("database", f"{where}: {_first_line(error)}", advice)
    number = connection.cursor().connection.server_version
    says = f"{where}: PostgreSQL {number // 10_000}.{number % 10_000}"
    if number < OLDEST_POSTGRES:
        return fail("database", says, "Machina needs PostgreSQL 14 or newer.")
    return ok("database", says)


def migrations() -> Finding:
    """Do the tables fit the code?"""
    says = health.migrations()
    return ok("tables", "up to date") if says == "ok" else fail("tables", says, "Run './machina manage migrate'.")


def database_clock() -> Finding:
    """Leases are compared across the two."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs: datetime.datetime = cursor.fetchone()[0]
    except DatabaseError:
        return warn("database clock", "unknown: no database", START)
    seconds = abs((datetime.datetime.now(datetime.UTC) - theirs).total_seconds())
    if seconds > CLOCKS_DIFFER:
        return warn("database clock", f"{seconds:.1f} s from ours", "Synchronise both clocks (NTP).")
    return ok("database clock", f"{seconds * 1000:.0f} ms from ours")


def redis() -> Finding:
    """The cache and the queue."""
    where = _place(settings.REDIS_URL, "embedded")
    try:
        cache.set("doctor", "1", timeout=5)
    except (RedisError, OSError) as error:
        advice = "Check REDIS_URL." if settings.REDIS_URL else START
        return fail("redis", f"{where}: {_first_line(error)}", advice)
    return ok("redis", f"{where}: answers")


def worker() -> Finding:
    """Does a Celery worker answer a ping?"""
    try:
        answers = current_app.control.ping(timeout=1.5)
    except (BrokerError, RedisError, OSError):
        return fail("worker", "unknown: no queue", "Mend redis first.")
    if not answers:
        return fail("worker", "none answers", "Start './machina demo', or: celery -A machina_site.celery worker")
    return ok("worker", f"{len(answers)} answering: {', '.join(name for answer in answers for name in answer)}")


def beat() -> Finding:
    """Were periodic tasks sent and carried out lately?"""
    try:
        seconds = heartbeat.seconds_since()
    except (RedisError, OSError):
        return fail("beat", "unknown: no cache", "Mend redis first.")
    if seconds is None or seconds > HEARTBEAT_OLD:
        says = "no periodic task within a day" if seconds is None else f"last periodic task {seconds:.0f} s ago"
        return fail("beat", says, "Start './machina demo', or: celery -A machina_site.celery beat")
    return ok("beat", f"last periodic task {seconds:.0f} s ago")


def _place(url: str, default: str) -> str:
    """Where, without the password."""
    return url.rsplit("@", 1)[-1] if url else default


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
