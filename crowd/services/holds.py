"""Money that is held for people before they come: for a plan, for a posting's places, then for whoever takes one.

publish: `hold_plan`, `hold_places` · expired: `return_places` · accept: `hold_claim` · returned: `give_back_claim` ·
paid and decided: `settle_claim` · over: `settle_posting`, `settle_plan`. Each refuses or is done in the caller's
transaction, and doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from crowd.models import BudgetEntry, Campaign, Payment, Posting, Submission
from crowd.paying.cost import ZERO, Cost
from crowd.reads.claims import is_one_too_many
from crowd.reads.fees import cost_of_place, cost_of_screen_outs
from crowd.reconcile.words import PostingWish
from crowd.services.budgets import Booking, left_of, move_all, release_all, reserve, reserve_many, times_given_back


def hold_of_plan(campaign: Campaign) -> str:
    """The name of what is held for rounds that are still to come."""
    return f"campaign:{campaign.uuid.hex}"


def hold_of_posting(posting: Posting) -> str:
    """The name of what is held for its places."""
    return f"posting:{posting.uuid.hex}"


def hold_of_claim(submission: Submission) -> str:
    """The name of what is held for one person."""
    return f"submission:{submission.uuid.hex}"


def hold_of_payment(payment: Payment) -> str:
    """The name of what is held for one payment."""
    return f"payment:{payment.uuid.hex}"


def hold_plan(campaign: Campaign, places: int, *, key: str, at: datetime) -> None:
    """Hold the whole of a confirmed plan, so that no later round of it is refused. key: the plan's digest."""
    hold = hold_of_plan(campaign)
    reserve(Booking(campaign, hold, cost_of_place(campaign) * places, key=f"{hold}#{key}"), at=at)


def hold_screen_outs(campaign: Campaign, *, at: datetime) -> None:
    """Hold with the plan what a new posting's slots for screen-outs may cost, beside its places.

    What the posting before left of its own is held already. BudgetExceeded: nothing is held.
    """
    hold, whole = hold_of_plan(campaign), cost_of_screen_outs(campaign)
    if not whole.total:
        return
    lines = BudgetEntry.objects.filter(campaign=campaign, hold=hold)
    own = lines.filter(kind=BudgetEntry.Kind.RESERVE, key__startswith=f"{hold}#out:")
    missing = whole.total - max(_left_for_screen_outs(campaign, lines, own), ZERO)
    if missing > 0:
        reserve(Booking(campaign, hold, Cost(missing), key=f"{hold}#out:{own.count()}"), at=at)


def _left_for_screen_outs(campaign: Campaign, lines: QuerySet[BudgetEntry], own: QuerySet[BudgetEntry]) -> Decimal:
    """Held for them since the plan's hold was last set free, and not paid out since."""
    paid = Payment.objects.filter(obligation__campaign=campaign, obligation__kind="screen_out", state="confirmed")
    freed = lines.filter(kind=BudgetEntry.Kind.RELEASE, key__startswith=f"{hold_of_plan(campaign)}#").last()
    if freed:
        own, paid = own.filter(pk__gt=freed.pk), paid.filter(confirmed_at__gt=freed.at)
    return sum((entry.amount + entry.fee for entry in own), -cost_of_screen_outs(campaign, paid.count()).total)


def hold_places(posting: Posting, places: int, *, at: datetime) -> None:
    """Hold reward, highest bonus and fees for so many more places, the ones that make up `desired_places`.

    Out of what is held for the plan, as far as it goes.

    BudgetExceeded: nothing is held, and the posting must not be opened.
    """
    hold_round([(posting, places)], at=at)


def hold_round(wanted: Sequence[tuple[Posting, int]], *, at: datetime) -> None:
    """The same for postings of one campaign, each with how many places are new. As many queries as for one."""
    if not wanted:
        return
    campaign = wanted[0][0].campaign
    one, plan = cost_of_place(campaign), hold_of_plan(campaign)
    bookings = [
        Booking(campaign, hold_of_posting(posting), one * places, key=_key_of_places(posting))
        for posting, places in wanted
    ]
    reserve_many([(booking, (plan,)) for booking in bookings], at=at)


def _key_of_places(posting: Posting) -> str:
    """The same number of places is held once, however often it is asked for."""
    return f"{hold_of_posting(posting)}#{posting.desired_places}"


def return_places(posting: Posting, *, at: datetime) -> None:
    """It expired with places that nobody took: what was held for them is the plan's again, for the next round."""
    move_all(posting.campaign, hold_of_posting(posting), hold_of_plan(posting.campaign), at=at)


@transaction.atomic
def hold_claim(submission: Submission, *, at: datetime) -> None:
    """Somebody takes a place: hold theirs, out of the posting's. Call it in the transaction that lets them in.

    BudgetExceeded if neither the posting nor the study has it: they must not begin. Held already: nothing changes. One
    that was given back is held anew. A claim that nobody has seen, beyond the posting's places, gets of the posting's
    money what is left: the links of platforms can be made up, and what is free is not for them (decision 128).
    """
    posting, hold = submission.posting, hold_of_claim(submission)
    back, cost = times_given_back(posting.campaign, hold, at=at), cost_of_place(posting.campaign)
    if is_one_too_many(submission):
        cost = Cost(min(cost.total, left_of(posting.campaign, hold_of_posting(posting), at=at)))
    if cost.total:
        booking = Booking(posting.campaign, hold, cost, key=f"{hold}#{back}")
        reserve(booking, at=at, out_of=(hold_of_posting(posting),))


def give_back_claim(submission: Submission, *, at: datetime) -> None:
    """They returned it: what their place has left is the posting's again, for the next one, or free if it is closed."""
    posting, hold = submission.posting, hold_of_claim(submission)
    if posting.desired in (PostingWish.OPEN, PostingWish.PAUSED):
        move_all(posting.campaign, hold, hold_of_posting(posting), at=at)
    else:
        release_all(posting.campaign, hold, at=at)


def settle_claim(submission: Submission, *, at: datetime) -> None:
    """Everything of theirs is decided and paid: what was held beyond it is free."""
    release_all(submission.posting.campaign, hold_of_claim(submission), at=at)


def settle_posting(posting: Posting, *, at: datetime) -> None:
    """Nobody comes any more: what is held for places that nobody took is free."""
    release_all(posting.campaign, hold_of_posting(posting), at=at)


def settle_plan(campaign: Campaign, *, at: datetime) -> None:
    """There are no more rounds: what was held for them is free."""
    release_all(campaign, hold_of_plan(campaign), at=at)
