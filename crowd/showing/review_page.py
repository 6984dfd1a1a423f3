"""What the page of reviews shows of each person's work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowd.models import Campaign, Submission
from crowd.reads.reviews import listed, notes_of, work_of
from crowd.reconcile.words import SubmissionSight, SubmissionWish
from crowd.reviewing.words import Decision, obstacle

AT_ONCE: Final = 50
SIGHTS: Final = {
    SubmissionSight.UNSEEN: "not seen there",
    SubmissionSight.ACTIVE: "at it",
    SubmissionSight.SUBMITTED: "handed in",
    SubmissionSight.APPROVED: "approved",
    SubmissionSight.PARTLY_APPROVED: "partly approved",
    SubmissionSight.REJECTED: "rejected",
    SubmissionSight.RETURNED: "returned",
    SubmissionSight.TIMED_OUT: "timed out",
    SubmissionSight.SCREENED_OUT: "screened out",
}
CHIPS: Final = {
    SubmissionSight.SUBMITTED: "is-paused",
    SubmissionSight.APPROVED: "is-running",
    SubmissionSight.PARTLY_APPROVED: "is-running",
    SubmissionSight.REJECTED: "is-alarm",
}
WISHES: Final = {
    SubmissionWish.APPROVED: "to be approved",
    SubmissionWish.REJECTED: "to be rejected",
    SubmissionWish.RETURNED: "asked to return it",
    SubmissionWish.COMPLETED: "handed in for them",
}


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One submission. decisions: what may be decided about it now."""

    submission: Submission
    notes: tuple[str, ...]
    decisions: tuple[Decision, ...]

    @property
    def person(self) -> str:
        """Their pseudonym, short."""
        return self.submission.participant.uuid.hex[:8]

    @property
    def minutes(self) -> float | None:
        """From coming in to the end, in minutes."""
        session = self.submission.session
        if session is None or session.ended_at is None:
            return None
        return round((session.ended_at - session.entered_at).total_seconds() / 60, 1)

    @property
    def score(self) -> float | None:
        """How much it can be trusted, in [0, 1]; None before it is judged."""
        mark = getattr(self.submission.session, "quality", None)
        return mark.score if mark else None

    @property
    def is_excluded(self) -> bool:
        """Whether the registered rule leaves them out of the second analysis."""
        mark = getattr(self.submission.session, "quality", None)
        return bool(mark and mark.is_excluded)

    @property
    def here(self) -> str:
        """How it ended with us."""
        submission = self.submission
        if submission.done_at:
            return "completed"
        return submission.get_outcome_display().lower() if submission.outcome else "not completed"

    @property
    def there(self) -> str:
        """What the platform showed last."""
        return SIGHTS[SubmissionSight(self.submission.observed)]

    @property
    def chip(self) -> str:
        """Its colour."""
        return CHIPS.get(SubmissionSight(self.submission.observed), "")

    @property
    def wish(self) -> str:
        """What was decided and is not so there yet; "" if all is as decided."""
        said = WISHES.get(SubmissionWish(self.submission.desired), "")
        is_so = self.submission.desired == self.submission.observed
        return "" if is_so or self.submission.desired == SubmissionWish.COMPLETED else said


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a list. number: from 1 on. pages: how many there are, at least 1."""

    rows: tuple[WorkRow, ...]
    number: int
    pages: int


def sheet_of(campaign: Campaign, show: str, number: int, *, n: int, now: datetime) -> Sheet:
    """A page of a list of n submissions; the last one for a number beyond it. One query."""
    pages = max(1, -(-n // AT_ONCE))
    number = min(max(1, number), pages)
    start = (number - 1) * AT_ONCE
    rows = tuple(_row(each, campaign, now) for each in listed(campaign, show)[start : start + AT_ONCE])
    return Sheet(rows, number, pages)


def _row(submission: Submission, campaign: Campaign, now: datetime) -> WorkRow:
    work = work_of(submission, campaign)
    possible = tuple(each for each in Decision if not obstacle(each, work, now=now))
    return WorkRow(submission, notes_of(submission), possible)
