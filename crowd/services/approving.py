"""What a person lets go out: looked at as a plan, confirmed by total and digest, approved as a whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction

from crowd.errors import NotConfirmed
from crowd.models import Campaign, Obligation, Payment
from crowd.paying.cost import ZERO, Cost
from crowd.paying.hourly import ArmPay
from crowd.platforms import NOT_READ
from crowd.querysets import PAYABLE, paid_there
from crowd.reads.fees import with_fee
from crowd.reads.hourly import Person, lines_of, people_of
from crowd.reconcile.words import PaymentState
from crowd.services.campaigns import lock
from crowd.services.obligations import debt_to, last_numbers, owe_many
from crowd.services.payments import approve_payments, cost_of


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What somebody typed and looked at."""

    total: Decimal
    sha256: str
    by: User


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """Planned payments that would go out, base pay left out: approving the work pays that."""

    payments: tuple[Payment, ...]

    @property
    def total(self) -> Decimal:
        """With fees."""
        return sum((cost_of(each).total for each in self.payments), ZERO)

    @property
    def sha256(self) -> str:
        """Of which payments, and how much each."""
        return _digest(f"{each.uuid}={cost_of(each).total}" for each in self.payments)


@dataclass(frozen=True, slots=True)
class TopUpPlan:
    """lines: the arms below the fair hourly pay. people: who of them can be paid. each: by arm, with the fee."""

    lines: tuple[ArmPay, ...]
    people: tuple[Person, ...]
    each: dict[str, Cost]

    @property
    def total(self) -> Decimal:
        """With fees."""
        return sum((self.each[person.arm].total for person in self.people), ZERO)

    @property
    def sha256(self) -> str:
        """Of who gets how much."""
        return _digest(f"{person.submission.uuid}={self.each[person.arm].total}" for person in self.people)


def plan_of_payments(campaign: Campaign) -> PaymentPlan:
    """What is owed and approved by nobody, and a platform can pay through us. One query."""
    if campaign.account.platform in NOT_READ:
        return PaymentPlan(())
    rows = Payment.objects.filter(obligation__campaign=campaign, state=PaymentState.PLANNED)
    rows = rows.exclude(obligation__kind=Obligation.Kind.BASE).exclude(paid_there())
    rows = rows.select_related("obligation__submission")
    return PaymentPlan(tuple(rows.order_by("pk")))


@transaction.atomic
def approve_plan(campaign: Campaign, confirmed: Confirmed, *, at: datetime) -> int:
    """All of it; how many. NotConfirmed if it is no longer what was looked at; BudgetExceeded, and none is approved."""
    lock(campaign)
    plan = plan_of_payments(campaign)
    require_confirmed(confirmed, plan.total, plan.sha256)
    return approve_payments([each.pk for each in plan.payments], by=confirmed.by, at=at)


def plan_of_top_up(campaign: Campaign) -> TopUpPlan:
    """What would bring every arm up to the fair hourly pay. Two queries."""
    people = people_of(campaign)
    low = tuple(line for line in lines_of(campaign, people) if line.short > 0)
    each = {line.arm: with_fee(campaign, line.short) for line in low}
    paid = tuple(one for one in people if one.arm in each and one.submission.observed in PAYABLE)
    return TopUpPlan(low, paid, each)


@transaction.atomic
def top_up_pay(campaign: Campaign, confirmed: Confirmed, *, at: datetime) -> int:
    """Owe and approve it for each of them; how many. Refusals as for `approve_plan`; a second click is one of them."""
    lock(campaign)
    plan = plan_of_top_up(campaign)
    require_confirmed(confirmed, plan.total, plan.sha256)
    reason = "The work took longer than we had thought: this brings your pay up to what is fair."
    numbers = last_numbers(campaign, Obligation.Kind.TOP_UP)
    debts = [
        debt_to(
            person.submission,
            Obligation.Kind.TOP_UP,
            plan.each[person.arm].amount,
            reason=reason,
            number=numbers.get(person.submission.participant_id, 0) + 1,
        )
        for person in plan.people
    ]
    owed = owe_many(debts, at=at)
    return approve_payments([each.pk for each in owed], by=confirmed.by, at=at)


def require_confirmed(confirmed: Confirmed, total: Decimal, sha256: str) -> None:
    """NotConfirmed unless that total and digest were typed and looked at."""
    if not total:
        raise NotConfirmed("There is nothing to pay.", hint="Look at the page again: it may be done already.")
    if confirmed.sha256 != sha256:
        raise NotConfirmed("It has changed since you looked at it: nothing was done.", hint="Look at it again.")
    if confirmed.total != total:
        raise NotConfirmed(f"It comes to {total}, not to {confirmed.total}: nothing was done.", hint="Type the total.")


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
