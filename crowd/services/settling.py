"""Bring the money into line with what was seen: owe, confirm, call off, approve by rule, set free.

A sweep. Each step twice is as good as once, and what one sweep does not reach the next one does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from crowd.errors import BudgetExceeded
from crowd.models import Obligation, Payment, Submission
from crowd.reads.settling import (
    PAID_BY_SIGHT,
    approved_there,
    done_and_not_owed,
    finished_with_money,
    gone_there,
    handed_in_after_all,
    held_back,
    payable_for,
    rejected_there,
    ruled,
    uncovered,
    waiting_for_work,
)
from crowd.reconcile.words import PaymentState
from crowd.services.covering import cover_all
from crowd.services.holds import give_back_claim, settle_claim
from crowd.services.obligations import Debt, attach, next_number, owe
from crowd.services.owing import owe_for_work
from crowd.services.payments import approve_payment, cancel_payment, confirm_payment, locked, plan_again
from experiments.errors import IllegalTransition

MOST: Final = 500
FOR_BUDGET: Final = timedelta(minutes=5)
"""So long a payment that the budget has no room for is not asked about again."""
Row = TypeVar("Row", bound=Model)
Step = Callable[[datetime], int]


def settle_money(*, now: datetime) -> Counter[str]:
    """One sweep over all campaigns; how much each step did."""
    return Counter({name: step(now) for name, step in STEPS.items()})


def owe_for_all(now: datetime) -> int:
    """Who completed, or was approved, and is not owed yet."""
    return _each(done_and_not_owed(), lambda row: owe_for_work(row, at=now))


def confirm_approved(now: datetime) -> int:
    """The platform pays by approving: what it was seen to approve is paid."""
    return _each(approved_there(), lambda row: _confirm(row, now))


def call_off_rejected(now: datetime) -> int:
    """Whose work was rejected is paid neither base nor bonus."""
    return _each(rejected_there(), lambda row: cancel_payment(row, at=now))


def take_back_compensations(now: datetime) -> int:
    """Compensated for a place that was not lost: approving what was handed in pays it, and nothing else does."""
    return _each(handed_in_after_all(), lambda row: _take_back(row, now))


def compensate_gone(now: datetime) -> int:
    """Done here, and the place was lost there: approval can never pay it, so it is owed as a compensation."""
    return _each(gone_there(), lambda row: _compensate(row, now))


def pass_on(now: datetime) -> int:
    """What cannot be paid through its own place goes through other work of the same person, once there is some."""
    return _each(waiting_for_work(), _attach)


def approve_by_rule(now: datetime) -> int:
    """In campaigns whose confirmed terms approve by rule, what follows from the terms is approved."""
    return _each(ruled(now), lambda row: _approve(row, now))


def set_free(now: datetime) -> int:
    """What is held for people of whom nothing is open any more; a place that was returned is its posting's again."""
    returned = _each(held_back(), lambda row: give_back_claim(row, at=now))
    return returned + _each(finished_with_money(), lambda row: settle_claim(row, at=now))


def cover_work(now: datetime) -> int:
    """Work that was handed in and for whose reward nothing is held; where the budget has no room, it waits."""
    return cover_all(uncovered()[:MOST], at=now)


STEPS: Final[dict[str, Step]] = {
    "owed": owe_for_all,
    "confirmed": confirm_approved,
    "called off": call_off_rejected,
    "taken back": take_back_compensations,
    "covered": cover_work,
    "compensated": compensate_gone,
    "passed on": pass_on,
    "approved by rule": approve_by_rule,
    "set free": set_free,
}


def _each(rows: QuerySet[Row], deed: Callable[[Row], object]) -> int:
    """Do it for each, in a transaction of its own; how many."""
    found = list(rows[:MOST])
    return sum(_is_done(row, deed) for row in found)


def _is_done(row: Row, deed: Callable[[Row], object]) -> bool:
    """Not if it was moved on since it was found: the next sweep sees it as it is, and nobody else has to wait."""
    try:
        with transaction.atomic():
            deed(row)
    except IllegalTransition:
        return False
    return True


def _confirm(payment: Payment, now: datetime) -> None:
    """The base is confirmed; a part of it that was planned instead is not owed beside the whole."""
    obligation = payment.obligation
    if obligation.number == 1:
        _point_at_what_was_approved(obligation)
    confirm_payment(payment, at=now)
    if obligation.kind != Obligation.Kind.BASE or obligation.number > 1:
        return  # the cents of a posting that pays a compensation take nothing away from it
    lesser = (Obligation.Kind.PARTIAL, Obligation.Kind.SCREEN_OUT, Obligation.Kind.COMPENSATION)
    planned = Payment.objects.filter(
        obligation__campaign=obligation.campaign_id,
        obligation__participant=obligation.participant_id,
        obligation__kind__in=lesser,
        state__in=(PaymentState.PLANNED, PaymentState.APPROVED),
        sent_at=None,
    )
    _cancel_all(planned, now)


def _point_at_what_was_approved(obligation: Obligation) -> None:
    """Somebody came again: the place that was approved is the one that pays, out of what is held for it."""
    mine = Submission.objects.filter(posting__campaign=obligation.campaign_id, participant=obligation.participant_id)
    approved = mine.filter(observed=PAID_BY_SIGHT[Obligation.Kind(obligation.kind)]).order_by("pk")
    if obligation.submission is None or not approved.filter(pk=obligation.submission.pk).exists():
        Obligation.objects.filter(pk=obligation.pk).update(submission=approved.first())


def _compensate(payment: Payment, now: datetime) -> None:
    base = locked(payment).obligation
    if base.payment.state not in (PaymentState.PLANNED, PaymentState.APPROVED):
        return  # somebody was quicker
    reason = "You finished, and it could not be handed in: this is your reward."
    kind = Obligation.Kind.COMPENSATION
    number = next_number(base.campaign, base.participant, kind)
    owe(Debt(base.campaign, base.participant, kind, base.amount, reason, number), at=now)
    cancel_payment(payment, at=now)


def _take_back(compensation: Payment, now: datetime) -> None:
    cancel_payment(compensation, at=now)
    owed = compensation.obligation
    base = Payment.objects.get(
        obligation__campaign=owed.campaign_id,
        obligation__participant=owed.participant_id,
        obligation__kind=Obligation.Kind.BASE,
        obligation__number=1,
    )
    plan_again(base, at=now)


def _cancel_all(payments: Iterable[Payment], now: datetime) -> None:
    for payment in payments:
        cancel_payment(payment, at=now)


def _attach(obligation: Obligation) -> None:
    submission = payable_for(obligation)
    if submission is not None:
        attach(obligation, submission)


def _approve(payment: Payment, now: datetime) -> None:
    try:
        approve_payment(payment, by=None, at=now)
    except BudgetExceeded:  # it stays planned, and lets others be looked at; the money page says for what it waits
        Payment.objects.filter(pk=payment.pk).update(retry_at=now + FOR_BUDGET)
