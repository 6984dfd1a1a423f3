"""What Prolific answers, in our words."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from crowd.platforms.base import BonusSeen, PostingSeen, SubmissionSeen
from crowd.reconcile.words import PostingSight, SubmissionSight
from experiments.types import Json, JsonObject

DONE_WITH: Final = "(done) "
"""Before the internal name of a study that we need no more. Nothing that was published can be deleted there."""

STUDIES: Final = {
    "UNPUBLISHED": PostingSight.PAUSED,  # a draft: opening it publishes it
    "ACTIVE": PostingSight.OPEN,
    "PAUSED": PostingSight.PAUSED,
    "AWAITING REVIEW": PostingSight.CLOSED,
    "COMPLETED": PostingSight.CLOSED,
}
SUBMISSIONS: Final = {
    "RESERVED": SubmissionSight.ACTIVE,
    "ACTIVE": SubmissionSight.ACTIVE,
    "AWAITING REVIEW": SubmissionSight.SUBMITTED,
    "APPROVED": SubmissionSight.APPROVED,
    "PARTIALLY APPROVED": SubmissionSight.PARTLY_APPROVED,
    "REJECTED": SubmissionSight.REJECTED,
    "RETURNED": SubmissionSight.RETURNED,
    "TIMED-OUT": SubmissionSight.TIMED_OUT,
    "SCREENED OUT": SubmissionSight.SCREENED_OUT,
}
DECIDED: Final = ("APPROVED", "PARTIALLY APPROVED", "REJECTED", "SCREENED OUT")
APPROVES_BY_ITSELF_AFTER: Final = timedelta(days=21)


def posting_sight(study: JsonObject) -> PostingSight:
    """Statuses that we do not know (there are undocumented ones) are on their way to one that we do."""
    if text(study, "internal_name").startswith(DONE_WITH):
        return PostingSight.GONE
    sight = STUDIES.get(text(study, "status").upper(), PostingSight.PENDING)
    is_full = number(study, "places_taken") >= number(study, "total_available_places")
    return PostingSight.TAKEN if sight == PostingSight.OPEN and is_full else sight


def posting_seen(study: JsonObject, counts: JsonObject | None = None) -> PostingSeen:
    """counts: of its submissions by status, where they were asked for."""
    places, taken = number(study, "total_available_places"), number(study, "places_taken")
    return PostingSeen(
        external_id=text(study, "id"),
        sight=posting_sight(study),
        places=places,
        pending=None if counts is None else number(counts, "RESERVED") + number(counts, "ACTIVE"),
        available=max(0, places - taken),
        completed=None if counts is None else sum(number(counts, status) for status in DECIDED),
    )


def submission_seen(submission: JsonObject, study_id: str = "") -> SubmissionSeen:
    """study_id: where the list says it. Unknown statuses are of somebody who is still at it."""
    status = text(submission, "status").upper()
    completed = moment(submission.get("completed_at"))
    sight = SUBMISSIONS.get(status, SubmissionSight.ACTIVE)
    is_waiting = sight == SubmissionSight.SUBMITTED and completed is not None
    return SubmissionSeen(
        external_id=text(submission, "id"),
        posting_id=text(submission, "study_id") or text(submission, "study") or study_id,
        worker=text(submission, "participant_id") or text(submission, "participant"),
        sight=sight,
        accepted_at=moment(submission.get("started_at")),
        submitted_at=completed,
        decide_before=completed + APPROVES_BY_ITSELF_AFTER if is_waiting and completed else None,
        code=text(submission, "study_code")[:40],
    )


def bonuses_seen(submission: JsonObject) -> list[BonusSeen]:
    """Amounts alone, in minor units: Prolific keeps no reasons."""
    paid = submission.get("bonus_payments")
    rows = paid if isinstance(paid, list) else []
    return [
        BonusSeen(text(submission, "id"), Decimal(int(each)) / 100) for each in rows if isinstance(each, int | float)
    ]


def text(row: JsonObject, name: str) -> str:
    """A field that is text; "" if it is not there."""
    found = row.get(name)
    return found if isinstance(found, str) else ""


def number(row: JsonObject, name: str) -> int:
    """A field that is a whole number; 0 if it is not there."""
    found = row.get(name)
    return int(found) if isinstance(found, int | float) else 0


def moment(said: Json | None) -> datetime | None:
    """ISO 8601 with a zone; None for anything else."""
    try:
        found = datetime.fromisoformat(str(said).replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else None
