"""The front's connection to the database, which no request of Django's begins or ends."""

from __future__ import annotations

import time

from django.db import DEFAULT_DB_ALIAS, connections


def renew_link() -> None:
    """What Django does between two requests, without a question to the database. Before whatever asks it."""
    link = connections[DEFAULT_DB_ALIAS]
    if link.close_at is not None and time.monotonic() >= link.close_at and not link.in_atomic_block:
        link.close()
