"""Records as the wire shows them: at the time up to which a read sees what was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.accounting import Counts, status_of
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.records import Assignment, Bonus, Hit

T = TypeVar("T")
FIRST_PAGE = 10


def as_seen(assignment: Assignment, at: float) -> Assignment:
    """What it was at that time: a read that lags behind."""
    for moment, status in ((assignment.approved, "Rejected" if assignment.rejected else "Submitted"),):
        if moment is not None and moment > at:
            assignment = replace(assignment, status=status, approved=None)
    if assignment.rejected is not None and assignment.rejected > at:
        assignment = replace(assignment, status="Submitted", rejected=None)
    if assignment.submitted is not None and assignment.submitted > at:
        assignment = replace(assignment, status="Accepted", submitted=None, answer="")
    return assignment


def seen_assignments(market: Market, hit: Hit) -> list[Assignment]:
    """Those of a HIT, as a read sees them."""
    at = market.seen_at
    return [as_seen(each, at) for each in market.assignments.where("hit_id", hit.id)]


def hit_view(market: Market, hit: Hit) -> Json:
    """A HIT."""
    kind, counts = market.type_of(hit), Counts.of(hit, seen_assignments(market, hit))
    status = status_of(hit, counts, market.now)
    optional = {"Question": hit.question, "RequesterAnnotation": hit.annotation, "HITLayoutId": hit.layout}
    return {
        "HITId": hit.id,
        "HITTypeId": hit.type_id,
        "HITGroupId": hit.group_id,
        "CreationTime": hit.created,
        "Expiration": hit.expires,
        "Title": kind.title,
        "Description": kind.description,
        "Keywords": kind.keywords,
        "Reward": f"{kind.reward:.2f}",
        "HITStatus": status,
        "HITReviewStatus": "NotReviewed" if status in ("Assignable", "Unassignable") else _review(hit),
        "MaxAssignments": hit.maximum,
        "AutoApprovalDelayInSeconds": kind.auto_approval_delay,
        "AssignmentDurationInSeconds": kind.duration,
        "QualificationRequirements": list(kind.requirements),
        "NumberOfAssignmentsPending": counts.open,
        "NumberOfAssignmentsAvailable": counts.available,
        "NumberOfAssignmentsCompleted": counts.done,
    } | {name: value for name, value in optional.items() if value}


def _review(hit: Hit) -> str:
    return "MarkedForReview" if hit.is_reviewing else "NotReviewed"


def assignment_view(market: Market, assignment: Assignment) -> Json:
    """An assignment that was submitted."""
    times = {
        "AutoApprovalTime": assignment.auto_approval,
        "SubmitTime": assignment.submitted,
        "ApprovalTime": assignment.approved if assignment.status == "Approved" else None,
        "RejectionTime": assignment.rejected,
    }
    return {
        "AssignmentId": assignment.id,
        "WorkerId": assignment.worker_id,
        "HITId": assignment.hit_id,
        "AssignmentStatus": assignment.status,
        "AcceptTime": assignment.accepted,
        "Deadline": assignment.deadline,
        "Answer": assignment.answer,
        **{name: value for name, value in times.items() if value is not None},
        **({"RequesterFeedback": assignment.feedback} if assignment.feedback else {}),
    }


def bonus_view(bonus: Bonus) -> Json:
    """A bonus."""
    return {
        "WorkerId": bonus.worker_id,
        "BonusAmount": f"{bonus.amount:.2f}",
        "AssignmentId": bonus.assignment_id,
        "Reason": bonus.reason,
        "GrantTime": bonus.granted,
    }


def page(asked: Json, name: str, rows: list[T], shown: Callable[[T], Json]) -> Json:
    """One page of a list: no NextToken on the last one, as MTurk leaves it out."""
    start, size = _offset(asked.get("NextToken")), asked.get("MaxResults") or FIRST_PAGE
    part = rows[start : start + size]
    more = {"NextToken": f"p1:{start + size}"} if start + size < len(rows) else {}
    return {"NumResults": len(part), name: [shown(row) for row in part], **more}


def _offset(token: str | None) -> int:
    if not token:
        return 0
    prefix, _, number = token.partition(":")
    if prefix != "p1" or not number.isdigit():
        raise Refused(f"NextToken: {token!r} was not given out by a list.", "InvalidParameterValue")
    return int(number)
