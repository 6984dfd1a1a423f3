"""What MTurk answers, in our words."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from crowd.platforms.base import BonusSeen, PostingSeen, SubmissionSeen
from crowd.platforms.mturk.answers import code_of
from crowd.reconcile.words import PostingSight, SubmissionSight

if TYPE_CHECKING:
    from mypy_boto3_mturk.type_defs import AssignmentTypeDef, BonusPaymentTypeDef, HITTypeDef

RESOLUTION: Final = timedelta(seconds=1)  # of the header that says what time it is there
SUBMISSIONS: Final = {
    "Submitted": SubmissionSight.SUBMITTED,
    "Approved": SubmissionSight.APPROVED,
    "Rejected": SubmissionSight.REJECTED,
}


def posting_sight(hit: HITTypeDef, now: datetime) -> PostingSight:
    """A HIT whose places are all taken is TAKEN until it expires, and CLOSED from then on. Paused looks like CLOSED."""
    if hit["HITStatus"] == "Disposed":
        return PostingSight.GONE
    if hit["HITStatus"] == "Assignable":
        return PostingSight.OPEN
    is_over = hit["Expiration"] <= now + RESOLUTION or hit.get("NumberOfAssignmentsAvailable", 0) > 0
    return PostingSight.CLOSED if is_over else PostingSight.TAKEN


def posting_seen(hit: HITTypeDef, now: datetime) -> PostingSeen:
    """now: at the platform."""
    return PostingSeen(
        external_id=hit["HITId"],
        sight=posting_sight(hit, now),
        places=hit["MaxAssignments"],
        group_id=hit.get("HITTypeId", ""),
        pending=hit.get("NumberOfAssignmentsPending"),
        available=hit.get("NumberOfAssignmentsAvailable"),
        completed=hit.get("NumberOfAssignmentsCompleted"),
        expires_at=hit["Expiration"],
    )


def submission_seen(assignment: AssignmentTypeDef) -> SubmissionSeen:
    """MTurk lists what was submitted, and nothing before."""
    return SubmissionSeen(
        external_id=assignment["AssignmentId"],
        posting_id=assignment["HITId"],
        worker=assignment["WorkerId"],
        sight=SUBMISSIONS[assignment["AssignmentStatus"]],
        accepted_at=assignment.get("AcceptTime"),
        submitted_at=assignment.get("SubmitTime"),
        decided_at=assignment.get("ApprovalTime") or assignment.get("RejectionTime"),
        decide_before=assignment.get("AutoApprovalTime"),
        code=code_of(assignment.get("Answer", "")),
    )


def bonus_seen(bonus: BonusPaymentTypeDef) -> BonusSeen:
    """MTurk keeps no token: our reference stands in the reason."""
    return BonusSeen(
        submission_id=bonus["AssignmentId"],
        amount=Decimal(bonus["BonusAmount"]),
        reason=bonus.get("Reason", ""),
        at=bonus.get("GrantTime"),
    )
