"""Who works, and with which habits: settled by the seed alone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from experiments.chance import Stream


class Habit(StrEnum):
    """What makes workers hard to serve, or to pay."""

    LEAVING = "leaving"  # goes away in the middle and lets the time run out
    RETURNING = "returning"  # returns the work in the middle, and takes it again later
    FORGETTING = "forgetting"  # completes here and never hands in there
    DOUBLING = "doubling"  # sends every page twice at once, and hands in twice
    SLOW = "slow"  # stays away for a while on one page
    BOT = "bot"  # answers at once, and always the same
    SHARING = "sharing"  # lets somebody else open the link of the accepted work, and both go on
    GREEDY = "greedy"  # takes a second HIT of the same study
    GAZING = "gazing"  # looks at previews, often, and never accepts


MEANING: Mapping[Habit, str] = {
    Habit.LEAVING: "goes away in the middle and lets the time run out",
    Habit.RETURNING: "returns the work in the middle and takes it again",
    Habit.FORGETTING: "completes the study and never hands in",
    Habit.DOUBLING: "sends every page twice at once, and hands in twice",
    Habit.SLOW: "stays away for a while on one page",
    Habit.BOT: "answers at once and always the same",
    Habit.SHARING: "lets somebody else open the accepted work, and both go on",
    Habit.GREEDY: "takes a second HIT of the same study",
    Habit.GAZING: "looks at previews and never accepts",
}


@dataclass(frozen=True, slots=True)
class Workforce:
    """How many workers, and which share of them has each habit."""

    workers: int
    seed: int = 18
    shares: Mapping[Habit, float] = field(default_factory=dict)
    prefix: str = "A1CROWD"

    def __post_init__(self) -> None:
        for habit, share in self.shares.items():
            if not 0 <= share <= 1:
                raise ValueError(f"{habit}: {share} is not between 0 and 1")


@dataclass(frozen=True, slots=True)
class Worker:
    """One of them. id: as the platform knows them."""

    id: str
    number: int
    seed: int
    habits: frozenset[Habit]

    def has(self, habit: Habit) -> bool:
        """Whether."""
        return habit in self.habits

    def chance(self, *labels: str | int) -> Stream:
        """What this worker does by chance, for that purpose."""
        return Stream(self.seed, "worker", self.number, *labels)


def workforce(asked: Workforce) -> list[Worker]:
    """Exactly the stated shares (rounded), spread over the order of arrival by the seed.

    >>> those = workforce(Workforce(10, shares={Habit.LEAVING: 0.4, Habit.BOT: 0.1}))
    >>> sum(each.has(Habit.LEAVING) for each in those), sum(each.has(Habit.BOT) for each in those), those[3].id
    (4, 1, 'A1CROWD0003')
    """
    having = {habit: _drawn(asked, habit) for habit in Habit}
    return [
        Worker(
            f"{asked.prefix}{number:04d}",
            number,
            asked.seed,
            frozenset(habit for habit in Habit if number in having[habit]),
        )
        for number in range(asked.workers)
    ]


def _drawn(asked: Workforce, habit: Habit) -> frozenset[int]:
    numbers = Stream(asked.seed, "workforce", str(habit)).shuffle(range(asked.workers))
    return frozenset(numbers[: round(asked.shares.get(habit, 0.0) * asked.workers)])
