"""How payments move: planned > approved > sending > confirmed | unknown | failed. What may have left is not cancelled.

Approving holds the money, out of what is held for that person and their posting first. Confirming spends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from crowd.events import CrowdEvent
from crowd.models import Obligation, Payment, Submission
from crowd.paying.cost import Cost
from crowd.paying.rules import screen_out_there
from crowd.reads.campaigns import terms_of
from crowd.reconcile.words import PaymentState
from crowd.services.budgets import Booking, release_all, reserve_many, spend
from crowd.services.holds import hold_of_claim, hold_of_payment, hold_of_plan, hold_of_posting
from crowd.services.obligations import Debt, next_number, owe
from experiments.errors import IllegalTransition
from experiments.models import Event

FROM: dict[str, tuple[str, ...]] = {
    PaymentState.PLANNED: (PaymentState.CANCELLED,),
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


APPROVING: Final = ("state", "approved_by", "approved_at", "retry_at", "trouble", "attempts")


def locked(payment: Payment) -> Payment:
    """The row as it is now, for whoever moves it."""
    return _joined().get(pk=payment.pk)


def cost_of(payment: Payment) -> Cost:
    """What it takes from the budget."""
    return Cost(payment.obligation.amount, payment.fee)


def approve_payment(payment: Payment, *, by: User | None, at: datetime) -> Payment:
    """Let it be sent. Approved or further already: nothing changes. BudgetExceeded: it stays planned."""
    approve_payments([payment.pk], by=by, at=at)
    payment.refresh_from_db()
    return payment


@transaction.atomic
def approve_payments(pks: Sequence[int], *, by: User | None, at: datetime) -> int:
    """The same for many of one study, all of them or none; how many were. As many queries as for one."""
    rows = _joined().filter(pk__in=pks, state__in=(PaymentState.PLANNED, PaymentState.FAILED))
    payments = list(rows.order_by("pk"))
    reserve_many([(_booking(each), _holds_behind(each)) for each in payments], at=at)
    lines = []
    for payment in payments:
        before, payment.state = payment.state, PaymentState.APPROVED
        payment.approved_by, payment.approved_at = by, at
        payment.retry_at, payment.trouble, payment.attempts = None, "", 0
        lines.append(line_of(payment, before, at=at))
    Payment.objects.bulk_update(payments, APPROVING, batch_size=500)
    Event.objects.bulk_create(lines, batch_size=500)
    return len(payments)


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
def plan_again(payment: Payment, *, at: datetime) -> Payment:
    """What was called off is owed after all. Planned or further: nothing changes."""
    payment = locked(payment)
    return move(payment, PaymentState.PLANNED, at=at) if payment.state == PaymentState.CANCELLED else payment


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
    was_called_off = payment.state == PaymentState.CANCELLED
    move(payment, PaymentState.CONFIRMED, at=at)
    spend(_booking(payment), at=at, out_of=_holds_behind(payment))
    if was_called_off and payment.obligation.kind == Obligation.Kind.BASE:
        _owe_bonus_again(payment.obligation, at=at)
    return payment


def _owe_bonus_again(base: Obligation, *, at: datetime) -> None:
    """The work counts after all: what was called off with it is owed anew, for a person to approve."""
    campaign, participant, kind = base.campaign, base.participant, Obligation.Kind.BONUS
    mine = campaign.obligations.filter(participant=participant, kind=kind)
    for lost in mine.filter(payment__state=PaymentState.CANCELLED, payment__sent_at=None).order_by("number"):
        number = next_number(campaign, participant, kind)
        owe(Debt(campaign, participant, kind, lost.amount, lost.reason, number, lost.submission), at=at)


def confirm_base(submission: Submission, *, at: datetime) -> Payment | None:
    """The platform was seen to have approved a submission, which paid its base: confirm it. None if none is owed."""
    base = Obligation.objects.filter(submission=submission, kind=Obligation.Kind.BASE).first()
    return confirm_payment(base.payment, at=at) if base else None


def _holds_behind(payment: Payment) -> tuple[str, ...]:
    """What is held for the person, then for their posting; for screen-outs that the platform pays, theirs first."""
    obligation, submission = payment.obligation, payment.obligation.submission
    is_slot = obligation.kind == Obligation.Kind.SCREEN_OUT and screen_out_there(terms_of(obligation.campaign))
    first = (hold_of_plan(obligation.campaign),) if is_slot else ()
    return (*first, *((hold_of_claim(submission), hold_of_posting(submission.posting)) if submission else ()))


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
    line_of(payment, before, at=at).save()


def line_of(payment: Payment, before: str, *, at: datetime) -> Event:
    """The same, not yet written."""
    return Event(
        kind=CrowdEvent.PAYMENT_MOVED,
        experiment=payment.obligation.campaign.experiment,
        subject=f"payment:{payment.uuid}",
        at=at,
        payload={"from": before, "to": payment.state, "amount": str(payment.obligation.amount)},
    )


def _joined() -> QuerySet[Payment]:
    """Locked, with all that moving them needs."""
    rows = Payment.objects.select_related("obligation__campaign__experiment__study", "obligation__submission__posting")
    return rows.select_for_update(of=("self",), no_key=True)
