"""What we owe people: written down once, whatever is said how often, and planned to be paid under one token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from crowd.errors import OwedOtherwise
from crowd.events import CrowdEvent
from crowd.models import Campaign, Obligation, Payment, Submission
from crowd.paying.keys import reference_of, token_of
from crowd.reads.campaigns import terms_of
from crowd.reads.fees import with_fee
from experiments.models import Event
from participants.models import Participant


@dataclass(frozen=True, slots=True)
class Debt:
    """One thing owed to one person. (campaign, participant, kind, number) is its key. reason: as the person is told.

    submission: through which it is to be paid; None if it is to wait for one.
    """

    campaign: Campaign
    participant: Participant
    kind: str
    amount: Decimal
    reason: str = ""
    number: int = 1
    submission: Submission | None = None


def debt_to(submission: Submission, kind: str, amount: Decimal, *, reason: str = "", number: int = 1) -> Debt:
    """Owed to whoever holds that submission, and paid through it."""
    return Debt(submission.posting.campaign, submission.participant, kind, amount, reason, number, submission)


@transaction.atomic
def owe(debt: Debt, *, at: datetime) -> Obligation:
    """Write it down with its planned payment. Owed already: that one, or OwedOtherwise at another amount.

    Nothing is spent: whoever approves the payment spends (crowd.services.payments).
    """
    obligation, is_new = Obligation.objects.get_or_create(
        campaign=debt.campaign,
        participant=debt.participant,
        kind=debt.kind,
        number=debt.number,
        defaults={
            "submission": debt.submission,
            "amount": debt.amount,
            "reason": debt.reason,
            "created_at": at,
        },
    )
    if is_new:
        _plan(obligation, at=at)
    elif obligation.amount != debt.amount:
        raise OwedOtherwise(
            f"{obligation.get_kind_display()} number {debt.number} is owed already: {obligation.amount}, "
            f"not {debt.amount}.",
            hint="What is owed never changes. Owe the rest under the next number.",
        )
    return obligation


def last_numbers(campaign: Campaign, kind: str) -> dict[int, int]:
    """Person > the highest number under which that kind is owed to them. One query."""
    rows = campaign.obligations.filter(kind=kind).order_by().values_list("participant")
    return dict(rows.annotate(last=Max("number")))


@transaction.atomic
def owe_many(debts: Sequence[Debt], *, at: datetime) -> list[Payment]:
    """Things that are owed to nobody yet, in three statements; IntegrityError if one is. Their planned payments."""
    obligations = Obligation.objects.bulk_create([_obligation(each, at=at) for each in debts], batch_size=500)
    payments = Payment.objects.bulk_create([_payment(each) for each in obligations], batch_size=500)
    Event.objects.bulk_create([_line(each, at=at) for each in payments], batch_size=500)
    return payments


def next_number(campaign: Campaign, participant: Participant, kind: str) -> int:
    """Under which another thing of that kind would be owed. Not a lock: two who ask at once get the same."""
    last = campaign.obligations.filter(participant=participant, kind=kind).order_by("-number").first()
    return last.number + 1 if last else 1


def attach(obligation: Obligation, submission: Submission) -> Obligation:
    """Pay it through this submission of the same person. What was sent already keeps its own."""
    waiting = Obligation.objects.filter(
        pk=obligation.pk, participant=submission.participant, payment__state__in=("planned", "approved")
    )
    waiting.filter(payment__sent_at=None).update(submission=submission)
    obligation.refresh_from_db(fields=["submission"])
    return obligation


def _plan(obligation: Obligation, *, at: datetime) -> Payment:
    payment = _payment(obligation)
    payment.save()
    _line(payment, at=at).save()
    return payment


def _obligation(debt: Debt, *, at: datetime) -> Obligation:
    return Obligation(
        campaign=debt.campaign,
        participant=debt.participant,
        kind=debt.kind,
        number=debt.number,
        submission=debt.submission,
        amount=debt.amount,
        reason=debt.reason,
        created_at=at,
    )


def _payment(obligation: Obligation) -> Payment:
    campaign = obligation.campaign
    token = token_of(campaign.uuid, obligation.participant.uuid, obligation.kind, obligation.number)
    return Payment(obligation=obligation, token=token, reference=reference_of(token), fee=_fee(obligation))


def _line(payment: Payment, *, at: datetime) -> Event:
    obligation = payment.obligation
    return Event(
        kind=CrowdEvent.OBLIGATION_MADE,
        experiment=obligation.campaign.experiment,
        subject=f"obligation:{obligation.uuid}",
        at=at,
        payload={"kind": obligation.kind, "amount": str(obligation.amount), "payment": str(payment.uuid)},
    )


def _fee(obligation: Obligation) -> Decimal:
    """What the platform takes; of the reward it may take more."""
    campaign = obligation.campaign
    is_reward = obligation.kind == Obligation.Kind.BASE
    masters = is_reward and terms_of(campaign).is_for_masters
    return with_fee(campaign, obligation.amount, masters=masters).fee
