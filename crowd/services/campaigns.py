"""A campaign as a draft: made, edited, thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.db import transaction

from crowd import events
from crowd.errors import BadTerms
from crowd.events import CrowdEvent
from crowd.models import Account, Campaign
from crowd.planning.checking import MOST_GOAL
from crowd.reads.campaigns import term_problems
from crowd.terms import Terms
from experiments.errors import Forbidden, Frozen, Invalid
from experiments.models import Experiment, UnitKind
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wrote. terms: as JSON; an empty title takes that of the terms."""

    terms: JsonObject
    goal: int
    title: str = ""


@transaction.atomic
def create_campaign(
    experiment: Experiment, account: Account, draft: Draft, *, by: User | None, now: datetime
) -> Campaign:
    """A draft: nothing is posted and nothing reserved. Invalid names every term that cannot be posted."""
    require_account(experiment, account)
    if experiment.unit_kind != UnitKind.PARTICIPANT:
        raise BadTerms(f"“{experiment.title}” has no pages that people could answer.")
    terms = checked_terms(draft, account, experiment)
    campaign = Campaign.objects.create(
        experiment=experiment,
        account=account,
        title=_title(draft, terms),
        terms=terms.as_json(),
        goal=draft.goal,
        created_by=by,
        created_at=now,
    )
    _record(CrowdEvent.CAMPAIGN_CREATED, campaign, now)
    return campaign


@transaction.atomic
def edit_campaign(campaign: Campaign, draft: Draft, *, now: datetime) -> Campaign:
    """Change a draft. Frozen once it was published: what people were offered does not change under them."""
    campaign = lock(campaign)
    if campaign.status != Campaign.Status.DRAFT:
        raise Frozen(
            f"“{campaign.title}” is published; people came for what it says.",
            hint="Top it up, pause or close it; for other terms make a new campaign.",
        )
    terms = checked_terms(draft, campaign.account, campaign.experiment)
    changed = (_title(draft, terms), terms.as_json(), draft.goal)
    if changed == (campaign.title, campaign.terms, campaign.goal):
        return campaign
    campaign.title, campaign.terms, campaign.goal = changed
    campaign.save(update_fields=["title", "terms", "goal"])
    _record(CrowdEvent.CAMPAIGN_EDITED, campaign, now)
    return campaign


@transaction.atomic
def discard_campaign(campaign: Campaign) -> None:
    """Throw a draft away. Frozen once it was published."""
    campaign = lock(campaign)
    if campaign.status != Campaign.Status.DRAFT:
        raise Frozen(f"“{campaign.title}” is published and stays in the record.", hint="Close it instead.")
    campaign.delete()


def lock(campaign: Campaign) -> Campaign:
    """The row, nobody else's until the transaction ends; with account, experiment and study.

    no_key: rows that name the campaign may be written meanwhile, or whoever books money would wait for us in a circle.
    """
    rows = Campaign.objects.select_for_update(of=("self",), no_key=True).select_related("account", "experiment__study")
    return rows.get(pk=campaign.pk)


def checked_terms(draft: Draft, account: Account, experiment: Experiment) -> Terms:
    """The terms if they can be posted. Invalid names every path."""
    currency = experiment.study.currency
    found = term_problems(draft.terms, platform=account.platform, currency=currency, experiment=experiment)
    errors: list[dict[str, str | int]] = [{"path": f"terms.{each.path}", "message": each.message} for each in found]
    if not found and experiment.study.slug in Terms.parse(draft.terms).exclude:
        message = "The campaign's own study cannot be excluded; an exclusion group keeps its experiments apart."
        errors.append({"path": "terms.exclude", "message": message})
    if not 1 <= draft.goal <= MOST_GOAL:
        errors.append({"path": "goal", "message": f"goal must be in [1, {MOST_GOAL:,}], not {draft.goal}."})
    if errors:
        raise Invalid(
            f"{len(errors)} to mend before this can be posted: {errors[0]['message']}",
            hint="docs/campaigns.md lists every term with its range.",
            errors=tuple(errors),
        )
    return Terms.parse(draft.terms)


def _title(draft: Draft, terms: Terms) -> str:
    return (draft.title.strip() or terms.title)[:128]


def require_account(experiment: Experiment, account: Account) -> None:
    """Forbidden unless the experiment's study may spend through it."""
    if not account.studies.filter(pk=experiment.study_id).exists():
        raise Forbidden(
            f"The study “{experiment.study.title}” may not spend through the account “{account.name}”.",
            hint="Whoever looks after the account can add the study to it.",
        )


def _record(kind: CrowdEvent, campaign: Campaign, now: datetime) -> None:
    payload: dict[str, Json] = {"title": campaign.title, "goal": campaign.goal}
    events.record(
        kind, campaign.experiment, subject=f"campaign:{campaign.uuid}", at=now, payload=cast(JsonObject, payload)
    )
