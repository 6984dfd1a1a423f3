"""Done here, and never handed in there: nobody who finished goes without their pay.

Where a platform can be told, their work is handed in for them. Where only their own browser could have done it, the
sweep of money owes them a compensation (crowd.services.settling), and a posting pays it (crowd.services.compensating).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from crowd import events
from crowd.codes import ON_BEHALF, codes_of
from crowd.events import CrowdEvent
from crowd.models import Obligation, Submission
from crowd.platforms import PLATFORMS
from crowd.platforms.base import Can
from crowd.querysets import ObligationQuerySet, SubmissionQuerySet
from crowd.reconcile.words import SubmissionSight, SubmissionWish

PATIENCE: Final = timedelta(minutes=10)
"""So long somebody may read the last page, and so late the platform may show what they handed in."""
BATCH: Final = 500
ENTITLED: Final = (Submission.Outcome.COMPLETED, Submission.Outcome.TECHNICAL_FAILURE)
NOT_GIVEN_BACK: Final = (SubmissionSight.UNSEEN, SubmissionSight.ACTIVE, SubmissionSight.TIMED_OUT)


def hand_in_for_missed(*, now: datetime) -> int:
    """Wish that the platform completes the work of who finished and did not come back to it. How many."""
    rows = missed(now).order_by("pk").values_list("pk", flat=True)[:BATCH]
    return sum(_hand_in_for(pk, now=now) for pk in list(rows))


def missed(now: datetime) -> SubmissionQuerySet:
    """Those that the platform can be told of, once they have had their time."""
    able = [name for name, kind in PLATFORMS.items() if Can.COMPLETE in kind.abilities]
    rows = Submission.objects.done_here_not_there().filter(outcome__in=ENTITLED, posting__purpose="recruit")
    rows = rows.filter(posting__campaign__account__platform__in=able, done_at__lt=now - PATIENCE)
    rows = rows.exclude(Exists(_compensated()))
    return rows.filter(desired=SubmissionWish.UNDECIDED, observed__in=NOT_GIVEN_BACK)


def _compensated() -> ObligationQuerySet:
    """What a person is owed instead: approving their work would pay it a second time."""
    rows = Obligation.objects.filter(participant=OuterRef("participant"), campaign=OuterRef("posting__campaign"))
    return rows.filter(kind=Obligation.Kind.COMPENSATION).exclude(payment__state="cancelled")


@transaction.atomic
def _hand_in_for(pk: int, *, now: datetime) -> bool:
    related = missed(now).select_related("posting__campaign__experiment")
    submission = related.select_for_update(skip_locked=True, of=("self",), no_key=True).filter(pk=pk).first()
    if submission is None:
        return False
    submission.desired = SubmissionWish.COMPLETED
    submission.code = codes_of(submission.posting)[ON_BEHALF]
    submission.retry_at = None
    submission.save(update_fields=["desired", "code", "retry_at"])
    experiment, subject = submission.posting.campaign.experiment, f"submission:{submission.uuid}"
    events.record(CrowdEvent.HAND_OFF_MISSED, experiment, subject=subject, at=now)
    return True
