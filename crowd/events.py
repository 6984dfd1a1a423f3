"""What the diary says about recruiting and paying, without naming any person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from experiments import events as diary
from experiments.models import Event, Experiment
from experiments.types import JsonObject


class CrowdEvent(StrEnum):
    """Kinds of events."""

    CAMPAIGN_CREATED = "campaign.created"
    CAMPAIGN_EDITED = "campaign.edited"
    CAMPAIGN_PUBLISHED = "campaign.published"
    CAMPAIGN_ROUND = "campaign.round"
    CAMPAIGN_TOPPED_UP = "campaign.topped_up"
    CAMPAIGN_PAUSED = "campaign.paused"
    CAMPAIGN_RESUMED = "campaign.resumed"
    CAMPAIGN_CLOSED = "campaign.closed"
    CAMPAIGN_SETTLED = "campaign.settled"
    POSTING_OBSERVED = "posting.observed"
    SUBMISSION_ACCEPTED = "submission.accepted"
    SUBMISSION_OBSERVED = "submission.observed"
    SUBMISSION_DECIDED = "submission.decided"
    REVIEW_CONFIRMED = "campaign.reviewed"
    REVIEW_PROPOSED = "campaign.review_proposed"
    REVIEW_WITHDRAWN = "campaign.review_withdrawn"
    REVIEW_RULE = "campaign.review_rule"
    HAND_OFF_MISSED = "submission.hand_off_missed"
    OBLIGATION_MADE = "obligation.made"
    BONUS_NOT_COMPUTED = "obligation.not_computed"
    PAYMENT_MOVED = "payment.moved"
    BUDGET_CHANGED = "budget.changed"
    ACCOUNT_CHANGED = "account.changed"
    PLATFORM_TROUBLED = "platform.troubled"
    ERRAND_ORDERED = "campaign.errand"
    ERRAND_DECIDED = "campaign.errand_decided"
    TRIED_AGAIN = "crowd.tried_again"
    PARTICIPANT_ERASED = "participant.erased"


def record(
    kind: CrowdEvent, experiment: Experiment | None, *, subject: str, at: datetime, payload: JsonObject | None = None
) -> Event:
    """Write one line. subject: "campaign:<uuid>", "posting:<uuid>", "submission:<uuid>" or "payment:<uuid>"."""
    return diary.record(kind, experiment=experiment, subject=subject, payload=payload, at=at)


def record_all(
    kind: CrowdEvent, experiment: Experiment, *, subjects: Iterable[str], at: datetime, payload: JsonObject
) -> None:
    """The same line about each of many, in one INSERT."""
    lines = [Event(kind=kind, experiment=experiment, subject=each, payload=payload, at=at) for each in subjects]
    Event.objects.bulk_create(lines)
