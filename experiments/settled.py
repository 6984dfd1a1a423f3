"""Up to which id a growing table is complete: for readers that want each row once, in one order.

Ids are given in one order and commit in another. Whoever inserts holds a lock on the table from before it has an id
until it commits; so an id is settled once nobody is left of those who held that lock when it was the highest.
"""

from __future__ import annotations

import time
from typing import Final

from django.db import connection
from django.db.models import Model

PAUSE: Final = 0.02
PATIENCE: Final = 2.0
WRITERS: Final = """SELECT virtualtransaction FROM pg_locks WHERE relation = %s::regclass
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND mode = 'RowExclusiveLock' AND granted AND pid <> pg_backend_pid()"""


def settled_up_to(model: type[Model], *, known: int | None = None, patience: float = PATIENCE) -> int | None:
    """The highest id below which no row can appear any more. None if somebody is inserting for longer than that.

    known: the answer of the last time; if no id was given since, that is all that is asked. Two short queries
    otherwise, and one more for each 20 ms that somebody's transaction lasts.
    """
    highest = _highest(model)
    if highest == known:
        return known
    writers, end = _writers(model), time.monotonic() + patience
    while writers:
        if time.monotonic() > end:
            return None
        time.sleep(PAUSE)
        writers &= _writers(model)
    return highest


def _highest(model: type[Model]) -> int:
    sequence = connection.ops.quote_name(f"{model._meta.db_table}_id_seq")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")  # noqa: S608 (our own name)
        return int(cursor.fetchone()[0])


def _writers(model: type[Model]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS, [model._meta.db_table])
        return {row[0] for row in cursor.fetchall()}
