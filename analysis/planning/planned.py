"""What a plan says: how many, what it costs, how long it takes, what a budget buys instead."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import inf

from analysis.planning.allocating import Allocation
from analysis.planning.money import Bill
from analysis.planning.power.answering import Answer
from analysis.planning.wanted import Facts, Wanted


@dataclass(frozen=True, slots=True)
class Bought:
    """What a budget pays for: people with a value, the chance to find the effect, the smallest effect found."""

    values: int
    power: float
    effect: float | None

    @property
    def chance(self) -> str:
        """To find the effect, for people."""
        return percent(self.power)


@dataclass(frozen=True, slots=True)
class Planned:
    """values: people with a value, over all arms. days: of the bill. shares: the best use of the same people."""

    facts: Facts
    wanted: Wanted
    answer: Answer
    values: int
    bill: Bill
    bought: Bought | None
    shares: Allocation | None
    curve: tuple[tuple[int, float], ...]
    remarks: tuple[str, ...]

    @property
    def chance(self) -> str:
        """To find the effect if it is as large as wanted, for people."""
        return percent(self.answer.power)

    @property
    def sentence(self) -> str:
        """The plan in one breath."""
        money = f", {self.bill.total:,.2f} {self.facts.currency}".rstrip() if self.bill.total else ""
        days = "" if self.bill.days == inf else f", about {self.bill.whole_days:,} days"
        people = "" if self.bill.people == self.values else f" ({self.bill.people:,} let in)"
        return (
            f"{self.values:,} people with a value{people}{money}{days}: an effect of {self.wanted.effect:.4g} on "
            f"“{self.facts.measure}” is found with a chance of {self.chance}."
        )

    def as_json(self) -> dict[str, object]:
        """For the API, and scripts."""
        return {
            "sentence": self.sentence,
            "remarks": list(self.remarks),
            "measure": self.facts.measure,
            "arms": list(self.facts.arms),
            "values": self.values,
            "values_of_control": self.answer.n,
            "power": self.answer.power,
            "effect": self.answer.effect,
            "assurance": self.answer.assurance,
            "ceiling": self.answer.ceiling,
            "inflation": self.answer.inflation,
            "design": self.answer.kind,
            "methods": self.answer.methods,
            "bill": self.bill.as_json(),
            "bought": None if self.bought is None else asdict(self.bought),
            "best_shares": None if self.shares is None else list(self.shares.shares),
            "best_shares_factor": None if self.shares is None else self.shares.factor,
            "curve": [list(point) for point in self.curve],
            "wanted": asdict(self.wanted),
        }


def percent(chance: float) -> str:
    """Never rounded to certainty, nor to nothing.

    >>> percent(0.804), percent(0.9999), percent(0.001)
    ('80 %', 'more than 99 %', 'less than 1 %')
    """
    if chance > 0.99:
        return "more than 99 %"
    return "less than 1 %" if chance < 0.01 else f"{100 * chance:.0f} %"
