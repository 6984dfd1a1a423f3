"""Submissions as somebody looks at them who reviews: what was done here, what the platform shows, what is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from crowd.models import Campaign, Obligation, Review, ReviewLine, Submission
from crowd.paying.cost import ZERO
from crowd.platforms import PLATFORMS
from crowd.platforms.base import Can
from crowd.reads.campaigns import terms_of
from crowd.reads.fees import with_fee
from crowd.reconcile.words import PostingSight, SubmissionSight, SubmissionWish
from crowd.reviewing.plan import Line, ReviewPlan
from crowd.reviewing.words import PAYS, Decision, Work, is_paid_already, obstacle
from experiments.errors import BadValue

MOST: Final = 1_000
"""Decided at once at most."""

UNDECIDED: Final = Q(desired__in=(SubmissionWish.UNDECIDED, SubmissionWish.COMPLETED, SubmissionWish.RETURNED))
WAITING: Final = UNDECIDED & Q(observed=SubmissionSight.SUBMITTED)
COMPLETED: Final = Q(outcome=Submission.Outcome.COMPLETED, done_at__isnull=False)
NOT_JUDGED: Final = Q(session__quality=None, session__checks_failed=0)
NO_SIGN: Final = (
    Q(session__quality__isnull=False)
    & ~Q(session__quality__findings__contains=[{"sign": "attention"}])
    & ~Q(session__quality__findings__contains=[{"sign": "comprehension"}])
)
"""How many missed checks are a sign says the quality rule, for attention and for comprehension by itself."""
PASSED: Final = (
    COMPLETED
    & (NOT_JUDGED | NO_SIGN)
    & ~Q(session__quality__is_excluded=True)
    & ~Q(code_standing=Submission.CodeStanding.ANOTHERS)
)
CODE_NOTES: Final[dict[str, str]] = {
    Submission.CodeStanding.ANOTHERS: "Handed in with a completion code that somebody else was given.",
    Submission.CodeStanding.STRANGE: "Handed in with a completion code that is none of ours.",
}
DECIDED_THERE: Final = (SubmissionSight.APPROVED, SubmissionSight.PARTLY_APPROVED, SubmissionSight.REJECTED)
SHOWS: Final[dict[str, tuple[str, Q]]] = {
    "waiting": ("Waiting", WAITING),
    "passed": ("Waiting, checks passed", WAITING & PASSED),
    "look": ("Waiting, to look at", WAITING & ~PASSED),
    "rejected": ("Rejected", Q(desired=SubmissionWish.REJECTED) | Q(observed=SubmissionSight.REJECTED)),
    "unused": ("Paid, not used", Q(is_used=False)),
    "decided": ("Decided", ~UNDECIDED | Q(observed__in=DECIDED_THERE)),
    "all": ("All", Q()),
}
"""What a list may show > (title, which submissions)."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants to decide. submissions: ids. show: every one of a list instead (a name of SHOWS).

    category: of a rejection, where the platform has kinds of them.
    """

    decision: Decision
    submissions: tuple[UUID, ...] = ()
    show: str = ""
    reason: str = ""
    message: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """One list and how many are on it."""

    name: str
    title: str
    n: int


def submissions_of(campaign: Campaign) -> QuerySet[Submission]:
    """What people did, those whose time runs out first."""
    rows = Submission.objects.filter(posting__campaign=campaign, posting__purpose="recruit")
    return rows.select_related("participant", "posting", "session__quality").order_by("decide_before", "pk")


def listed(campaign: Campaign, show: str) -> QuerySet[Submission]:
    """Those on one list."""
    return submissions_of(campaign).filter(SHOWS[show][1])


def chosen(campaign: Campaign, submissions: Sequence[UUID], show: str) -> list[Submission]:
    """Those that are named, or else everybody on a list; at most MOST. BadValue for more. One query."""
    named = submissions_of(campaign).filter(uuid__in=submissions)
    rows = list((listed(campaign, show) if show and not submissions else named)[: MOST + 1])
    if len(rows) > MOST:
        raise BadValue(f"At most {MOST:,} are meant at once.", hint="Choose fewer, then go on.")
    return rows


def tallies_of(campaign: Campaign) -> list[Tally]:
    """Every list. One query."""
    rows = submissions_of(campaign).order_by().select_related(None)
    counts = rows.aggregate(
        **{name: Count("pk", filter=which) if which else Count("pk") for name, (_, which) in SHOWS.items()}
    )
    return [Tally(name, title, counts[name]) for name, (title, _) in SHOWS.items()]


def work_of(submission: Submission, campaign: Campaign) -> Work:
    """As the rules look at it."""
    kind = PLATFORMS[campaign.account.platform]
    return Work(
        wish=SubmissionWish(submission.desired),
        sight=SubmissionSight(submission.observed),
        is_used=submission.is_used,
        is_stuck=bool(submission.refused) and submission.refused == submission.desired,
        submitted_at=submission.submitted_at,
        can_reject=Can.REJECT in kind.abilities,
        reversal=timedelta(days=kind.reversal_days),
        is_there=submission.posting.observed not in (PostingSight.GONE, PostingSight.ABSENT),
    )


def plan_of_review(campaign: Campaign, ask: Ask, *, now: datetime) -> ReviewPlan:
    """Who would be decided about, and at what cost; who is left out, and why. Nothing is changed. Two queries."""
    named = submissions_of(campaign).filter(uuid__in=ask.submissions)
    rows = listed(campaign, ask.show) if ask.show and not ask.submissions else named
    lines = lines_of(campaign, list(rows[: MOST + 1]), ask.decision, now=now)
    terms = terms_of(campaign)
    return ReviewPlan(
        decision=ask.decision,
        lines=tuple(line for line in lines if not line.why_not),
        left_out=tuple(line for line in lines if line.why_not),
        currency=campaign.experiment.study.currency,
        reason=ask.reason,
        message=ask.message,
        needs_second=terms.four_eyes and ask.decision == Decision.REJECT,
        category=ask.category if ask.decision == Decision.REJECT else "",
    )


def lines_of(campaign: Campaign, rows: Sequence[Submission], decision: Decision, *, now: datetime) -> list[Line]:
    """One for each. One query, two for decisions that pay."""
    terms = terms_of(campaign)
    each = with_fee(campaign, terms.reward, masters=terms.is_for_masters).total
    owed = _owed(rows) if decision == Decision.REJECT else {}
    compensated = _compensated(rows) if decision in PAYS else {}
    found = []
    for row in rows:
        work = work_of(row, campaign)
        pays = decision in PAYS and not is_paid_already(work) and not _is_approved(row)
        found.append(
            Line(
                pk=row.pk,
                uuid=str(row.uuid),
                person=row.participant.uuid.hex[:8],
                amount=each if pays else ZERO,
                lost=owed.get(row.pk, terms.reward) if decision == Decision.REJECT else ZERO,
                why_not=obstacle(decision, work, now=now),
                notes=(*compensated.get((row.posting.campaign_id, row.participant_id), ()), *notes_of(row)),
                until=work.until if decision == Decision.REJECT else None,
            )
        )
    return found


def notes_of(submission: Submission) -> tuple[str, ...]:
    """What is known against it, in short sentences."""
    notes = []
    if submission.done_at is None:
        outcome = submission.get_outcome_display().lower() if submission.outcome else "never finished here"
        notes.append(f"{'Handed in, and not' if submission.submitted_at else 'Not'} completed here ({outcome}).")
    if submission.code_standing in CODE_NOTES:
        notes.append(CODE_NOTES[submission.code_standing])
    if submission.session is None:
        return (*notes, "Nobody came to our pages under this claim.")
    if submission.session.checks_failed:
        notes.append(f"Missed {submission.session.checks_failed} of the checks.")
    mark = getattr(submission.session, "quality", None)
    return (*notes, *(mark.reasons if mark else ()))


def reviews_of(campaign: Campaign, *, most: int) -> list[Review]:
    """What was decided, the newest first, with how many each was about. Two queries."""
    rows = Review.objects.filter(campaign=campaign).select_related("by", "second_by")
    return list(rows.prefetch_related("lines__submission__participant")[:most])


def proposed(submissions: Iterable[Submission] | QuerySet[Submission]) -> QuerySet[ReviewLine]:
    """Lines about these that wait for a second person."""
    return ReviewLine.objects.filter(submission__in=submissions, review__status=Review.Status.PROPOSED)


def ruled_work() -> QuerySet[Submission]:
    """What the rule approves: completed, checks passed, handed in, undecided; proposed for rejection by nobody.

    Whom a compensation was meant for instead is looked at: approving their work would pay them twice.
    """
    waits = ReviewLine.objects.filter(submission=OuterRef("pk"), review__status=Review.Status.PROPOSED)
    on = Q(posting__campaign__review_rule="on")
    on |= Q(posting__campaign__review_rule="", posting__campaign__terms__auto_approve=True)
    judged = Q(session__quality__isnull=False)
    instead = Obligation.objects.filter(
        participant=OuterRef("participant"), campaign=OuterRef("posting__campaign"), kind=Obligation.Kind.COMPENSATION
    ).exclude(payment__state="cancelled")
    alone = ~Exists(waits) & ~Exists(instead)
    rows = Submission.objects.filter(on, WAITING, PASSED, judged, alone, posting__purpose="recruit")
    return rows.exclude(posting__campaign__status=Campaign.Status.DRAFT)


def due_soon(campaign: Campaign, *, now: datetime, within: timedelta = timedelta(days=1)) -> int:
    """How many wait that the platform is going to approve by itself within that time."""
    return submissions_of(campaign).filter(WAITING, decide_before__lte=now + within).count()


def _owed(rows: Sequence[Submission]) -> dict[int, Decimal]:
    """Submission > base and bonus that a rejection calls off."""
    owed = Obligation.objects.filter(submission__in=rows, kind__in=("base", "bonus"))
    owed = owed.exclude(payment__state__in=("confirmed", "cancelled")).order_by()
    return dict(owed.values_list("submission").annotate(total=Sum("amount")))


def _compensated(rows: Sequence[Submission]) -> dict[tuple[int, int], tuple[str, ...]]:
    """(campaign, person) > what was meant to pay the same work already: approving it pays them twice. One query."""
    people = [row.participant_id for row in rows]
    owed = Obligation.objects.filter(participant__in=people, kind=Obligation.Kind.COMPENSATION).order_by("pk")
    owed = owed.exclude(payment__state="cancelled").select_related("payment")
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    for each in owed:
        key = (each.campaign_id, each.participant_id)
        found[key] = (*found.get(key, ()), _of_compensation(each))
    return found


def _of_compensation(owed: Obligation) -> str:
    left = owed.payment.sent_at
    if left:
        return f"A compensation of {owed.amount} left for them on {left:%d %b %Y}: approving pays them twice."
    return f"A compensation of {owed.amount} is owed to them and has not left yet: only one of the two is to be paid."


def _is_approved(submission: Submission) -> bool:
    return submission.desired == SubmissionWish.APPROVED and submission.refused != submission.desired
