"""The shapes of campaigns. Amounts are texts with two decimals, in the study's currency."""

from __future__ import annotations

from rest_framework import serializers

from crowd.planning.checking import MOST_GOAL
from crowd.planning.topping_up import MOST
from experiments.api.shapes import ObjectField, Shape, Shown, example
from experiments.types import JsonObject

UUID = "0b6f1c1e-2a55-4c8e-9f0e-0d8a6a1f7c11"
SHA = "9f2c1d…"
TERMS: JsonObject = {
    "title": "Rate ten pictures",
    "description": "Ten pages, about six minutes.",
    "reward": "1.20",
    "minutes": 6,
    "worst_bonus": "0.50",
    "bonus": "score / 200",
    "fair_hourly": "12.00",
    "round_size": 18,
    "round_interval": 3600,
    "spare": 4,
    "qualifications": [{"name": "approved_hits", "comparator": "GreaterThanOrEqualTo", "values": [100]}],
    "exclude": ["pilot-2025"],
    "pay_rules": {"screened_out": {"share": "0.2"}},
}
DRAFT: JsonObject = {"account": UUID, "title": "First wave", "goal": 40, "terms": TERMS}
CAMPAIGN: JsonObject = {
    "id": UUID,
    "title": "First wave",
    "status": "running",
    "account": UUID,
    "is_production": False,
    "goal": 40,
    "places": 44,
    "terms": TERMS,
    "ended_because": "",
    "next_round_at": "2026-11-02T10:30:00Z",
    "confirmed_at": "2026-11-02T09:30:00Z",
    "created_at": "2026-11-02T09:00:00Z",
}
DETAIL: JsonObject = {
    **CAMPAIGN,
    "standing": {"completes": 12, "waiting": 4, "wanted": 24, "places_left": 28, "is_stuck": False},
    "money": {
        "planned": "89.76",
        "held": {"campaign": "53.04", "posting": "36.72"},
        "paid": "0.00",
        "fees": "0.00",
        "freed": "0.00",
    },
    "links": [],
}
COST: JsonObject = {"reward": "48.00", "fee": "9.60", "bonus": "20.00", "bonus_fee": "4.00", "total": "81.60"}
PLAN: JsonObject = {
    "sha256": SHA,
    "total": "89.76",
    "currency": "USD",
    "goal": 40,
    "places": 44,
    "postings": 5,
    "rounds": [[9, 9], [9, 9], [4]],
    "cost": COST,
    "spare_cost": "8.16",
    "screen_outs": "0.00",
    "saved": "9.60",
    "seconds": 7200,
    "duration": {"minutes": "6.5", "source": "rehearsal", "n": 12, "slow": "11.0"},
    "pay_per_hour": "11.08",
    "best_pay_per_hour": "15.69",
    "warnings": ["People earn 11.08 USD an hour at 6.5 minutes, below the 12.00 that you call fair."],
}
TOP_UP: JsonObject = {"completes": 10, "spare": 0, "goal": 40, "places": 44, "total": "20.40", "sha256": SHA}
POSTING: JsonObject = {
    "round": 1,
    "number": 2,
    "purpose": "recruit",
    "external_id": "3XU9MCX6VO01",
    "desired": "open",
    "observed": "open",
    "desired_places": 9,
    "observed_places": 9,
    "expires_at": "2026-11-03T09:30:00Z",
    "observed_at": "2026-11-02T09:31:00Z",
    "trouble": "",
}


def _money(**more: object) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=12, decimal_places=2, **more)  # type: ignore[arg-type]  # its options


@example("a campaign", DRAFT, request_only=True)
class CampaignSent(Shape):
    """account: the id of one that the study may spend through. terms: docs/campaigns.md lists every one."""

    account = serializers.UUIDField(required=False, allow_null=True, default=None)
    title = serializers.CharField(required=False, default="", allow_blank=True, max_length=128)
    goal = serializers.IntegerField(min_value=1, max_value=MOST_GOAL)
    terms = ObjectField()


@example("the plan that was looked at", {"total": "89.76", "sha256": SHA}, request_only=True)
class ConfirmationSent(Shape):
    """total, sha256: of the plan, as it was shown. Anything else publishes nothing."""

    total = _money(min_value=0)
    sha256 = serializers.CharField(max_length=64)


class TopUpQuery(Shape):
    """completes: by which the goal is raised. spare: places beyond it."""

    completes = serializers.IntegerField(required=False, default=0, min_value=0, max_value=MOST)
    spare = serializers.IntegerField(required=False, default=0, min_value=0, max_value=MOST)


