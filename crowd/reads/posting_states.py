"""A posting's row as the table asks for it."""

from __future__ import annotations

from datetime import datetime

from crowd.models import Posting, Submission
from crowd.reconcile.postings import PostingState
from crowd.reconcile.words import PostingSight, PostingWish, SubmissionSight


def state_of(row: Posting, now: datetime, *, is_reviewed: bool) -> PostingState:
    """What the table asks. is_reviewed: see `is_reviewed`."""
    counts = row.counts if isinstance(row.counts, dict) else {}
    free = counts.get("available")
    return PostingState(
        wish=PostingWish(row.desired),
        sight=PostingSight(row.observed),
        is_known=bool(row.external_id),
        is_unsure=row.tried_at is not None,
        wanted_places=row.desired_places,
        seen_places=row.observed_places,
        free=free if isinstance(free, int) else None,
        is_reviewed=is_reviewed,
        has_time=row.expires_at is None or row.expires_at > now,
    )


def is_reviewed(row: Posting) -> bool:
    """Whether nobody's work on it waits for a decision. One query, for a posting that is to be removed; else none."""
    work = Submission.objects.filter(posting=row, observed=SubmissionSight.SUBMITTED)
    return row.desired != PostingWish.GONE or not work.exists()
