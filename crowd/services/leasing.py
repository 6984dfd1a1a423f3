"""Take up rows that are to be brought on, note how the call went, give them back. One place for all that is pursued.

A row is taken and that is committed before the platform is called. The lease is the fence: who lost it writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import F, QuerySet

from crowd.errors import NeedsOperator, PlatformError, PlatformUnavailable
from crowd.leases import PURSUED
from crowd.models.pursued import Pursued
from crowd.reconcile.pace import OPERATORS_WAIT, wait_after

Row = TypeVar("Row", bound=Pursued)


@transaction.atomic
def take(rows: QuerySet[Row], *, now: datetime, most: int = 1, also: Mapping[str, object] | None = None) -> list[Row]:
    """Take up at most so many rows that nobody is at; each goes to one caller only. also: columns written with it.

    rows: those that are due; `also` is committed with the lease, before any call: what is sent is known as sent.
    """
    until = now + PURSUED.length
    locked = list(rows.select_for_update(skip_locked=True, of=("self",), no_key=True)[:most])
    written: dict[str, object] = {"leased_until": until, **(also or {})}
    _table(rows).filter(pk__in=[row.pk for row in locked]).update(attempts=F("attempts") + 1, **written)
    for row in locked:
        row.attempts += 1
        for name, value in written.items():
            setattr(row, name, value)
    return locked


def went_well(row: Pursued, **columns: object) -> bool:
    """Give it back after a call that went well, with what is known now. False: it was no longer ours."""
    return give_back(row, attempts=0, retry_at=None, tried_at=None, trouble="", refused="", **columns)


def went_wrong(row: Pursued, error: PlatformError, *, now: datetime, chance: float, **columns: object) -> bool:
    """Give it back after an error: to be tried later, or, where the platform will say the same again, not at all.

    Only after PlatformUnavailable the effect stays unknown (`tried_at` stays). False: it was no longer ours.
    """
    said = error.message[:500]
    if isinstance(error, PlatformUnavailable):
        wait = wait_after(max(row.attempts, 1), chance=chance, retry_after=error.retry_after)
        return give_back(row, retry_at=now + wait, trouble=said, **columns)
    if isinstance(error, NeedsOperator):
        return give_back(row, retry_at=now + OPERATORS_WAIT, trouble=said, tried_at=None, **columns)
    return give_back(row, retry_at=None, trouble=said, tried_at=None, refused=row.asked, **columns)


def give_back(row: Pursued, **columns: object) -> bool:
    """Write columns and end the lease, if it is still ours. False: it ran out and somebody else may be at it."""
    return PURSUED.hold(row, None, **columns)


def renew(row: Pursued, *, now: datetime, **columns: object) -> bool:
    """Write columns and keep it for another call, if it is still ours. False: somebody else may be at it."""
    return PURSUED.hold(row, now + PURSUED.length, **columns)


def try_again(rows: QuerySet[Row]) -> int:
    """Forget that it was refused or has to wait: a person says that it may go well now. How many rows."""
    stuck = rows.exclude(refused="") | rows.exclude(retry_at=None)
    return _table(rows).filter(pk__in=stuck.values("pk")).update(refused="", retry_at=None, attempts=0)


def _table(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.model._default_manager.all()
