"""How payments move: planned > approved > sending > confirmed | unknown | failed. What may have left is not cancelled.

Approving holds the money, out of what is held for that person and their posting first. Confirming spends it.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from crowd.events import CrowdEvent, record
from crowd.models import Obligation, Payment, Submission
from crowd.paying.cost import Cost
from crowd.reconcile.words import PaymentState
from crowd.services.budgets import Booking, release_all, reserve, spend
from crowd.services.holds import hold_of_claim, hold_of_payment, hold_of_posting
from experiments.errors import IllegalTransition

FROM: dict[str, tuple[str, ...]] = {
    PaymentState.APPROVED: (PaymentState.PLANNED, PaymentState.FAILED, PaymentState.UNKNOWN),
    PaymentState.SENDING: (PaymentState.APPROVED, PaymentState.UNKNOWN),
    PaymentState.CONFIRMED: (
        PaymentState.PLANNED,
        PaymentState.APPROVED,
        PaymentState.SENDING,
        PaymentState.UNKNOWN,
        PaymentState.FAILED,
        PaymentState.CANCELLED,
    ),
    PaymentState.UNKNOWN: (PaymentState.SENDING,),
    PaymentState.FAILED: (PaymentState.SENDING, PaymentState.UNKNOWN),
    PaymentState.CANCELLED: (PaymentState.PLANNED, PaymentState.APPROVED, PaymentState.FAILED),
}
"""state > what it may follow. One that may have left is never cancelled; that it was paid is a fact at any time."""


def locked(payment: Payment) -> Payment:
    """The row as it is now, for whoever moves it."""
    rows = Payment.objects.select_related("obligation__campaign__experiment__study", "obligation__submission__posting")
    return rows.select_for_update(of=("self",)).get(pk=payment.pk)


def cost_of(payment: Payment) -> Cost:
    """What it takes from the budget."""
    return Cost(payment.obligation.amount, payment.fee)


@transaction.atomic
def approve_payment(payment: Payment, *, by: User | None, at: datetime) -> Payment:
    """Let it be sent. Approved or further already: nothing changes. BudgetExceeded: it stays planned."""
    payment = locked(payment)
    if payment.state not in (PaymentState.PLANNED, PaymentState.FAILED):
        return payment
    reserve(_booking(payment), at=at, out_of=_holds_behind(payment))
    payment.approved_by, payment.approved_at = by, at
    payment.retry_at, payment.trouble, payment.attempts = None, "", 0
    return move(payment, PaymentState.APPROVED, at=at)


@transaction.atomic
def cancel_payment(payment: Payment, *, at: datetime) -> Payment:
    """We do not owe it after all. IllegalTransition if it was sent, or may have been; its hold is free."""
    payment = locked(payment)
    if payment.state == PaymentState.CANCELLED:
        return payment
    move(payment, PaymentState.CANCELLED, at=at)
    release_all(payment.obligation.campaign, hold_of_payment(payment), at=at)
    return payment


@transaction.atomic
def confirm_payment(payment: Payment, *, at: datetime, external_id: str = "") -> Payment:
    """The platform has paid it: book it as spent. Confirmed already: nothing changes."""
    payment = locked(payment)
    if payment.state == PaymentState.CONFIRMED:
        return payment
    payment.sent_at = payment.sent_at or at
    payment.confirmed_at, payment.external_id = at, external_id or payment.external_id
    payment.retry_at, payment.leased_until, payment.tried_at = None, None, None
    payment.attempts, payment.trouble, payment.refused = 0, "", ""
    move(payment, PaymentState.CONFIRMED, at=at)
    spend(_booking(payment), at=at, out_of=_holds_behind(payment))
    return payment


def confirm_base(submission: Submission, *, at: datetime) -> Payment | None:
    """The platform was seen to have approved a submission, which paid its base: confirm it. None if none is owed."""
    base = Obligation.objects.filter(submission=submission, kind=Obligation.Kind.BASE).first()
    return confirm_payment(base.payment, at=at) if base else None


def _holds_behind(payment: Payment) -> tuple[str, ...]:
    """What is held for the person, then for their posting."""
    submission = payment.obligation.submission
    return (hold_of_claim(submission), hold_of_posting(submission.posting)) if submission else ()


def _booking(payment: Payment) -> Booking:
    obligation = payment.obligation
    return Booking(obligation.campaign, hold_of_payment(payment), cost_of(payment), note=obligation.kind)


def move(payment: Payment, state: PaymentState, *, at: datetime) -> Payment:
    """Write the state and its line in the diary; the row is locked. IllegalTransition says from where to where."""
    if payment.state not in FROM[state]:
        raise IllegalTransition(
            f"A payment that is {payment.state} cannot become {state}.",
            hint="What was sent, or may have been, stays as it is until the platform has said what became of it.",
        )
    before, payment.state = payment.state, state
    payment.save()
    tell(payment, before, at=at)
    return payment


def tell(payment: Payment, before: str, *, at: datetime) -> None:
    """The diary's line of a move."""
    record(
        CrowdEvent.PAYMENT_MOVED,
        payment.obligation.campaign.experiment,
        subject=f"payment:{payment.uuid}",
        at=at,
        payload={"from": before, "to": payment.state, "amount": str(payment.obligation.amount)},
    )
