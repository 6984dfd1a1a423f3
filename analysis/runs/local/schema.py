"""The tables that a batch needs. A fresh installation has none; its embedded database may be given them."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from experiments.errors import NotReady

LOCK: Final = 0x7461626C6573  # "tables"


def make_tables() -> bool:
    """Bring the embedded database up to this code; whether anything was to be done.

    NotReady for a database of somebody's own: there it is their decision when.
    """
    if not _is_behind():
        return False
    if settings.DATABASE_URL:
        raise NotReady("The database's tables are not those of this version.", hint="Run: manage.py migrate")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # of two that come first, one waits for the other
        try:
            if _is_behind():
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return True


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
