"""Approve, reject, pay without using: a previewed plan, confirmed as a whole, with a line of record for each person.

A review only says what is wanted; the executor tells the platform. Nothing here can be done by looking at a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from crowd import events
from crowd.errors import BudgetExceeded, NotConfirmed
from crowd.events import CrowdEvent
from crowd.models import Campaign, Review, ReviewLine, Submission
from crowd.platforms import PLATFORMS
from crowd.reads.budgets import room_of
from crowd.reads.reviews import MOST, Ask, lines_of, plan_of_review, proposed, submissions_of
from crowd.reviewing.plan import Line, ReviewPlan
from crowd.reviewing.words import NEEDS_REASON, PAYS, SETTLED, WISHES, Decision
from crowd.services.campaigns import lock
from crowd.services.covering import cover
from crowd.services.holds import hold_claim
from experiments.errors import BadValue, IllegalTransition
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SHORTEST: Final = 10
COLUMNS: Final = ("desired", "reason", "category", "is_used", "refused", "told", "trouble", "attempts", "retry_at")


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody typed, and the digest of the plan that they looked at."""

    typed: str
    sha256: str
    by: User | None


def checked_plan(campaign: Campaign, ask: Ask, *, now: datetime) -> ReviewPlan:
    """The plan of it; BadValue if a reason is missing or too short for the platform, or too many are chosen."""
    _require_reason(campaign, ask)
    _require_category(campaign, ask)
    plan = plan_of_review(campaign, ask, now=now)
    if len(plan.lines) + len(plan.left_out) > MOST:
        raise BadValue(f"At most {MOST:,} can be decided at once.", hint="Choose fewer, then go on.")
    return plan


@transaction.atomic
def review_work(campaign: Campaign, ask: Ask, meant: Meant, *, now: datetime) -> Review:
    """Decide it about everybody on the plan, or about nobody.

    Sent again it is NotConfirmed: by then nobody is left to decide about. Where rejections need two people it is only
    proposed: another one agrees (`agree`) or takes it back (`take_back`).
    """
    campaign = lock(campaign)
    _lock_rows(campaign, ask)
    plan = checked_plan(campaign, ask, now=now)
    _require_meant(plan, meant)
    if plan.needs_second and meant.by is None:
        raise NotConfirmed("Rejections need two people here: say who proposes it.", hint="Name yourself: --by USER.")
    _require_nothing_proposed(plan)
    if ask.decision == Decision.OVERRIDE:
        _require_room(campaign, plan)
        _hold_again(plan, now=now)
    review = write(campaign, plan, meant, now=now)
    if plan.needs_second:
        _record(CrowdEvent.REVIEW_PROPOSED, review, len(plan.lines), now)
        return review
    carry(review, now=now)
    return review


@transaction.atomic
def agree(review: Review, *, by: User, now: datetime) -> Review:
    """The second person's yes. It happens as it was proposed, or not at all if any of it cannot be any more."""
    review = _locked(review)
    if review.status == Review.Status.DONE:
        return review
    _require_proposed(review)
    if review.by_id == by.pk:
        raise IllegalTransition("Who proposed it cannot agree to it.", hint="Ask another owner of the study.")
    decision, campaign = Decision(review.decision), review.campaign
    rows = list(
        submissions_of(campaign).filter(review_lines__review=review).select_for_update(of=("self",), no_key=True)
    )
    late = [line for line in lines_of(campaign, rows, decision, now=now) if line.why_not]
    if late:
        raise NotConfirmed(
            f"{len(late)} of them cannot be decided so any more: {late[0].why_not}", hint="Take it back."
        )
    review.status, review.second_by, review.second_at = Review.Status.DONE, by, now
    review.save(update_fields=["status", "second_by", "second_at"])
    carry(review, now=now)
    return review


@transaction.atomic
def take_back(review: Review, *, now: datetime) -> Review:
    """A proposal comes to nothing. What was decided is not taken back here: that is a decision of its own."""
    review = _locked(review)
    if review.status == Review.Status.WITHDRAWN:
        return review
    _require_proposed(review)
    review.status, review.second_at = Review.Status.WITHDRAWN, now
    review.save(update_fields=["status", "second_at"])
    _record(CrowdEvent.REVIEW_WITHDRAWN, review, review.lines.count(), now)
    return review


def _require_reason(campaign: Campaign, ask: Ask) -> None:
    kind = PLATFORMS[campaign.account.platform]
    least = max(SHORTEST, kind.shortest_reason if ask.decision == Decision.REJECT else 0)
    if ask.decision in NEEDS_REASON and len(ask.reason.strip()) < least:
        raise BadValue(
            f"To {ask.decision} takes a reason of at least {least} characters.",
            hint="Say what the person did, and how you know." if ask.decision == Decision.REJECT else "It is kept.",
        )


def _require_category(campaign: Campaign, ask: Ask) -> None:
    kind = PLATFORMS[campaign.account.platform]
    if ask.decision != Decision.REJECT or not kind.categories:
        return
    names = [name for name, _ in kind.categories]
    if ask.category not in names:
        said = f"“{ask.category}” is none of them" if ask.category else "none was named"
        raise BadValue(
            f"{kind.title} takes a rejection with one of its categories, and {said}.",
            hint=f"They are: {', '.join(names)}.",
        )


