"""One moment of the database for everything that a download reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

CHUNK = 2000
"""Rows that a server-side cursor hands over at a time."""


@contextmanager
def snapshot() -> Iterator[None]:
    """Inside, every query sees the same moment, so counts and rows agree. Inside another transaction: that one's."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
