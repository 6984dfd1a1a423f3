"""Rows as the API writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.accounting import fee, taken
from crowd.standin.prolific.market import RESEARCHER, Market
from crowd.standin.prolific.records import Group, Hook, Study, Submission

CURRENCY = "GBP"


def stamp(at: float | None) -> str | None:
    """ISO 8601."""
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def pence(amount: Decimal) -> int:
    """Minor units."""
    return int(amount * 100)


def study_listed(market: Market, study: Study) -> Json:
    """What lists show."""
    counts = market.counts(study)
    return {
        "id": study.id,
        "name": study.name,
        "internal_name": study.internal_name,
        "status": market.status(study),
        "reward": pence(study.reward),
        "total_available_places": study.places,
        "places_taken": taken(counts),
        "number_of_submissions": counts.total(),
        "total_cost": pence(study.places * (study.reward + fee(study.reward))),
        "date_created": stamp(study.created),
        "published_at": stamp(study.published),
        "study_type": "SINGLE",
        "is_underpaying": False,
    }


def study_whole(market: Market, study: Study) -> Json:
    """What one shows."""
    return {
        **study_listed(market, study),
        "description": study.description,
        "external_study_url": study.url,
        "prolific_id_option": "url_parameters",
        "completion_codes": list(study.codes),
        "estimated_completion_time": study.minutes,
        "maximum_allowed_time": study.most_minutes,
        "filters": list(study.filters),
        "device_compatibility": list(study.devices),
        "project": study.project,
        "researcher": {"id": RESEARCHER, "name": "Stand-in researcher"},
        "presentment_currency_code": CURRENCY,
        "submissions_config": {"max_submissions_per_participant": study.per_person, "max_concurrent_submissions": -1},
    }


def submission_shown(market: Market, submission: Submission) -> Json:
    """bonus_payments: pence, as far as they are shown already."""
    bonuses = market.bonuses.where("submission_id", submission.id)
    end = submission.completed
    return {
        "id": submission.id,
        "study_id": submission.study_id,
        "participant_id": submission.participant_id,
        "participant": submission.participant_id,
        "status": submission.status,
        "started_at": stamp(submission.started),
        "completed_at": stamp(end),
        "is_complete": end is not None,
        "time_taken": int(end - submission.started) if end else None,
        "reward": pence(market.studies[submission.study_id].reward),
        "study_code": submission.code or None,
        "return_requested": stamp(submission.return_asked),
        "bonus_payments": [pence(each.amount) for each in bonuses if each.granted <= market.seen_at],
        "star_awarded": False,
        "strata": {},
    }


def group_shown(group: Group) -> Json:
    """Without its people."""
    return {"id": group.id, "name": group.name, "project_id": group.project, "participant_count": len(group.members)}


def hook_shown(hook: Hook) -> Json:
    """Without what confirms it."""
    return {
        "id": hook.id,
        "event_type": hook.event,
        "target_url": hook.url,
        "workspace_id": hook.workspace,
        "is_enabled": hook.is_enabled,
    }