@example("ten more", {"completes": 10, "spare": 0, "total": "20.40", "sha256": SHA}, request_only=True)
class TopUpSent(TopUpQuery):
    """total, sha256: as GET showed them. They hold once: afterwards the campaign has grown."""

    total = _money(min_value=0)
    sha256 = serializers.CharField(max_length=64)


@example("a day", {"hours": 24}, request_only=True)
class HoursSent(Shape):
    """hours: from now."""

    hours = serializers.IntegerField(min_value=1, max_value=8_760)


@example("why", {"because": "Enough for the pilot."}, request_only=True)
class CloseSent(Shape):
    """because: kept in the diary."""

    because = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)


@example("nothing", {}, request_only=True)
class NothingSent(Shape):
    """No more than the address says."""


@example("campaign", CAMPAIGN)
class CampaignShown(Shown):
    """status: draft, running, paused, closed or settled. places: how many were confirmed, over all rounds."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    status = serializers.CharField()
    account = serializers.UUIDField()
    is_production = serializers.BooleanField()
    goal = serializers.IntegerField()
    places = serializers.IntegerField()
    terms = ObjectField()
    ended_because = serializers.CharField(help_text="Why it ended, or what it waits for.")
    next_round_at = serializers.DateTimeField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


@example("campaign, with how it goes", DETAIL)
class CampaignDetailShown(CampaignShown):
    """standing: completes, places that may still become some, completes to be posted for. money: docs/campaigns.md."""

    standing = ObjectField()
    money = ObjectField()
    links: serializers.ListField = serializers.ListField(
        child=serializers.CharField(), help_text="Of a plain link: what is sent to people, one for each open posting."
    )


@example("plan", PLAN)
class CampaignPlanShown(Shown):
    """total, sha256: what `publish` is confirmed with. rounds: places of each posting. warnings: sentences."""

    sha256 = serializers.CharField()
    total = serializers.CharField()
    currency = serializers.CharField()
    goal = serializers.IntegerField()
    places = serializers.IntegerField()
    postings = serializers.IntegerField()
    rounds: serializers.ListField = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    cost = ObjectField()
    spare_cost = serializers.CharField()
    screen_outs = serializers.CharField(help_text="What the platform may pay by itself for screen-outs, with fees.")
    saved = serializers.CharField(help_text="Fees saved by postings of at most nine places.")
    seconds = serializers.IntegerField(help_text="From the first round to the last, at the earliest.")
    duration = ObjectField()
    pay_per_hour = serializers.CharField()
    best_pay_per_hour = serializers.CharField()
    warnings: serializers.ListField = serializers.ListField(child=serializers.CharField())


@example("top-up", TOP_UP)
class TopUpShown(Shown):
    """goal, places: before it. total, sha256: what it is confirmed with."""

    completes = serializers.IntegerField()
    spare = serializers.IntegerField()
    goal = serializers.IntegerField()
    places = serializers.IntegerField()
    total = serializers.CharField()
    sha256 = serializers.CharField()


LIST: JsonObject = {
    "name": "Machina lunch took part 3fa9c1",
    "scope": "took_part",
    "study": "lunch",
    "external_id": "3QUALIFICATIONTYPE0000000000001",
    "people": 120,
    "known": 118,
    "refused": 0,
    "trouble": "",
}


@example("list of people", LIST)
class PeopleListShown(Shown):
    """scope: who is on it. people: how many are to be. known: of how many the platform knows. refused: it would not."""

    name = serializers.CharField()
    scope = serializers.ChoiceField(choices=("took_part", "finished", "owed"))
    study = serializers.CharField(source="study.slug")
    external_id = serializers.CharField()
    people = serializers.IntegerField()
    known = serializers.IntegerField()
    refused = serializers.IntegerField(source="refused_people")
    trouble = serializers.CharField()


@example("posting", POSTING)
class PostingShown(Shown):
    """desired: what we want of it. observed: what the platform showed last. trouble: what it said last, if not well."""

    round = serializers.IntegerField()
    number = serializers.IntegerField()
    purpose = serializers.CharField()
    external_id = serializers.CharField()
    desired = serializers.CharField()
    observed = serializers.CharField()
    desired_places = serializers.IntegerField()
    observed_places = serializers.IntegerField()
    expires_at = serializers.DateTimeField(allow_null=True)
    observed_at = serializers.DateTimeField(allow_null=True)
    trouble = serializers.CharField()
