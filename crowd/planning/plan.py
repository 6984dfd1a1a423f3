"""What a campaign will post and cost, before anything is spent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from crowd.paying.rules import screen_out_there
from crowd.planning.fees import CENT, FeeRule
from crowd.planning.hourly import Duration, hourly
from crowd.planning.shapes import Shape, cut
from crowd.terms import Terms
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True)
class Cost:
    """Amounts in the study's currency. bonus: at worst."""

    reward: Decimal
    fee: Decimal
    bonus: Decimal
    bonus_fee: Decimal

    @property
    def total(self) -> Decimal:
        """At worst."""
        return self.reward + self.fee + self.bonus + self.bonus_fee

    def times(self, people: int) -> Cost:
        """For so many of them."""
        return Cost(self.reward * people, self.fee * people, self.bonus * people, self.bonus_fee * people)

    def as_json(self) -> JsonObject:
        """Amounts as text."""
        amounts = {"reward": self.reward, "fee": self.fee, "bonus": self.bonus, "bonus_fee": self.bonus_fee}
        return {**{name: str(amount) for name, amount in amounts.items()}, "total": str(self.total)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan is made of. account: its id, so that what was confirmed for one is not spent through another.

    is_real: its money is, so that a rehearsal's confirmation spends none.
    """

    terms: Terms
    goal: int
    account: str
    currency: str
    fees: FeeRule
    shape: Shape
    is_real: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """rounds: places of each posting, round by round, if everybody completes. spare: places for when they do not.

    each: one person at worst. saved: what one posting of all places would cost more. duration: how long people take.
    """

    asked: Asked
    rounds: tuple[tuple[int, ...], ...]
    each: Cost
    saved: Decimal
    duration: Duration

    @property
    def places(self) -> int:
        """At most, over all rounds."""
        return self.asked.goal + self.asked.terms.spare

    @property
    def postings(self) -> int:
        """How many, if everybody completes."""
        return sum(len(each) for each in self.rounds) if not self.asked.shape.grows else min(1, len(self.rounds))

    @property
    def cost(self) -> Cost:
        """Of the places for the goal, at worst."""
        return self.each.times(self.asked.goal)

    @property
    def spare_cost(self) -> Decimal:
        """Of the places beyond the goal, at worst."""
        return self.each.times(self.asked.terms.spare).total

    @property
    def screen_outs(self) -> Decimal:
        """What the platform pays by itself for screen-outs, beside the places, with fees, at worst."""
        return each_screen_out(self.asked) * slots_of(self.asked)

    @property
    def total(self) -> Decimal:
        """At worst, with every spare place and screen-out: what is confirmed and reserved. Two decimals."""
        return (self.cost.total + self.spare_cost + self.screen_outs).quantize(CENT)

    @property
    def pay_per_hour(self) -> Decimal:
        """What the reward alone comes to at that duration."""
        return hourly(self.asked.terms.reward, self.duration.minutes)

    @property
    def best_pay_per_hour(self) -> Decimal:
        """With the whole bonus."""
        return hourly(self.asked.terms.reward + self.asked.terms.worst_bonus, self.duration.minutes)

    @property
    def seconds(self) -> int:
        """From the first round to the last, if each goes up as soon as it may."""
        return (len(self.rounds) - 1) * self.asked.terms.round_interval if self.rounds else 0

    @property
    def sha256(self) -> str:
        """Of what binds: terms, goal, account, currency, places, costs. How long people take may change meanwhile."""
        return hashlib.sha256(json.dumps(self._binding(), sort_keys=True).encode()).hexdigest()

    def _binding(self) -> JsonObject:
        rounds = [list(sizes) for sizes in self.rounds]
        asked = self.asked
        return {
            "terms": asked.terms.as_json(),
            "goal": asked.goal,
            "account": asked.account,
            "real_money": asked.is_real,
            "currency": asked.currency,
            "rounds": cast("list[object]", rounds),  # type: ignore[dict-item]  # lists of whole numbers are JSON
            "places": self.places,
            "each": self.each.as_json(),
            "total": str(self.total),
        }

    def as_json(self) -> JsonObject:
        """As it is kept beside who confirmed it, and shown by the API."""
        return {
            **self._binding(),
            "version": 1,
            "sha256": self.sha256,
            "postings": self.postings,
            "cost": self.cost.as_json(),
            "spare_cost": str(self.spare_cost),
            "screen_outs": str(self.screen_outs),
            "saved": str(self.saved),
            "seconds": self.seconds,
            "duration": self.duration.as_json(),
            "pay_per_hour": str(self.pay_per_hour),
            "best_pay_per_hour": str(self.best_pay_per_hour),
        }


def plan(asked: Asked, duration: Duration) -> Plan:
    """The cheapest way to post that the platform knows. ValueError for a goal below 1."""
    if asked.goal < 1:
        raise ValueError(f"goal must be at least 1, not {asked.goal}.")
    rounds = _rounds(asked)
    largest = max((size for sizes in rounds for size in sizes), default=0)
    each = cost_of_one(asked, places=largest)
    at_once = cost_of_one(asked, places=asked.goal)
    saved = (at_once.total - each.total) * asked.goal
    return Plan(asked, rounds, each, saved, duration)


def cost_of_one(asked: Asked, *, places: int) -> Cost:
    """One person at worst, in a posting of so many places."""
    terms = asked.terms
    fee = asked.fees.on(terms.reward, places=places, masters=terms.is_for_masters)
    bonus_fee = asked.fees.on(terms.worst_bonus)
    return Cost(terms.reward, fee, terms.worst_bonus, bonus_fee)


def slots_of(asked: Asked) -> int:
    """How many screen-outs the platform pays by itself at most."""
    there = screen_out_there(asked.terms)
    return there[1] if there else 0


def each_screen_out(asked: Asked) -> Decimal:
    """What one of them costs, with the fee."""
    there = screen_out_there(asked.terms)
    return there[0] + asked.fees.on(there[0]) if there else Decimal("0.00")


def _rounds(asked: Asked) -> tuple[tuple[int, ...], ...]:
    size = max(1, asked.terms.round_size)
    whole, rest = divmod(asked.goal, size)
    sizes = [size] * whole + ([rest] if rest else [])
    return tuple(cut(each, asked.shape) for each in sizes)
