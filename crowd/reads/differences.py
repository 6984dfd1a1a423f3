"""Every place where a platform and we disagree, as far as somebody may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from crowd.models import Account, Campaign, Obligation, Payment, Posting, Submission
from crowd.models.pursued import Pursued
from crowd.reads.campaigns import terms_of
from crowd.reads.posting_states import state_of
from crowd.reads.settling import uncovered
from crowd.reconcile.differences import (
    GRACE,
    HAND_OFF,
    Difference,
    Standing,
    hand_off_difference,
    over_budget_difference,
    payment_difference,
    posting_difference,
    stranger_difference,
    submission_difference,
    uncovered_difference,
    wayless_difference,
)
from crowd.reconcile.words import PaymentState, PostingWish, SubmissionSight, SubmissionWish

MOST: Final = 200
"""Of each kind: more than that has one cause."""
LATE: Final = timedelta(minutes=3)
"""After it was due, an account is read by now, unless no worker runs."""
HELD: Final = (SubmissionSight.UNSEEN, SubmissionSight.ACTIVE)
SUBMITTED: Final = (SubmissionSight.SUBMITTED, SubmissionSight.APPROVED, SubmissionSight.REJECTED)


@dataclass(frozen=True, slots=True)
class Line:
    """subject: a kind and an id: "posting:<uuid>", "submission:…", "payment:…" or "campaign:…". since: as it is."""

    subject: str
    title: str
    campaign: Campaign
    difference: Difference
    since: datetime | None


@dataclass(frozen=True, slots=True)
class AccountLine:
    """How talking to an account goes. is_late: nobody has read it although it was due: no worker runs."""

    account: Account
    is_late: bool
    is_resting: bool

    @property
    def is_well(self) -> bool:
        """Nothing to do."""
        return not (self.is_late or self.account.trouble)


def differences(campaigns: QuerySet[Campaign], now: datetime) -> list[Line]:
    """Postings, decisions, people, payments; within each, what stands longest first. At most MOST of each."""
    people = (*_postings(campaigns, now), *_decisions(campaigns, now), *_people(campaigns, now))
    return [*people, *_payments(campaigns), *_uncovered(campaigns, now), *_over_budget(campaigns)]


def accounts_of(campaigns: QuerySet[Campaign], now: datetime) -> list[AccountLine]:
    """Those that the campaigns recruit through."""
    rows = Account.objects.filter(campaigns__in=campaigns).distinct().order_by("name")
    return [
        AccountLine(
            row,
            is_late=row.poll_due is not None and row.poll_due < now - LATE and (row.reads_on or not _rests(row, now)),
            is_resting=_rests(row, now),
        )
        for row in rows
    ]


def _rests(account: Account, now: datetime) -> bool:
    return account.rests_until is not None and account.rests_until > now


def _standing(row: Pursued, now: datetime, since: datetime | None) -> Standing:
    return Standing(
        waited=now - since if since else timedelta.max,
        is_refused=bool(row.refused) and row.refused == row.asked,
        is_unsure=row.tried_at is not None,
        was_told=bool(row.told) and row.told == row.asked,
        trouble=row.trouble,
    )


def _postings(campaigns: QuerySet[Campaign], now: datetime) -> Iterator[Line]:
    rows = Posting.objects.filter(campaign__in=campaigns).apart().select_related("campaign__experiment")
    work = Submission.objects.filter(posting__campaign__in=campaigns, observed=SubmissionSight.SUBMITTED)
    waiting = set(work.filter(posting__desired=PostingWish.GONE).values_list("posting_id", flat=True))
    for row in rows.order_by("pk")[:MOST]:
        since = row.tried_at or row.observed_at or row.created_at
        difference = posting_difference(
            state_of(row, now, is_reviewed=row.pk not in waiting), _standing(row, now, since)
        )
        if difference:
            yield Line(f"posting:{row.uuid}", str(row).capitalize(), row.campaign, difference, since)


def _decisions(campaigns: QuerySet[Campaign], now: datetime) -> Iterator[Line]:
    rows = Submission.objects.filter(posting__campaign__in=campaigns).apart()
    for row in rows.select_related("posting__campaign__experiment").order_by("pk")[:MOST]:
        wish, sight = SubmissionWish(row.desired), SubmissionSight(row.observed)
        since = row.tried_at or row.observed_at
        difference = submission_difference(wish, sight, _standing(row, now, since))
        if difference:
            yield _of(row, difference, since)


def _people(campaigns: QuerySet[Campaign], now: datetime) -> Iterator[Line]:
    """Who submitted there and was never here, and who completed here and never submitted there."""
    rows = Submission.objects.filter(posting__campaign__in=campaigns).select_related("posting__campaign__experiment")
    undecided = Q(desired=SubmissionWish.UNDECIDED)
    strangers = rows.filter(undecided, session__isnull=True, outcome="", observed__in=SUBMITTED)
    for row in strangers.order_by("submitted_at", "pk")[:MOST]:
        yield _of(row, stranger_difference(SubmissionSight(row.observed)), row.submitted_at)
    lost = rows.done_here_not_there().filter(undecided, done_at__lt=now - HAND_OFF)
    paid = Obligation.objects.filter(submission=OuterRef("pk")).filter(
        Q(payment__state=PaymentState.CONFIRMED) | Q(kind=Obligation.Kind.COMPENSATION)
    )
    for row in lost.exclude(observed__in=SUBMITTED).exclude(Exists(paid)).order_by("done_at", "pk")[:MOST]:
        waited = now - row.done_at if row.done_at else timedelta()
        yield _of(row, hand_off_difference(SubmissionSight(row.observed), waited=waited), row.done_at)


def _payments(campaigns: QuerySet[Campaign]) -> Iterator[Line]:
    rows = Payment.objects.filter(obligation__campaign__in=campaigns, state__in=("failed", "unknown"))
    for row in rows.select_related("obligation__campaign__experiment").order_by("sent_at", "pk")[:MOST]:
        difference = payment_difference(PaymentState(row.state), row.trouble)
        if difference:
            yield Line(f"payment:{row.uuid}", str(row.obligation), row.obligation.campaign, difference, row.sent_at)
    yield from _without_way(campaigns)


def _without_way(campaigns: QuerySet[Campaign]) -> Iterator[Line]:
    """What was approved and has no work to be paid through: nothing calls for it, and nothing fails."""
    rows = Payment.objects.filter(obligation__campaign__in=campaigns).without_way()
    related = rows.select_related("obligation__campaign__experiment", "obligation__submission")
    for row in related.order_by("approved_at", "pk")[:MOST]:
        claim = row.obligation.submission
        difference = wayless_difference(is_done=bool(claim and claim.done_at))
        yield Line(f"payment:{row.uuid}", str(row.obligation), row.obligation.campaign, difference, row.approved_at)


def _uncovered(campaigns: QuerySet[Campaign], now: datetime) -> Iterator[Line]:
    """Work that is not paid because the budget has no room."""
    rows = uncovered().filter(posting__campaign__in=campaigns, submitted_at__lt=now - GRACE)
    for row in rows[:MOST]:
        campaign = row.posting.campaign
        lacks = f"{terms_of(campaign).reward} {campaign.experiment.study.currency}"
        yield _of(row, uncovered_difference(lacks, decide_before=row.decide_before), row.submitted_at)


def _over_budget(campaigns: QuerySet[Campaign]) -> Iterator[Line]:
    """One for each study, beside its newest campaign."""
    taken = F("experiment__study__crowd_budget__reserved") + F("experiment__study__crowd_budget__spent")
    rows = campaigns.annotate(over=taken - F("experiment__study__budget")).filter(over__gt=0)
    told = set[int]()
    for campaign in rows.select_related("experiment__study").order_by("-pk"):
        study = campaign.experiment.study
        if study.pk not in told:
            told.add(study.pk)
            over = over_budget_difference(f"{campaign.over} {study.currency}")
            yield Line(f"campaign:{campaign.uuid}", f"Budget of {study.title}", campaign, over, None)


def _of(row: Submission, difference: Difference, since: datetime | None) -> Line:
    return Line(f"submission:{row.uuid}", str(row).capitalize(), row.posting.campaign, difference, since)
