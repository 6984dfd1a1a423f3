"""Reviews for programs: plans, submissions and what was decided, as JSON; and as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from crowd.models import Review
from crowd.reviewing.plan import Line, ReviewPlan
from crowd.showing.review_page import WorkRow
from experiments.types import JsonObject


def plan_document(plan: ReviewPlan) -> JsonObject:
    """A plan. confirm_with: what is to be typed."""
    return {
        "decision": str(plan.decision),
        "people": len(plan.lines),
        "total": str(plan.total),
        "not_paid": str(plan.lost),
        "category": plan.category,
        "currency": plan.currency,
        "sha256": plan.sha256,
        "confirm_with": plan.phrase,
        "needs_second": plan.needs_second,
        "until": plan.until.isoformat() if plan.until else None,
        "lines": [_line(each) for each in plan.lines],
        "left_out": [{"submission": each.uuid, "because": each.why_not} for each in plan.left_out],
    }


def review_document(review: Review) -> JsonObject:
    """What was decided; `lines` must be at hand."""
    return {
        "id": str(review.uuid),
        "decision": review.decision,
        "status": review.status,
        "reason": review.reason,
        "message": review.message,
        "category": review.category,
        "total": str(review.total),
        "rule": review.rule,
        "by": review.by.get_username() if review.by else None,
        "at": review.at.isoformat(),
        "second_by": review.second_by.get_username() if review.second_by else None,
        "submissions": [str(line.submission.uuid) for line in review.lines.all()],
    }


def work_document(row: WorkRow) -> JsonObject:
    """What one person did."""
    submission = row.submission
    return {
        "id": str(submission.uuid),
        "participant": str(submission.participant.uuid),
        "outcome": submission.outcome,
        "observed": submission.observed,
        "desired": submission.desired,
        "is_used": submission.is_used,
        "minutes": row.minutes,
        "quality": row.score,
        "is_excluded": row.is_excluded,
        "notes": list(row.notes),
        "decisions": [str(each) for each in row.decisions],
        "done_at": submission.done_at.isoformat() if submission.done_at else None,
        "submitted_at": submission.submitted_at.isoformat() if submission.submitted_at else None,
        "decided_at": submission.decided_at.isoformat() if submission.decided_at else None,
        "decide_before": submission.decide_before.isoformat() if submission.decide_before else None,
    }


def plan_lines(plan: ReviewPlan) -> list[str]:
    """For a terminal."""
    lost = f", {plan.lost} {plan.currency} not paid" if plan.lost else ""
    head = f"{plan.decision}: {len(plan.lines)} people, {plan.total} {plan.currency} with fees{lost}"
    rows = [f"  {line.uuid[:8]}  {line.amount:>8}  {' '.join(line.notes)}".rstrip() for line in plan.lines]
    left = [f"  {line.uuid[:8]}  left out: {line.why_not}" for line in plan.left_out]
    second = ["Another person has to agree before anybody is rejected."] if plan.needs_second else []
    how = [f"To do it, add: --confirm “{plan.phrase}”"] if plan.lines else ["There is nobody to decide about."]
    return [head, *rows, *left, *second, *how]


def work_lines(rows: Sequence[WorkRow]) -> list[str]:
    """For a terminal."""
    return [
        f"{str(row.submission.uuid)[:8]}  {row.person}  {row.here:<16} {row.there:<12} "
        f"{row.minutes if row.minutes is not None else '-':>6} min  {' '.join(row.notes) or 'nothing against it'}"
        for row in rows
    ] or ["Nobody is on this list."]


def _line(line: Line) -> JsonObject:
    return {
        "submission": line.uuid,
        "participant": line.person,
        "amount": str(line.amount),
        "not_paid": str(line.lost),
        "notes": list(line.notes),
        "until": line.until.isoformat() if line.until else None,
    }
