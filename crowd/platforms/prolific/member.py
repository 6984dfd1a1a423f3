"""Prolific, whole."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from crowd.platforms.base import Balance, Finding
from crowd.platforms.prolific.client import moment
from crowd.platforms.prolific.kind import PROLIFIC
from crowd.platforms.prolific.people import People
from crowd.platforms.prolific.sights import number
from crowd.platforms.prolific.submissions import Submissions

SKEW: Final = 120.0  # seconds; webhooks of another time are refused


class Prolific(Submissions, People):
    """See `Platform`."""

    kind = PROLIFIC.name
    title = PROLIFIC.title
    abilities = PROLIFIC.abilities

    def balance(self) -> Balance:
        shown = self.client.read(f"workspaces/{self._workspace()}/balance")
        available, total = _pounds(number(shown, "available_balance")), _pounds(number(shown, "total_balance"))
        return Balance(available, max(total - available, Decimal(0)))

    def examine(self) -> tuple[Finding, ...]:
        reply = self.client.reply("users/me")
        here = datetime.now(UTC)
        self.client.read("studies", limit=1, offset=0)
        free = self.balance().available
        return (
            Finding("Credentials", True, "The token is valid."),
            Finding("Permissions", True, "Studies may be read."),
            _clock((moment(reply) - here).total_seconds()),
            Finding("Balance", True, f"{free} can be spent."),
        )

    def _workspace(self) -> str:
        said = self.link.options.get("workspace")
        return said if isinstance(said, str) and said else super()._workspace()


def _clock(ahead: float) -> Finding:
    if abs(ahead) <= SKEW:
        return Finding("Clock", True, "This machine's clock agrees with the platform's.")
    return Finding(
        "Clock",
        False,
        f"The platform's clock is {ahead:+.0f} s from this machine's.",
        hint="Set this machine's clock by NTP: webhooks of another time are refused.",
    )


def _pounds(pence: int) -> Decimal:
    return (Decimal(pence) / 100).quantize(Decimal("0.01"))
