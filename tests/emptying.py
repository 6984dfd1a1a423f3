"""How the database is emptied after a test that committed: only the tables that hold something.

Django's way truncates every table, of which we have more than a hundred, and then writes each content type and each
permission again. What ``migrate`` itself has written is the same after every test: it stays.
"""

from __future__ import annotations

from typing import Final

from django.db import connections
from django.test import TransactionTestCase

STAYS: Final = ("django_migrations", "django_content_type", "auth_permission")
WRITTEN: Final = """
SELECT quote_ident(relname) FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
AND relname <> ALL(%s) AND pg_relation_size(oid) > 0
"""


def empty_tables(case: TransactionTestCase) -> None:
    """In place of Django's flush. A table that points at an emptied one is emptied too."""
    for name in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]  # of Django's tests
        with connections[name].cursor() as cursor:
            cursor.execute(WRITTEN, [list(STAYS)])
            written = [table for (table,) in cursor.fetchall()]
            if written:
                cursor.execute(f"TRUNCATE {', '.join(written)} CASCADE")
