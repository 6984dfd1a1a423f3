"""The ground a batch stands on: tables. A fresh installation has none; its embedded database may be given them."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from experiments.errors import NotReady


def make_tables() -> bool:
    """Bring the embedded database up to this code; whether anything was to be done.

    NotReady for a database of somebody's own: there it is their decision when.
    """
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    if settings.DATABASE_URL:
        raise NotReady("The database's tables are not those of this version.", hint="Run: manage.py migrate")
    call_command("migrate", verbosity=0, interactive=False)
    return True
