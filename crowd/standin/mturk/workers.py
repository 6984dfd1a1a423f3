"""What a worker may do: accept, return and submit, with MTurk's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from xml.sax.saxutils import escape

from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.market import Market, new_id
from crowd.standin.mturk.qualifying import unmet
from crowd.standin.mturk.records import Assignment, Hit, Worker

ANSWERS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2005-10-01/QuestionFormAnswers.xsd"


def worker(market: Market, key: str) -> Worker:
    """Whoever has this id; somebody ordinary where nobody said more."""
    return market.workers.get(key) or Worker(key)


def accept(market: Market, hit: Hit, worker_id: str) -> Assignment:
    """Take a place of the HIT. Refused as MTurk refuses; who holds one already gets that one."""
    before = [each for each in market.assignments.where("hit_id", hit.id) if each.worker_id == worker_id]
    held = [each for each in before if each.status == "Accepted"]
    if held:
        return held[0]
    if any(each.status in ("Submitted", "Approved", "Rejected") for each in before):
        raise Refused("You have already worked on this HIT.", "ExceedsMaxAssignmentsPerWorker")
    _check_worker(market, hit, worker(market, worker_id))
    if market.status(hit) != "Assignable":
        raise Refused("There are no more of these HITs available.", "InvalidHITState")
    assignment = Assignment(
        id=_id_for(market, hit),
        hit_id=hit.id,
        worker_id=worker_id,
        status="Accepted",
        accepted=market.now,
        deadline=market.now + market.type_of(hit).duration,
    )
    market.move(assignment, "AssignmentAccepted")
    return assignment


def give_back(market: Market, assignment: Assignment) -> None:
    """Return it: the place is free again."""
    if assignment.status != "Accepted":
        raise Refused("This assignment is not yours to return any more.", "InvalidAssignmentState")
    market.move(replace(assignment, status="Returned"), "AssignmentReturned")


def submit(market: Market, assignment_id: str, fields: Sequence[tuple[str, str]]) -> Assignment:
    """The form that the worker's browser posts. Refused the second time, after the deadline, and empty."""
    assignment = market.assignments.get(assignment_id)
    if assignment is None or assignment.status != "Accepted":
        raise Refused("There was a problem submitting your results for this HIT.", "InvalidAssignmentState")
    answers = [(name, value) for name, value in fields if name not in ("assignmentId", "workerId", "hitId")]
    if not any(value for _, value in answers):
        raise Refused("There was a problem submitting your results: no answer was sent.", "InvalidParameterValue")
    kind = market.type_of(market.hits[assignment.hit_id])
    done = replace(
        assignment,
        status="Submitted",
        submitted=market.now,
        auto_approval=market.now + kind.auto_approval_delay,
        answer=_written(answers),
    )
    market.move(done, "AssignmentSubmitted")
    return done


def _check_worker(market: Market, hit: Hit, person: Worker) -> None:
    if person.block_reason is not None:
        raise Refused("This requester does not let you work on their HITs.", "PermissionDeniedException")
    missing = unmet(market, person, market.type_of(hit))
    if missing:
        raise Refused(
            f"You do not meet the qualifications of this HIT: {', '.join(missing)}.", "DoesNotMeetRequirements"
        )


def _id_for(market: Market, hit: Hit) -> str:
    """A new one; or, where the settings say so, that of one which was returned."""
    if market.world.settings.number("reuse_assignments"):
        for each in market.assignments.where("hit_id", hit.id):
            if each.status in ("Returned", "Abandoned"):
                return each.id
    return new_id()


def _written(answers: Sequence[tuple[str, str]]) -> str:
    parts = "".join(
        f"<Answer><QuestionIdentifier>{escape(name)}</QuestionIdentifier><FreeText>{escape(value)}</FreeText></Answer>"
        for name, value in answers
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><QuestionFormAnswers xmlns="{ANSWERS}">{parts}</QuestionFormAnswers>'
