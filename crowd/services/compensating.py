"""Pay people through a posting of their own, where what they are owed can reach them in no other way.

A platform such as MTurk pays a bonus only through work that was handed in. Whoever finished and lost their place has
none: they get a HIT that only they can see, hand it in with one press, and the sweep of money pays through it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max

from crowd import events
from crowd.events import CrowdEvent
from crowd.models import Campaign, ExclusionSet, Obligation, Posting, Submission
from crowd.paying.cost import Cost
from crowd.planning.shapes import cut, shape_of
from crowd.platforms import PLATFORMS
from crowd.platforms.base import Can
from crowd.querysets import SubmissionQuerySet
from crowd.reads.exclusions import Wanted, people_without_way
from crowd.reads.fees import with_fee
from crowd.reconcile.words import PostingWish, SubmissionSight, SubmissionWish
from crowd.services.budgets import Booking, reserve
from crowd.services.campaigns import lock
from crowd.services.excluding import bring_up_to_date, want_list
from crowd.services.holds import hold_of_posting
from crowd.services.obligations import debt_to, next_number, owe
from crowd.terms import PAY_REWARD
from experiments.errors import IllegalTransition
from experiments.types import JsonObject

OPEN_FOR: Final = timedelta(days=14)
BATCH: Final = 500


@transaction.atomic
def post_compensation(campaign: Campaign, *, now: datetime) -> int:
    """Want a place for each person to whom the campaign owes what cannot reach them. How many places are new.

    Twice posts nothing more. BudgetExceeded if the cents for handing in are not there; then nothing is posted.
    """
    campaign = lock(campaign)
    if campaign.status in (Campaign.Status.DRAFT, Campaign.Status.SETTLED):
        raise IllegalTransition(f"“{campaign.title}” is {campaign.get_status_display().lower()}: it pays nobody.")
    if Can.EXCLUDE not in PLATFORMS[campaign.account.platform].abilities:
        return 0
    missing = people_without_way(campaign)
    if not missing:
        return 0
    experiment = campaign.experiment
    wanted = Wanted(ExclusionSet.Scope.OWED, experiment.study, experiment, campaign)
    bring_up_to_date(want_list(campaign.account, wanted))
    for posting in _post(campaign, missing, now=now):
        hold = hold_of_posting(posting)
        cost: Cost = with_fee(campaign, PAY_REWARD) * posting.desired_places
        reserve(Booking(campaign, hold, cost, key=f"{hold}#{posting.desired_places}"), at=now)
    payload: JsonObject = {"compensations": missing}
    subject = f"campaign:{campaign.uuid}"
    events.record(CrowdEvent.CAMPAIGN_ROUND, experiment, subject=subject, at=now, payload=payload)
    return missing


def approve_compensations(*, now: datetime) -> int:
    """Approve what was handed in on such postings by the people they are for. How many."""
    found = handed_in().order_by("pk").values_list("pk", flat=True)[:BATCH]
    return sum(_approve(pk, now=now) for pk in list(found))


def handed_in() -> SubmissionQuerySet:
    """Handed in, and nobody has decided on it."""
    rows = Submission.objects.filter(posting__purpose="compensate", observed=SubmissionSight.SUBMITTED)
    return rows.filter(desired=SubmissionWish.UNDECIDED)


@transaction.atomic
def _approve(pk: int, *, now: datetime) -> bool:
    locked = handed_in().select_for_update(skip_locked=True, of=("self",), no_key=True)
    submission = locked.select_related("posting__campaign__experiment", "participant").filter(pk=pk).first()
    if submission is None or not _is_theirs(submission):
        return False
    campaign, participant = submission.posting.campaign, submission.participant
    number = next_number(campaign, participant, Obligation.Kind.BASE)
    reason = "For handing in the HIT that pays you."
    owe(debt_to(submission, Obligation.Kind.BASE, PAY_REWARD, reason=reason, number=max(number, 2)), at=now)
    submission.desired, submission.reason, submission.retry_at = SubmissionWish.APPROVED, "Thank you.", None
    submission.save(update_fields=["desired", "reason", "retry_at"])
    subject = f"submission:{submission.uuid}"
    payload: JsonObject = {"desired": SubmissionWish.APPROVED, "because": "it pays what they are owed"}
    events.record(CrowdEvent.SUBMISSION_DECIDED, campaign.experiment, subject=subject, at=now, payload=payload)
    return True


def _is_theirs(submission: Submission) -> bool:
    """Whether anything is owed to them in the campaign beside a base."""
    owed = Obligation.objects.filter(campaign=submission.posting.campaign, participant=submission.participant)
    return owed.exclude(kind=Obligation.Kind.BASE).exclude(payment__state="cancelled").exists()


def _post(campaign: Campaign, places: int, *, now: datetime) -> list[Posting]:
    number = Posting.objects.filter(campaign=campaign, round=0).aggregate(n=Max("number"))["n"] or 0
    return Posting.objects.bulk_create(
        Posting(
            campaign=campaign,
            round=0,
            number=each,
            purpose="compensate",
            token=hashlib.sha256(f"compensation:{campaign.uuid}:{each}".encode()).hexdigest(),
            desired=PostingWish.OPEN,
            desired_places=size,
            expires_at=now + OPEN_FOR,
        )
        for each, size in enumerate(cut(places, shape_of(campaign.account.platform)), start=number + 1)
    )
