"""One at a time, without waiting: whoever comes second leaves."""

from __future__ import annotations

from django.db import connection


def try_lock(kind: int, pk: int) -> bool:
    """PostgreSQL's advisory lock of that kind and row until the transaction ends; False if somebody holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [kind, pk])
        return bool(cursor.fetchone()[0])
