"""Submissions: what is called for them, and what is known after it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db.models import QuerySet

from crowd.errors import AlreadyDone, PlatformUnavailable
from crowd.models import Account, Campaign, Submission
from crowd.platforms.base import Platform, SubmissionSeen
from crowd.reconcile.actions import Action
from crowd.reconcile.submissions import submission_action
from crowd.reconcile.words import SubmissionSight, SubmissionWish
from crowd.services.observing import believed_sight, is_of, submission_told

AFTER = {
    Action.APPROVE: SubmissionSight.APPROVED,
    Action.OVERRIDE: SubmissionSight.APPROVED,
    Action.REJECT: SubmissionSight.REJECTED,
    Action.COMPLETE: SubmissionSight.SUBMITTED,
}


class Submissions:
    """See `Pursuit`."""

    def due(self, account: Account, now: datetime) -> QuerySet[Submission]:
        """Whose time runs out first comes first."""
        rows = Submission.objects.to_do(now).filter(posting__campaign__account=account)
        related = rows.select_related("participant", "posting__campaign__experiment__study")
        return related.order_by("decide_before", "pk")

    def campaign_of(self, row: Submission) -> Campaign:
        return row.posting.campaign

    def action(self, row: Submission, now: datetime) -> Action:
        wish, sight = SubmissionWish(row.desired), SubmissionSight(row.observed)
        return submission_action(wish, sight, is_unsure=row.tried_at is not None, was_told=row.told == row.asked)

    def call(self, platform: Platform, row: Submission, action: Action, now: datetime) -> dict[str, object]:
        if action == Action.LOOK:
            return _looked(row, platform.submission(row.external_id), now)
        with suppress(AlreadyDone):
            _decide(platform, row, action)
        if action == Action.ASK_RETURN:
            return {"told": row.asked}
        decided = {} if action == Action.COMPLETE else {"decided_at": now}
        return {"observed": AFTER[action], "observed_at": now, **decided}

    def tell(self, before: Submission, columns: dict[str, object], now: datetime) -> None:
        if "observed" in columns:
            submission_told([(before, SubmissionSight(str(columns["observed"])))], now=now)


def _decide(platform: Platform, row: Submission, action: Action) -> None:
    if action in {Action.APPROVE, Action.OVERRIDE}:
        platform.approve(row.external_id, message=row.reason, overriding=action == Action.OVERRIDE)
    elif action == Action.REJECT:
        platform.reject(row.external_id, reason=row.reason, category=row.category)
    elif action == Action.COMPLETE:
        platform.complete(row.external_id, code=row.code)
    elif action == Action.ASK_RETURN:
        platform.ask_return(row.external_id, reason=row.reason)


def _looked(row: Submission, seen: SubmissionSeen | None, now: datetime) -> dict[str, object]:
    if seen is None:
        raise PlatformUnavailable("The platform does not show it.", code="lagging")
    sight = believed_sight(row, seen, now) if is_of(row, seen) else SubmissionSight.RETURNED
    if sight == row.observed:
        return {}
    return {"observed": sight, "observed_at": now, "decided_at": seen.decided_at or row.decided_at}


SUBMISSIONS = Submissions()
