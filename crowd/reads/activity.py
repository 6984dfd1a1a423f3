"""How much goes on at an account: what decides when it is read again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from crowd.models import Account, Posting, Submission
from crowd.reconcile.pace import Activity
from crowd.reconcile.words import PostingSight, SubmissionSight

LATELY: Final = timedelta(minutes=5)
SETTLED: Final = (PostingSight.CLOSED, PostingSight.GONE, PostingSight.ABSENT)
ON_THE_WAY: Final = (SubmissionSight.UNSEEN, SubmissionSight.ACTIVE, SubmissionSight.SUBMITTED)


def activity_of(account: Account, now: datetime) -> Activity:
    """Four questions to the tables, each answered by whether there is one."""
    postings = Posting.objects.known().filter(campaign__account=account)
    claims = Submission.objects.filter(posting__campaign__account=account)
    held = postings.filter(observed__in=(PostingSight.OPEN, PostingSight.TAKEN), counts__pending__gt=0)
    came = claims.filter(observed__in=(SubmissionSight.UNSEEN, SubmissionSight.ACTIVE), accepted_at__gte=now - LATELY)
    is_open = postings.filter(observed__in=(PostingSight.OPEN, PostingSight.TAKEN, PostingSight.PENDING)).exists()
    awaited = postings.exclude(observed__in=SETTLED).exists() or claims.filter(observed__in=ON_THE_WAY).exists()
    return Activity(people=int(held.exists() or came.exists()), open=int(is_open), awaited=int(awaited))
