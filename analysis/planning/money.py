"""What people cost and how long they take to come, before any is asked. Amounts in one currency, as floats: a plan.

What is really owed is counted in cents elsewhere; this tells how much to ask for.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf

from analysis.planning.declared import Declared, number


@dataclass(frozen=True)
class Prices(Declared):
    """Of one person and of the study. fee: of the reward, what the platform takes on top.

    partial: what somebody gets who comes and gives no value, as a share of the reward. a_day: people who come in a day;
    0: nobody knows. minutes: one takes.
    """

    reward: float = number(0.0, "Reward of one person", 0, 1e6)
    bonus: float = number(0.0, "Bonus of one person on average", 0, 1e6)
    fee: float = number(0.0, "Fee of the platform, as a share (0.3: 30 %)", 0, 5)
    fixed: float = number(0.0, "What the study costs whoever comes", 0, 1e9)
    partial: float = number(0.0, "Share of the reward for who gives no value", 0, 1)
    drop_out: float = number(0.0, "Share of people who give no value", 0, 0.95)
    a_day: float = number(0.0, "People who come in a day (0: unknown)", 0, 1e7)
    minutes: float = number(0.0, "Minutes that one takes", 0, 1e5)

    @property
    def of_one(self) -> float:
        """Somebody who gives a value."""
        return (self.reward + self.bonus) * (1 + self.fee)

    @property
    def of_a_value(self) -> float:
        """One value, with its part of those who give none."""
        lost = self.drop_out / (1 - self.drop_out)
        return self.of_one + lost * self.partial * self.reward * (1 + self.fee)

    def bill(self, values: int) -> Bill:
        """For so many people who give a value."""
        if values < 0:
            raise ValueError(f"values must be at least 0, not {values}.")
        people = ceil(values / (1 - self.drop_out) - 1e-9)
        days = people / self.a_day if self.a_day else inf
        return Bill(values, people, self.fixed + values * self.of_a_value, days, people * self.minutes / 60)

    def affordable(self, budget: float) -> float:
        """The most values that the budget pays; inf where they cost nothing."""
        left = budget - self.fixed
        if left < 0:
            return 0.0
        return float(floor(left / self.of_a_value + 1e-9)) if self.of_a_value else inf


@dataclass(frozen=True, slots=True)
class Bill:
    """values: people who give one. people: let in. total: money. days: inf if nobody knows. hours: of people's time."""

    values: int
    people: int
    total: float
    days: float
    hours: float

    @property
    def whole_days(self) -> int:
        """At least one; 0 if nobody knows."""
        return 0 if self.days == inf else max(ceil(self.days - 1e-9), 1)

    def as_json(self) -> dict[str, object]:
        """Unknown days as null."""
        days = None if self.days == inf else round(self.days, 2)
        return {
            "values": self.values,
            "people": self.people,
            "total": round(self.total, 2),
            "days": days,
            "hours": round(self.hours, 2),
        }
