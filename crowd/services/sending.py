"""Send what is approved, and look up what may have been sent before it is sent again.

A row is taken and its state `sending` is committed before the call. Whoever dies in between leaves a row with a time in
`sent_at`: from then on it is looked up first, always. A platform that counts tokens may then be asked again with the
same one; of any other a person has to say that it was not paid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from crowd.errors import AlreadyDone, NeedsOperator, PlatformError, PlatformRefused, PlatformUnavailable
from crowd.models import Account, Payment, Submission
from crowd.paying.keys import reason_with
from crowd.paying.matching import shows
from crowd.platforms.base import BonusOrder, Can, Platform
from crowd.reconcile.words import PaymentState
from crowd.services.leasing import give_back, renew, take, went_wrong
from crowd.services.payments import confirm_payment, locked, move, tell
from crowd.services.reaching import talking
from experiments.errors import IllegalTransition
from participants.identity import external_id_of

if TYPE_CHECKING:
    import numpy as np

NO_EFFECT: Final = frozenset({"throttled", "waiting", "no-redis", "not-confirmed", "not-connected", "not-begun"})
"""Codes of calls that never reached the platform, or that it did not begin."""

LOOK_AGAIN: Final = timedelta(hours=1)
NOT_SHOWN: Final = (
    "The answer was lost, and the platform does not show the payment: somebody has to say whether it is paid."
)


@transaction.atomic
def say_paid(payment: Payment, *, by: User, at: datetime) -> Payment:
    """Somebody looked at the platform, or paid by hand: it is paid."""
    payment = locked(payment)
    Payment.objects.filter(pk=payment.pk).update(approved_by=by, approved_at=payment.approved_at or at)
    return confirm_payment(payment, at=at)


def accounts_to_pay(now: datetime) -> list[int]:
    """Accounts through which something can be sent or looked up now."""
    return list(
        Payment.objects.to_send(now).order_by().values_list("obligation__campaign__account", flat=True).distinct()
    )


def send_for(
    account: Account, *, clock: Callable[[], datetime], rng: np.random.Generator, shift: timedelta
) -> Counter[str]:
    """Bring on the payments of an account, one call after the other, for so long; how many came to which state.

    Several of these at once share the rows.
    """
    ended: Counter[str] = Counter()
    end = clock() + shift
    while clock() < end:
        taken = _take(account, now=clock())
        if taken is None:
            break
        ended[_bring_on(*taken, clock=clock, chance=rng.random())] += 1
    return ended


@transaction.atomic
def say_not_paid(payment: Payment, *, by: User, at: datetime) -> Payment:
    """Somebody looked at the platform: an unknown payment was not paid. It is sent as if for the first time."""
    payment = locked(payment)
    if payment.state != PaymentState.UNKNOWN or (payment.leased_until and payment.leased_until > at):
        raise IllegalTransition(
            f"Only of a payment that is unknown somebody can say that it was not paid; this one is {payment.state}.",
            hint="Wait until it was looked up, then look again.",
        )
    payment.sent_at, payment.tried_at, payment.retry_at, payment.trouble = None, None, None, ""
    payment.approved_by, payment.approved_at = by, at
    return move(payment, PaymentState.APPROVED, at=at)


def _take(account: Account, *, now: datetime) -> tuple[Payment, bool] | None:
    """A row of ours and whether it was never sent; that it is being sent is committed with it."""
    rows = Payment.objects.to_send(now).filter(obligation__campaign__account=account).order_by("pk")
    sending = {"state": PaymentState.SENDING, "sent_at": now, "tried_at": now}
    fresh = take(rows.filter(state=PaymentState.APPROVED, sent_at=None), now=now, also=sending)
    if fresh:
        return _whole(fresh[0]), True
    sent = take(rows.exclude(sent_at=None), now=now)
    return (_whole(sent[0]), False) if sent else None


def _whole(row: Payment) -> Payment:
    """With all that an order needs. The lease of `row` is ours, and is what the row says."""
    joined = Payment.objects.select_related(
        "obligation__campaign__account", "obligation__campaign__experiment", "obligation__submission__posting"
    )
    return joined.get(pk=row.pk)


def _bring_on(payment: Payment, is_fresh: bool, *, clock: Callable[[], datetime], chance: float) -> str:
    """One payment, one step. The state it came to."""
    campaign = payment.obligation.campaign
    try:
        with talking(campaign.account, campaign, chance=chance) as platform:
            if not is_fresh and _is_there(platform, payment):
                return confirm_payment(payment, at=clock()).state
            if not is_fresh and not _may_go_again(platform, payment, now=clock()):
                return payment.state
            external_id = platform.pay_bonus(_order(payment))
    except AlreadyDone:
        external_id = ""
    except PlatformError as error:
        return _note(payment, error, is_fresh=is_fresh, now=clock(), chance=chance)
    return confirm_payment(payment, at=clock(), external_id=external_id).state


def _is_there(platform: Platform, payment: Payment) -> bool:
    """Whether the platform shows it."""
    submission = _submission(payment)
    seen = platform.bonuses(posting_id=submission.posting.external_id, submission_id=submission.external_id)
    return shows(
        list(seen),  # read before ours are: what the platform shows by now has its row in a state that says so
        reference=payment.reference,
        amount=payment.obligation.amount,
        told_apart=_amounts_beside(payment, submission),
    )


def _amounts_beside(payment: Payment, submission: Submission) -> list[Decimal]:
    """Of our other payments through that work that may be among those shown: paid, under way, or unknown for longer.

    Two that are unknown must not both be taken for the one that is shown.
    """
    others = Payment.objects.filter(obligation__submission=submission).exclude(obligation__kind="base")
    left = Q(state__in=(PaymentState.CONFIRMED, PaymentState.SENDING)) | Q(
        state=PaymentState.UNKNOWN, pk__lt=payment.pk
    )
    return list(others.filter(left).exclude(pk=payment.pk).values_list("obligation__amount", flat=True))


def _may_go_again(platform: Platform, payment: Payment, *, now: datetime) -> bool:
    """Not shown: with a token it may be sent again, and that is committed first. Without one it waits for a person."""
    if Can.TOKENS in platform.abilities:
        return renew(payment, now=now, state=PaymentState.SENDING, sent_at=now, tried_at=now)
    give_back(payment, state=PaymentState.UNKNOWN, retry_at=now + LOOK_AGAIN, trouble=NOT_SHOWN)
    return False


def _order(payment: Payment) -> BonusOrder:
    obligation, submission = payment.obligation, _submission(payment)
    worker = external_id_of(obligation.participant)
    if worker is None:
        raise PlatformRefused("The person's id was erased: nobody can be paid.", code="erased")
    return BonusOrder(
        token=payment.token,
        reference=payment.reference,
        posting_id=submission.posting.external_id,
        submission_id=submission.external_id,
        worker=worker,
        amount=obligation.amount,
        reason=reason_with(payment.reference, obligation.reason),
    )


def _submission(payment: Payment) -> Submission:
    """Through which it is paid; `to_send` lists no payment without one."""
    submission = payment.obligation.submission
    if submission is None:
        raise PlatformRefused("There is no submission to pay this through yet.", code="no-submission")
    return submission


@transaction.atomic
def _note(payment: Payment, error: PlatformError, *, is_fresh: bool, now: datetime, chance: float) -> str:
    """Write down why it did not go: to be looked up, to be sent later as if never sent, or failed for good."""
    before = payment.state
    columns = _after(error, is_fresh=is_fresh)
    if not went_wrong(payment, error, now=now, chance=chance, **columns):
        return str(before)  # somebody else is at it, and will know better
    if payment.state != before:
        tell(payment, before, at=now)
    return payment.state


def _after(error: PlatformError, *, is_fresh: bool) -> dict[str, object]:
    if isinstance(error, PlatformUnavailable | NeedsOperator):
        if is_fresh and (isinstance(error, NeedsOperator) or error.code in NO_EFFECT):
            return {"state": PaymentState.APPROVED, "sent_at": None}
        return {"state": PaymentState.UNKNOWN}
    return {"state": PaymentState.FAILED}
