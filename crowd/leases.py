"""Leases: a column of a row says until when somebody is at it. Who lost theirs writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Model, Q


@dataclass(frozen=True, slots=True)
class Lease:
    """column: a time, or null while nobody is at the row. length: after which a row whose holder died comes back."""

    column: str
    length: timedelta

    def is_free(self, now: datetime) -> Q:
        """Rows that nobody is at."""
        return Q(**{f"{self.column}__isnull": True}) | Q(**{f"{self.column}__lte": now})

    def hold(self, row: Model, until: datetime | None, **columns: object) -> bool:
        """Write columns and hold it until then, or no longer. False: it was ours no more, and nothing is written."""
        held = type(row)._default_manager.filter(pk=row.pk, **{self.column: getattr(row, self.column)})
        written = {self.column: until, **columns}
        if not held.update(**written):
            return False
        for name, value in written.items():
            setattr(row, name, value)
        return True


PURSUED: Final = Lease("leased_until", timedelta(seconds=150))
"""Of a row for which a platform is called: above the longest call with its retries."""
READ: Final = Lease("polling_until", timedelta(seconds=180))
"""Of an account that is read: renewed after each page."""
