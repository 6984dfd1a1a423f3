"""What a kind of row has to say for itself to be carried out."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, TypeVar

from django.db.models import QuerySet

from crowd.models import Account, Campaign
from crowd.models.pursued import Pursued
from crowd.platforms.base import Platform
from crowd.reconcile.actions import Action

Row = TypeVar("Row", bound=Pursued)


class Pursuit(Protocol[Row]):
    """One kind: postings, submissions."""

    def due(self, account: Account, now: datetime) -> QuerySet[Row]:
        """Those that may need a call, most urgent first."""
        ...

    def campaign_of(self, row: Row) -> Campaign:
        """On whose behalf it is called."""
        ...

    def action(self, row: Row, now: datetime) -> Action:
        """What the table says."""
        ...

    def call(self, platform: Platform, row: Row, action: Action, now: datetime) -> dict[str, object]:
        """Make the one call; the columns that are known after it. Typed errors."""
        ...

    def tell(self, before: Row, columns: dict[str, object], now: datetime) -> None:
        """The diary, and what follows from it; in the transaction that writes the columns."""
        ...
