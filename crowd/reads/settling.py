"""Which rows the sweep of money has something to do with. Every one is empty when all is settled."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat, Replace, RowNumber

from crowd.models import BudgetEntry, Campaign, Obligation, Payment, Submission
from crowd.paying.cost import ZERO
from crowd.platforms import NOT_READ, PLATFORMS
from crowd.platforms.base import Can
from crowd.querysets import paid_there, payable
from crowd.reconcile.words import PaymentState, SubmissionSight, SubmissionWish

Kind = Obligation.Kind
NOT_SENT: Final = Q(state__in=(PaymentState.PLANNED, PaymentState.APPROVED), sent_at=None)
OPEN_PAYMENT: Final = ~Q(payment__state__in=(PaymentState.CONFIRMED, PaymentState.CANCELLED))
GONE: Final = (SubmissionSight.RETURNED, SubmissionSight.TIMED_OUT)
DECIDED: Final = (SubmissionSight.APPROVED, SubmissionSight.PARTLY_APPROVED, SubmissionSight.REJECTED)
PAID_BY_SIGHT: Final = {
    Kind.BASE: SubmissionSight.APPROVED,
    Kind.PARTIAL: SubmissionSight.PARTLY_APPROVED,
    Kind.SCREEN_OUT: SubmissionSight.SCREENED_OUT,
}
"""What a platform pays by itself when it shows work so."""

COMPLETES: Final = tuple(name for name, kind in PLATFORMS.items() if Can.COMPLETE in kind.abilities)
FOR_NOTHING: Final = ("0", "0.0", "0.00", 0)
"""A reward of nothing, as terms hold it: only people who come by a plain link are offered it."""
GAVE_UP: Final = ("returned", "timed_out", "no_consent", "quota_full", "withdrawn")
RULED: Final = (Kind.PARTIAL, Kind.SCREEN_OUT, Kind.COMPENSATION)


def done_and_not_owed() -> QuerySet[Submission]:
    """Handed in or ready to be, or approved there, of people to whom no base was ever owed in that campaign."""
    base = Obligation.objects.filter(
        campaign=OuterRef("posting__campaign"), participant=OuterRef("participant"), kind=Kind.BASE, number=1
    )
    done = Q(done_at__isnull=False) | Q(observed=SubmissionSight.APPROVED)
    rows = Submission.objects.filter(done, ~Exists(base), posting__purpose="recruit")
    rows = rows.exclude(posting__campaign__terms__reward__in=FOR_NOTHING)
    rejected = Q(desired=SubmissionWish.REJECTED) | Q(observed=SubmissionSight.REJECTED)
    return _whole(rows.exclude(rejected))


def approved_there() -> QuerySet[Payment]:
    """Not confirmed, of people whose work the platform was seen to pay by itself.

    For the first base of somebody any claim of theirs counts; for what a posting of their own pays, that one alone.
    """
    own = Q(obligation__kind=Kind.BASE, obligation__submission__observed=SubmissionSight.APPROVED)
    paid = [own] + [
        Q(Exists(claims_behind().filter(observed=sight)), obligation__kind=kind, obligation__number=1)
        for kind, sight in PAID_BY_SIGHT.items()
    ]
    rows = _payments().filter(reduce(or_, paid)).exclude(state=PaymentState.CONFIRMED)
    return rows.exclude(obligation__campaign__account__platform__in=NOT_READ)  # nobody pays there but by hand


def claims_behind() -> QuerySet[Submission]:
    """Of a payment: what its person claimed in its campaign. For subqueries."""
    return Submission.objects.filter(
        posting__campaign=OuterRef("obligation__campaign"),
        posting__purpose="recruit",
        participant=OuterRef("obligation__participant"),
    )


def rejected_there() -> QuerySet[Payment]:
    """Of work that stands as rejected, of people of whom nothing else may still be approved."""
    alive = claims_behind().exclude(observed__in=(SubmissionSight.REJECTED, *GONE))
    overriding = Q(obligation__submission__desired=SubmissionWish.APPROVED)
    rows = _payments().filter(NOT_SENT, obligation__submission__observed=SubmissionSight.REJECTED)
    return rows.filter(~Exists(alive), obligation__kind__in=(Kind.BASE, Kind.BONUS)).exclude(overriding)


def handed_in_after_all() -> QuerySet[Payment]:
    """Compensations for a place that was thought lost, of people whose work the platform shows after all.

    Approving it pays the base: both would pay them twice.
    """
    shown = claims_behind().filter(observed__in=(SubmissionSight.SUBMITTED, SubmissionSight.APPROVED))
    rows = _payments().filter(NOT_SENT, Exists(shown), obligation__kind=Kind.COMPENSATION)
    return rows.filter(Exists(_called_off_base()))


def _called_off_base() -> QuerySet[Payment]:
    """Of a payment: its person's base in its campaign, if it was called off. For subqueries."""
    return Payment.objects.filter(
        obligation__campaign=OuterRef("obligation__campaign"),
        obligation__participant=OuterRef("obligation__participant"),
        obligation__kind=Kind.BASE,
        obligation__number=1,
        state=PaymentState.CANCELLED,
    )


def gone_there() -> QuerySet[Payment]:
    """The base of people who finished here, lost their place there, and hold no other.

    Where the platform may still be told that they finished (crowd.services.missing), that comes first.
    """
    alive = claims_behind().exclude(observed__in=GONE)
    rows = _payments().filter(NOT_SENT, ~Exists(alive), obligation__kind=Kind.BASE)
    rows = rows.filter(obligation__submission__observed__in=GONE, obligation__submission__posting__purpose="recruit")
    return rows.exclude(
        obligation__submission__observed=SubmissionSight.TIMED_OUT,
        obligation__submission__desired__in=(SubmissionWish.COMPLETED, SubmissionWish.UNDECIDED),
        obligation__submission__refused="",
        obligation__campaign__account__platform__in=COMPLETES,
    )


