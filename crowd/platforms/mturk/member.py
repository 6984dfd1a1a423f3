"""Mechanical Turk, whole."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from crowd.platforms.base import Balance, Finding
from crowd.platforms.mturk.client import moment
from crowd.platforms.mturk.kind import MTURK
from crowd.platforms.mturk.people import People
from crowd.platforms.mturk.submissions import Submissions

SKEW: Final = 60.0  # seconds; AWS refuses signatures that are five minutes off


class MTurk(Submissions, People):
    """See `Platform`."""

    kind = MTURK.name
    title = MTURK.title
    abilities = MTURK.abilities

    def balance(self) -> Balance:
        shown = self.client.read(lambda mturk: mturk.get_account_balance())
        on_hold = shown.get("OnHoldBalance")
        return Balance(Decimal(shown["AvailableBalance"]), Decimal(on_hold) if on_hold else None)

    def examine(self) -> tuple[Finding, ...]:
        shown = self.client.read(lambda mturk: mturk.get_account_balance())
        here = datetime.now(UTC)
        self.client.read(lambda mturk: mturk.list_hits(MaxResults=1))
        self.client.read(lambda mturk: mturk.list_qualification_types(MustBeRequestable=False, MaxResults=1))
        return (
            Finding("Credentials", True, "The key is valid."),
            Finding("Permissions", True, "HITs and qualifications may be read."),
            _clock((moment(shown["ResponseMetadata"]) - here).total_seconds()),
            Finding("Balance", True, f"{shown['AvailableBalance']} can be spent."),
        )


def _clock(ahead: float) -> Finding:
    if abs(ahead) <= SKEW:
        return Finding("Clock", True, "This machine's clock agrees with the platform's.")
    return Finding(
        "Clock",
        False,
        f"The platform's clock is {ahead:+.0f} s from this machine's.",
        hint="Set this machine's clock by NTP: AWS refuses signatures that are five minutes off.",
    )
