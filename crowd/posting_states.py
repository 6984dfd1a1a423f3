"""A posting's row as the table asks for it."""

from __future__ import annotations

from datetime import datetime

from crowd.models import Posting, Submission
from crowd.reconcile.postings import PostingState
from crowd.reconcile.words import PostingSight, PostingWish, SubmissionSight


def state_of(row: Posting, now: datetime) -> PostingState:
    """What the table asks. One query, for a posting that is to be removed."""
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
        is_reviewed=row.desired != PostingWish.GONE or not _waits_for_review(row),
        has_time=row.expires_at is None or row.expires_at > now,
    )


def _waits_for_review(row: Posting) -> bool:
    return Submission.objects.filter(posting=row, observed=SubmissionSight.SUBMITTED).exists()
