"""Campaigns, plans and top-ups as JSON: the API and the commands say the same. Amounts as text, times in ISO 8601."""

from __future__ import annotations

from datetime import datetime

from crowd.models import Campaign
from crowd.planning.plan import Plan
from crowd.planning.rounds import Standing
from crowd.planning.topping_up import TopUp
from crowd.planning.warnings import warnings_of
from crowd.reads.campaign_money import Glance
from crowd.services.ordering import links_to_send
from experiments.types import JsonObject

OF_PLAN = (
    "sha256",
    "total",
    "currency",
    "goal",
    "places",
    "postings",
    "rounds",
    "cost",
    "spare_cost",
    "screen_outs",
    "saved",
    "seconds",
    "duration",
    "pay_per_hour",
    "best_pay_per_hour",
)
OF_TOP_UP = ("completes", "spare", "goal", "places", "total", "sha256")


def campaign_document(campaign: Campaign) -> JsonObject:
    """What is offered, to how many, and how far it has come."""
    return {
        "id": str(campaign.uuid),
        "title": campaign.title,
        "status": campaign.status,
        "account": str(campaign.account.uuid),
        "is_production": campaign.account.is_production,
        "goal": campaign.goal,
        "places": campaign.places,
        "terms": campaign.terms,
        "ended_because": campaign.ended_because,
        "next_round_at": _time(campaign.next_round_at),
        "confirmed_at": _time(campaign.confirmed_at),
        "created_at": _time(campaign.created_at),
    }


def detail_document(campaign: Campaign, standing: Standing, glance: Glance) -> JsonObject:
    """The same with how it goes. links: of a plain link's postings, to be sent to people. One query for those."""
    held = {kind: str(amount) for kind, amount in glance.held.items()}
    amounts = {name: str(getattr(glance, name)) for name in ("planned", "paid", "fees", "freed")}
    return {
        **campaign_document(campaign),
        "standing": {
            "completes": standing.completes,
            "waiting": standing.waiting,
            "wanted": standing.wanted,
            "places_left": standing.left,
            "is_stuck": standing.is_stuck,
        },
        "money": {**amounts, "held": held},
        "links": list(links_to_send(campaign)),
    }


def plan_document(plan: Plan) -> JsonObject:
    """A plan with its warnings, without the terms it was made of."""
    document = plan.as_json()
    return {**{name: document[name] for name in OF_PLAN}, "warnings": list(warnings_of(plan))}


def top_up_document(wanted: TopUp) -> JsonObject:
    """A top-up as it is confirmed."""
    document = wanted.as_json()
    return {name: document[name] for name in OF_TOP_UP}


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