def _lock_rows(campaign: Campaign, ask: Ask) -> None:
    rows = Submission.objects.filter(posting__campaign=campaign)
    rows = rows.filter(uuid__in=ask.submissions) if ask.submissions else rows.exclude(observed="returned")
    list(rows.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))


def _require_meant(plan: ReviewPlan, meant: Meant) -> None:
    if not plan.lines:
        why = f" {plan.left_out[0].why_not}" if plan.left_out else ""
        raise NotConfirmed(f"There is nobody to {plan.decision}.{why}", hint="Look again: it may be done already.")
    if meant.sha256 != plan.sha256:
        raise NotConfirmed("It has changed since you looked at it: nothing was done.", hint="Look at it again.")
    if not plan.is_meant_by(meant.typed):
        raise NotConfirmed(
            f"It is confirmed with “{plan.phrase}”, not with “{meant.typed}”: nothing was done.", hint="Type it so."
        )


def _require_nothing_proposed(plan: ReviewPlan) -> None:
    rows = Submission.objects.filter(pk__in=[line.pk for line in plan.lines])
    if proposed(rows).exists():
        raise IllegalTransition(
            "A rejection of some of them waits for a second person.", hint="Agree to it, or take it back first."
        )


def _require_room(campaign: Campaign, plan: ReviewPlan) -> None:
    """What was called off is not held any more: it takes new money."""
    room = room_of(campaign.experiment.study)
    if plan.total > room.free:
        raise BudgetExceeded(f"It takes {plan.total} {plan.currency}, and {room.free} are free.")


def _hold_again(plan: ReviewPlan, *, now: datetime) -> None:
    """Till the platform has approved it nobody else may have that money. BudgetExceeded: nothing was decided."""
    rows = Submission.objects.filter(pk__in=[line.pk for line in plan.lines])
    for row in rows.select_related("posting__campaign__account", "posting__campaign__experiment__study").order_by("pk"):
        hold_claim(row, at=now)


def write(campaign: Campaign, plan: ReviewPlan, meant: Meant, *, now: datetime, rule: str = "") -> Review:
    """The record of a plan, with its lines; nothing is decided by it."""
    review = Review.objects.create(
        campaign=campaign,
        decision=plan.decision,
        status=Review.Status.PROPOSED if plan.needs_second else Review.Status.DONE,
        reason=plan.reason,
        message=plan.reason if plan.decision == Decision.REJECT else plan.message,
        category=plan.category,
        total=plan.total,
        sha256=plan.sha256,
        rule=rule,
        by=meant.by,
        at=now,
    )
    before = Submission.objects.in_bulk([line.pk for line in plan.lines])
    ReviewLine.objects.bulk_create(_line(review, line, before[line.pk]) for line in plan.lines)
    return review


def _line(review: Review, line: Line, submission: Submission) -> ReviewLine:
    return ReviewLine(
        review=review,
        submission=submission,
        before=submission.desired,
        was_used=submission.is_used,
        amount=line.amount,
        because=" ".join(line.notes)[:500],
        until=line.until,
    )


def carry(review: Review, *, now: datetime) -> None:
    """Want it, row by row, and tell the diary. BudgetExceeded if the pay of one is not to be had: nothing is wanted."""
    rows = list(
        Submission.objects.filter(review_lines__review=review)
        .select_for_update(of=("self",), no_key=True)
        .select_related("posting__campaign__account", "posting__campaign__experiment__study")
        .order_by("pk")
    )
    if Decision(review.decision) in PAYS:
        paid = set(review.lines.filter(amount__gt=0).values_list("submission", flat=True))
        cover([row for row in rows if row.pk in paid], at=now)
    for row in rows:
        _decide(row, review)
    Submission.objects.bulk_update(rows, COLUMNS)
    _record(CrowdEvent.REVIEW_CONFIRMED, review, len(rows), now)
    events.record_all(
        CrowdEvent.SUBMISSION_DECIDED,
        review.campaign.experiment,
        subjects=[f"submission:{row.uuid}" for row in rows],
        at=now,
        payload={"decision": review.decision, "review": str(review.uuid)},
    )


def _decide(row: Submission, review: Review) -> None:
    decision = Decision(review.decision)
    if decision in (Decision.SOFT_REJECT, Decision.USE):
        row.is_used = decision == Decision.USE
    if decision not in WISHES or row.observed in SETTLED or _is_asked(row, decision):
        return
    row.desired, row.reason, row.category = WISHES[decision], review.message, review.category
    row.refused, row.told, row.trouble, row.attempts, row.retry_at = "", "", "", 0, None


def _is_asked(row: Submission, decision: Decision) -> bool:
    """The platform is being told that already."""
    return row.desired == WISHES[decision] and row.refused != row.desired


def _locked(review: Review) -> Review:
    rows = Review.objects.select_related("campaign__account", "campaign__experiment__study")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=review.pk)


def _require_proposed(review: Review) -> None:
    if review.status != Review.Status.PROPOSED:
        raise IllegalTransition(f"It is {review.get_status_display().lower()}: there is nothing to agree to.")


def _record(kind: CrowdEvent, review: Review, n: int, now: datetime) -> None:
    payload: JsonObject = {
        "review": str(review.uuid),
        "decision": review.decision,
        "people": n,
        "total": str(review.total),
        "rule": review.rule,
    }
    subject = f"campaign:{review.campaign.uuid}"
    events.record(kind, review.campaign.experiment, subject=subject, at=now, payload=payload)
