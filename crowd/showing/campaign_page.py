"""What the page of a campaign shows: its plan in pictures, its postings, how people ended. Nothing to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from django.db.models import Count, Q

from crowd.events import CrowdEvent
from crowd.links import posting_page
from crowd.models import Campaign, Posting, Submission
from crowd.planning.plan import Plan, each_screen_out, slots_of
from crowd.planning.warnings import warnings_of
from crowd.platforms import NOT_READ
from crowd.reads.budgets import Room
from crowd.reads.campaigns import OVER, completed
from crowd.reconcile.words import PostingSight
from crowd.services.ordering import door_of
from experiments.models import Event
from experiments.types import JsonObject

MOST_ROUNDS = 12
MOST_POSTINGS = 200
MOST_EVENTS = 12
NAMED = (
    "total",
    "currency",
    "places",
    "round",
    "completes",
    "spare",
    "because",
    "decision",
    "people",
    "is",
    "kind",
    "before",
    "state",
    "by",
)
WORDS: dict[str, str] = {
    CrowdEvent.CAMPAIGN_CREATED: "Drafted",
    CrowdEvent.CAMPAIGN_EDITED: "Edited",
    CrowdEvent.CAMPAIGN_PUBLISHED: "Published: {places} places for at most {total} {currency}",
    CrowdEvent.CAMPAIGN_ROUND: "Round {round}: {places} places went up",
    CrowdEvent.CAMPAIGN_TOPPED_UP: "Topped up by {completes} completes and {spare} places, at most {total} {currency}",
    CrowdEvent.CAMPAIGN_PAUSED: "Paused",
    CrowdEvent.CAMPAIGN_RESUMED: "Goes on",
    CrowdEvent.CAMPAIGN_CLOSED: "Closed: {because}",
    CrowdEvent.CAMPAIGN_SETTLED: "Settled",
    CrowdEvent.REVIEW_CONFIRMED: "Reviewed, {decision}: {people} people, {total}",
    CrowdEvent.REVIEW_PROPOSED: "Proposed, {decision}: {people} people",
    CrowdEvent.REVIEW_WITHDRAWN: "Withdrawn, {decision}: {people} people",
    CrowdEvent.REVIEW_RULE: "Approving by rule: {is}",
    CrowdEvent.ERRAND_ORDERED: "Ordered, {kind}: {people} people",
    CrowdEvent.ERRAND_DECIDED: "A {kind} that was {before} is {state} now, says {by}",
}
SIGHT_CHIPS = {
    PostingSight.OPEN: "is-running",
    PostingSight.TAKEN: "is-running",
    PostingSight.PENDING: "is-paused",
    PostingSight.PAUSED: "is-paused",
    PostingSight.UNKNOWN: "is-paused",
    PostingSight.ABSENT: "is-alarm",
}
SIGHT_WORDS = {
    PostingSight.UNKNOWN: "not seen yet",
    PostingSight.ABSENT: "not there",
    PostingSight.PENDING: "being made",
    PostingSight.OPEN: "open",
    PostingSight.TAKEN: "all taken",
    PostingSight.PAUSED: "paused",
    PostingSight.CLOSED: "closed",
    PostingSight.GONE: "removed",
}


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A plan with what stands around it. short: what the budget lacks; 0 if it suffices."""

    plan: Plan
    room: Room
    rounds: tuple[tuple[int, ...], ...]
    more: int
    warnings: tuple[str, ...]

    @property
    def short(self) -> Decimal:
        """What the study lacks for it."""
        return max(Decimal("0.00"), self.plan.total - self.room.free)

    @property
    def spent_share(self) -> float:
        """Of the limit, in per cent; so are the next three, that follow one another on the bar."""
        return self.room.share(self.room.spent)

    @property
    def held_share(self) -> float:
        """Held by other campaigns."""
        return self.room.share(self.room.held)

    @property
    def used_share(self) -> float:
        """Both."""
        return self.room.share(self.room.spent + self.room.held)

    @property
    def wanted_share(self) -> float:
        """This plan, as far as there is room."""
        return min(self.room.share(self.plan.total), 100 - self.used_share) if self.room.limit else 100.0

    @property
    def lines(self) -> list[tuple[str, int, Decimal, Decimal]]:
        """(what, people, for each, for all), those that are nothing left out."""
        plan, each, goal = self.plan, self.plan.each, self.plan.asked.goal
        lines = [
            ("Reward", goal, each.reward, plan.cost.reward),
            ("Fee of the platform", goal, each.fee, plan.cost.fee),
            ("Bonus, at most", goal, each.bonus, plan.cost.bonus),
            ("Fee on the bonus", goal, each.bonus_fee, plan.cost.bonus_fee),
            ("Spare places, all of that", plan.asked.terms.spare, each.total, plan.spare_cost),
            ("Screen-outs it pays, with fees", slots_of(plan.asked), each_screen_out(plan.asked), plan.screen_outs),
        ]
        return [line for line in lines if line[3]]

    @property
    def gauge(self) -> tuple[float, float, float]:
        """Hourly pay, with the bonus, and the fair one, as places on a line from 0 to 100."""
        pay, best, fair = self.plan.pay_per_hour, self.plan.best_pay_per_hour, self.plan.asked.terms.fair_hourly
        whole = max(pay, best, fair, Decimal(1)) * Decimal("1.15")
        first, second, third = (float(round(100 * value / whole, 2)) for value in (pay, best, fair))
        return first, second, third

    @property
    def is_fair(self) -> bool:
        """Whether the reward alone comes to what is called fair; true if nothing is."""
        return self.plan.pay_per_hour >= self.plan.asked.terms.fair_hourly


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One posting and how its places fare. page: where its people find it. door: the link to send, where nobody else
    sends people.
    """

    posting: Posting
    completes: int
    active: int
    ended: int
    page: str = ""
    door: str = ""

    @property
    def free(self) -> int:
        """Places that nobody took, as far as our door knows; at least 0."""
        return max(0, self.posting.desired_places - self.completes - self.active - self.ended)

    @property
    def sight(self) -> str:
        """What the platform showed last, in words."""
        return SIGHT_WORDS[PostingSight(self.posting.observed)]

    @property
    def chip(self) -> str:
        """Its colour."""
        return SIGHT_CHIPS.get(PostingSight(self.posting.observed), "")

    @property
    def segments(self) -> list[tuple[str, float, float]]:
        """(kind, from, width) in per cent: completed, under way, ended otherwise."""
        whole = max(self.posting.desired_places, self.completes + self.active + self.ended)
        parts = (("done", self.completes), ("active", self.active), ("ended", self.ended))
        found, at = [], 0.0
        for kind, n in parts:
            width = round(100 * n / whole, 2)
            found.append((kind, at, width))
            at += width
        return found


def plan_shown(plan: Plan, room: Room) -> PlanShown:
    """A plan for its page."""
    rounds = plan.rounds[:MOST_ROUNDS]
    return PlanShown(plan, room, rounds, len(plan.rounds) - len(rounds), warnings_of(plan))


def posting_rows(campaign: Campaign) -> list[PostingRow]:
    """The newest postings, and how their people fare. Two queries."""
    postings = list(Posting.objects.filter(campaign=campaign).order_by("-round", "-number")[:MOST_POSTINGS])
    used = Q(done_at__isnull=False) | Q(submitted_at__isnull=False)
    rows = Submission.objects.filter(posting__in=postings).order_by().values_list("posting")
    counts = rows.annotate(
        done=Count("pk", filter=completed()),
        active=Count("pk", filter=~used & ~OVER),
        ended=Count("pk", filter=used & ~completed() & ~OVER),
    )
    by_posting = {pk: (done, active, ended) for pk, done, active, ended in counts}
    return [_row(campaign, each, by_posting.get(each.pk, (0, 0, 0))) for each in postings]


def _row(campaign: Campaign, posting: Posting, counts: tuple[int, int, int]) -> PostingRow:
    completes, active, ended = counts
    page, door = posting_page(campaign.account, posting), _door(campaign, posting)
    return PostingRow(posting, completes, active, ended, page, door)


def _door(campaign: Campaign, posting: Posting) -> str:
    if campaign.account.platform not in NOT_READ:
        return ""
    posting.campaign = campaign
    return door_of(posting)


def outcomes_of(campaign: Campaign) -> list[tuple[str, int]]:
    """(how it ended for them, how many), the most frequent first. One query."""
    rows = Submission.objects.filter(posting__campaign=campaign).order_by().values_list("outcome")
    words = dict(Submission.Outcome.choices)
    counted = [(str(words.get(outcome, outcome)), n) for outcome, n in rows.annotate(n=Count("pk"))]
    return sorted(counted, key=lambda row: -row[1])


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was done with it."""

    at: datetime
    sentence: str


def history_of(campaign: Campaign) -> list[Line]:
    """What was done with it, the newest first. One query."""
    rows = Event.objects.filter(experiment=campaign.experiment_id, subject=f"campaign:{campaign.uuid}")
    return [Line(event.at, _sentence(event)) for event in rows.order_by("-pk")[:MOST_EVENTS]]


def _sentence(event: Event) -> str:
    payload = cast(JsonObject, event.payload)
    if "compensations" in payload:
        return f"A posting went up that pays {payload['compensations']} whom nothing else reaches"
    return WORDS.get(event.kind, event.kind).format_map(dict.fromkeys(NAMED, "…") | dict(payload))


def confirmed_plan(campaign: Campaign) -> JsonObject:
    """What was confirmed, as it was shown then; empty for a draft."""
    return cast(JsonObject, campaign.plan or {})
