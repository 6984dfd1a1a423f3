"""Money for work that a platform shows and nothing is held for: held before anybody approves it, or not approved.

It came without our door, after what was held for it went back, or beyond the places of its posting (decision 128).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count

from crowd.errors import BudgetExceeded
from crowd.models import BudgetEntry, Obligation, Posting, Submission
from crowd.paying.cost import ZERO, Cost
from crowd.reads.campaigns import terms_of
from crowd.reads.claims import places_taken
from crowd.reads.fees import with_fee
from crowd.reconcile.words import PaymentState, SubmissionSight
from crowd.services.budgets import Booking, balances_of, reserve_many
from crowd.services.holds import hold_of_claim, hold_of_posting


@transaction.atomic
def cover(submissions: Sequence[Submission], *, at: datetime) -> int:
    """Hold for each what is missing of its reward and fee; of how many. BudgetExceeded: nothing is held for any.

    submissions: of one campaign, with it, its account and its study at hand. Out of what the posting has first, then
    of claims to it that nobody has seen, where there are more of those than places; then of what is free.
    """
    lacking = _lacking(submissions, at=at)
    if not lacking:
        return 0
    times = _times(lacking)
    postings = {row.posting_id: row.posting for row in lacking}
    beside = {pk: _unseen_holds(posting) for pk, posting in postings.items()}
    wanted = []
    for row, missing in lacking.items():
        hold = hold_of_claim(row)
        booking = Booking(row.posting.campaign, hold, Cost(missing), key=f"{hold}#cover{times.get(hold, 0)}")
        wanted.append((booking, (hold_of_posting(row.posting), *beside[row.posting_id])))
    reserve_many(wanted, at=at)
    return len(wanted)


def coverable(submissions: Sequence[Submission], *, at: datetime) -> list[Submission]:
    """Those of one campaign whose pay is held by now; the others wait for the budget."""
    try:
        cover(submissions, at=at)
    except BudgetExceeded:
        return [row for row in submissions if _is_covered(row, at=at)]
    return list(submissions)


def cover_all(submissions: Iterable[Submission], *, at: datetime) -> int:
    """As far as the budgets go, of any studies: for how many. Once a study has no more, its others wait."""
    done, spent_out = 0, set[int]()
    for row in submissions:
        study = row.posting.campaign.experiment.study_id
        if study in spent_out:
            continue
        try:
            done += cover([row], at=at)
        except BudgetExceeded:
            spent_out.add(study)
    return done


def _is_covered(row: Submission, *, at: datetime) -> bool:
    try:
        cover([row], at=at)
    except BudgetExceeded:
        return False
    return True


def _lacking(submissions: Sequence[Submission], *, at: datetime) -> dict[Submission, Decimal]:
    """What is not held of whose reward. The budget is locked."""
    if not submissions:
        return {}
    campaign = submissions[0].posting.campaign
    terms = terms_of(campaign)
    cost = with_fee(campaign, terms.reward, masters=terms.is_for_masters).total
    have = balances_of(campaign, [hold_of_claim(row) for row in submissions], at=at)
    paid = Obligation.objects.filter(
        submission__in=submissions, kind=Obligation.Kind.BASE, payment__state=PaymentState.CONFIRMED
    )
    settled = set(paid.values_list("submission", flat=True))
    short = {row: cost - have.get(hold_of_claim(row), ZERO) for row in submissions if row.pk not in settled}
    return {row: missing for row, missing in short.items() if missing > 0}


def _times(rows: Iterable[Submission]) -> dict[str, int]:
    """Hold > lines it has already: one more of them has another key."""
    lines = BudgetEntry.objects.filter(hold__in=[hold_of_claim(row) for row in rows]).order_by().values_list("hold")
    return dict(lines.annotate(n=Count("pk")))


def _unseen_holds(posting: Posting) -> tuple[str, ...]:
    """Of claims that nobody has seen there, the eldest first; none while there are places for all."""
    taken = places_taken(posting)
    if taken.count() <= posting.desired_places:
        return ()
    unseen = taken.filter(observed=SubmissionSight.UNSEEN, outcome=Submission.Outcome.OPEN)
    return tuple(hold_of_claim(row) for row in unseen.order_by("accepted_at", "pk"))
