"""What was submitted, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.records import Assignment
from crowd.standin.mturk.views import as_seen, assignment_view, hit_view, page, seen_assignments

REVERSAL = 30 * 24 * 3600
LISTED = ("Submitted", "Approved", "Rejected")
LONGEST_FEEDBACK = 1024


def list_assignments(market: Market, asked: Json) -> Json:
    """Submitted, approved and rejected ones; never who is still at work, returned or abandoned."""
    hit, wanted = market.hit(asked["HITId"]), asked.get("AssignmentStatuses") or LISTED
    found = [each for each in seen_assignments(market, hit) if each.status in LISTED and each.status in wanted]
    found.sort(key=lambda each: (each.submitted or 0, each.id))
    return page(asked, "Assignments", found, lambda each: assignment_view(market, each))


def get_assignment(market: Market, asked: Json) -> Json:
    """With its HIT."""
    assignment = as_seen(market.assignment(asked["AssignmentId"]), market.seen_at)
    if assignment.submitted is None:
        raise Refused(f"Assignment {assignment.id} does not exist. ({market.stamp})", "AssignmentDoesNotExist")
    hit = market.hits[assignment.hit_id]
    return {"Assignment": assignment_view(market, assignment), "HIT": hit_view(market, hit)}


def approve(market: Market, asked: Json) -> Json:
    """Pay the reward. A rejected one within 30 days of its submission, with OverrideRejection, while its HIT is."""
    assignment, override = market.assignment(asked["AssignmentId"]), bool(asked.get("OverrideRejection"))
    if assignment.status == "Rejected" and override:
        _check_reversal(market, assignment)
    elif assignment.status != "Submitted":
        raise _wrong_state(market, assignment)
    feedback = asked.get("RequesterFeedback", "")[:LONGEST_FEEDBACK] or assignment.feedback
    market.approve(replace(assignment, approved=market.now, feedback=feedback))
    return {}


def reject(market: Market, asked: Json) -> Json:
    """Do not pay it, and say why."""
    assignment = market.assignment(asked["AssignmentId"])
    if assignment.status != "Submitted":
        raise _wrong_state(market, assignment)
    if not asked["RequesterFeedback"].strip():
        raise Refused("RequesterFeedback: it is empty.", "InvalidParameterValue")
    feedback = asked["RequesterFeedback"][:LONGEST_FEEDBACK]
    market.move(replace(assignment, status="Rejected", rejected=market.now, feedback=feedback), "AssignmentRejected")
    return {}


def _check_reversal(market: Market, assignment: Assignment) -> None:
    if market.hits[assignment.hit_id].is_disposed or market.now > (assignment.submitted or 0) + REVERSAL:
        raise Refused(
            f"A rejection can be overridden within 30 days of the submission while the HIT exists. ({market.stamp})",
            "InvalidAssignmentState",
        )


def _wrong_state(market: Market, assignment: Assignment) -> Refused:
    return Refused(
        f"This Assignment is currently in the state '{assignment.status}'. "
        f"This operation can be called with a status of: Submitted ({market.stamp})",
        "InvalidAssignmentState",
    )


OPERATIONS = {
    "ListAssignmentsForHIT": list_assignments,
    "GetAssignment": get_assignment,
    "ApproveAssignment": approve,
    "RejectAssignment": reject,
}
