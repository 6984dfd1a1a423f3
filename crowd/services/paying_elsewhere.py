"""Paid by hand: cash, vouchers, a bank transfer, another account. Somebody says so, of whom, how and when.

For what no platform pays through us: all of a plain link, and elsewhere what has no work to be paid through. Nothing is
called; the money is booked as spent, without a platform's fee.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crowd.errors import NotConfirmed
from crowd.models import Campaign, Obligation, Payment
from crowd.paying.cost import ZERO
from crowd.platforms import NOT_READ
from crowd.querysets import wayless
from crowd.reconcile.words import PaymentState
from crowd.services.approving import Confirmed, require_confirmed
from crowd.services.budgets import release_all
from crowd.services.campaigns import lock
from crowd.services.holds import hold_of_payment
from crowd.services.payments import confirm_payment, locked
from experiments.errors import BadValue

SHORTEST: Final = 3
LONGEST: Final = 200
OPEN: Final = (PaymentState.PLANNED, PaymentState.APPROVED, PaymentState.FAILED)


@dataclass(frozen=True, slots=True)
class ElsewherePlan:
    """Payments that somebody has made, or is about to make, by hand."""

    payments: tuple[Payment, ...]

    @property
    def total(self) -> Decimal:
        """What the people get; nobody takes a fee."""
        return sum((each.obligation.amount for each in self.payments), ZERO)

    @property
    def sha256(self) -> str:
        """Of which payments, and how much each."""
        lines = sorted(f"{each.uuid}={each.obligation.amount}" for each in self.payments)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def open_elsewhere(campaign: Campaign) -> QuerySet[Payment]:
    """What is owed and can only be paid by hand, the oldest first; nothing of it was ever sent."""
    rows = Payment.objects.filter(obligation__campaign=campaign, state__in=OPEN, sent_at=None)
    rows = rows.select_related("obligation__participant", "obligation__submission").order_by("pk")
    if campaign.account.platform in NOT_READ:
        return rows
    return rows.exclude(obligation__kind=Obligation.Kind.BASE).filter(wayless())


def plan_elsewhere(campaign: Campaign, chosen: Collection[UUID] = ()) -> ElsewherePlan:
    """Those that are chosen, or all. One query."""
    rows = open_elsewhere(campaign)
    return ElsewherePlan(tuple(rows.filter(uuid__in=chosen) if chosen else rows))


@transaction.atomic
def pay_elsewhere(
    campaign: Campaign, confirmed: Confirmed, how: str, *, at: datetime, chosen: Collection[UUID] = ()
) -> int:
    """Mark them as paid; how many. NotConfirmed if they are not what was looked at; a second click is one of them."""
    how = how.strip()
    if not SHORTEST <= len(how) <= LONGEST:
        raise BadValue(f"Say how they were paid, in {SHORTEST} to {LONGEST} characters.", hint="Vouchers by e-mail.")
    lock(campaign)
    plan = plan_elsewhere(campaign, chosen)
    require_confirmed(confirmed, plan.total, plan.sha256)
    for each in plan.payments:
        _mark(each, confirmed, how, at=at)
    return len(plan.payments)


def _mark(payment: Payment, confirmed: Confirmed, how: str, *, at: datetime) -> None:
    payment = locked(payment)
    if payment.state not in OPEN or payment.sent_at:  # a worker was faster: it has work to be paid through by now
        raise NotConfirmed("It has changed since you looked at it: nothing was done.", hint="Look at it again.")
    payment.elsewhere, payment.fee = how, ZERO
    payment.approved_by, payment.approved_at = confirmed.by, at
    payment.save(update_fields=["elsewhere", "fee", "approved_by", "approved_at"])
    payment = confirm_payment(payment, at=at)
    release_all(payment.obligation.campaign, hold_of_payment(payment), at=at)  # the platform's fee was held with it