def waiting_for_work() -> QuerySet[Obligation]:
    """What its own place cannot pay, of people who did other work through the same account that can.

    Not what the platform is to pay by itself: it would be paid on two ways.
    """
    other = Submission.objects.filter(
        payable(),
        participant=OuterRef("participant"),
        posting__campaign__account=OuterRef("campaign__account"),
    )
    rows = Obligation.objects.filter(payment__state__in=("planned", "approved"), payment__sent_at=None)
    rows = rows.exclude(kind=Kind.BASE).exclude(payable("submission")).exclude(paid_there(""))
    return rows.filter(Exists(other)).select_related("campaign")


def payable_for(obligation: Obligation) -> Submission | None:
    """The person's newest work through the same account that can be paid for."""
    rows = Submission.objects.filter(payable(), participant=obligation.participant_id)
    return rows.filter(posting__campaign__account=obligation.campaign.account_id).order_by("-pk").first()


def ruled(now: datetime) -> QuerySet[Payment]:
    """Planned, following from the terms alone, in campaigns whose confirmed terms approve by rule.

    One of each study in turn: however many wait in one, the others have theirs looked at as soon.
    """
    rows = _payments().filter(Q(retry_at=None) | Q(retry_at__lte=now), state=PaymentState.PLANNED, obligation__number=1)
    rows = rows.filter(obligation__campaign__terms__auto_approve=True)
    rows = rows.exclude(obligation__campaign__account__platform__in=NOT_READ)
    bonus = Q(obligation__kind=Kind.BONUS, obligation__submission__observed=SubmissionSight.APPROVED)
    part = Q(obligation__kind__in=RULED) & payable("obligation__submission") & ~paid_there()
    turn = _turn("obligation__campaign__experiment__study")
    return rows.filter(bonus | part).annotate(turn=turn).order_by("turn", "pk")


def _turn(study: str) -> Window:
    """The how-manyth row of its study. study: the path to it."""
    return Window(RowNumber(), partition_by=[study], order_by="pk")


def uncovered() -> QuerySet[Submission]:
    """Handed in, not rejected, and less is held for them than the reward they are to get. One of each study in turn."""
    hold = Concat(Value("submission:"), Replace(Cast("uuid", CharField()), Value("-"), Value("")))
    sign = Case(When(kind="reserve", then=F("amount") + F("fee")), default=-F("amount") - F("fee"))
    lines = BudgetEntry.objects.filter(budget__study=OuterRef("posting__campaign__experiment__study"))
    sums = lines.filter(hold=OuterRef("hold")).order_by().values("hold")
    balance = Subquery(sums.annotate(left=Sum(sign, output_field=DecimalField())).values("left"))
    reward = Cast(KeyTextTransform("reward", "posting__campaign__terms"), DecimalField(max_digits=12, decimal_places=2))
    missing = ExpressionWrapper(reward - Coalesce(balance, ZERO), output_field=DecimalField())
    rows = Submission.objects.filter(observed=SubmissionSight.SUBMITTED, posting__purpose="recruit")
    rows = rows.exclude(desired=SubmissionWish.REJECTED).exclude(posting__campaign__status=Campaign.Status.SETTLED)
    turn = _turn("posting__campaign__experiment__study")
    return _whole(rows).annotate(hold=hold, missing=missing, turn=turn).filter(missing__gt=0).order_by("turn", "pk")


def held_back() -> QuerySet[Submission]:
    """For whom something is held, and who gave up: nothing is open of them, nor handed in all the same."""
    gone = Q(outcome__in=GAVE_UP) | Q(observed__in=(*GONE, SubmissionSight.SCREENED_OUT))
    return _with_money().filter(gone, done_at=None).exclude(observed=SubmissionSight.SUBMITTED)


def finished_with_money() -> QuerySet[Submission]:
    """For whom something is held, and of whom everything is decided and paid."""
    decided = Q(observed__in=DECIDED) | Q(observed=SubmissionSight.SCREENED_OUT)
    lost = Q(observed__in=GONE, done_at__isnull=False)
    owed = Obligation.objects.filter(submission=OuterRef("pk"))
    approved_unowed = Q(observed=SubmissionSight.APPROVED) & ~Exists(owed)
    overriding = Q(observed=SubmissionSight.REJECTED, desired=SubmissionWish.APPROVED, refused="")
    return _with_money().filter(decided | lost).exclude(approved_unowed).exclude(overriding)


def _with_money() -> QuerySet[Submission]:
    """For whom something is held, and no payment of whom is open."""
    sign = Case(When(kind="reserve", then=F("amount") + F("fee")), default=-F("amount") - F("fee"))
    entries = BudgetEntry.objects.filter(hold__startswith="submission:").exclude(campaign__status="settled")
    sums = entries.order_by().values("hold").annotate(left=Sum(sign, output_field=DecimalField()))
    rich = [UUID(hold.partition(":")[2]) for hold in sums.filter(left__gt=0).values_list("hold", flat=True)]
    unpaid = Obligation.objects.filter(OPEN_PAYMENT, submission=OuterRef("pk"))
    return _whole(Submission.objects.filter(~Exists(unpaid), uuid__in=rich))


def _payments() -> QuerySet[Payment]:
    return Payment.objects.select_related("obligation__campaign", "obligation__submission").order_by("pk")


def _whole(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    rows = rows.exclude(posting__campaign__status=Campaign.Status.DRAFT)
    return rows.select_related(
        "session", "participant", "posting__campaign__account", "posting__campaign__experiment__study"
    ).order_by("pk")
