"""What people earned in an hour, arm by arm, and what brings an arm up to fair pay."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from crowd.paying.cost import CENT, ZERO
from crowd.planning.hourly import ENOUGH

SHORTEST: Final = Decimal(6)
"""Seconds: nobody is counted as faster, or one click would be a fortune an hour."""


@dataclass(frozen=True, slots=True)
class Worked:
    """One person: how long, and what they get for it, without fees."""

    seconds: float
    pay: Decimal


@dataclass(frozen=True, slots=True)
class ArmPay:
    """minutes, hourly: medians. floor: the fair hourly pay, 0 if none is named. short: for each, to reach it."""

    arm: str
    n: int
    minutes: Decimal
    hourly: Decimal
    floor: Decimal
    short: Decimal

    @property
    def is_alarm(self) -> bool:
        """Below the floor, and not by the chance of a few people."""
        return self.n >= ENOUGH and self.short > 0

    @property
    def hourly_share(self) -> float:
        """Where it stands on a line from 0 to 100, that ends a bit above the higher of the two."""
        return self._share(self.hourly)

    @property
    def floor_share(self) -> float:
        """Where the floor stands on it."""
        return self._share(self.floor)

    def _share(self, amount: Decimal) -> float:
        most = max(self.hourly, self.floor, Decimal(1)) * Decimal("1.25")
        return float(round(100 * amount / most, 2))


def pay_of_arms(people: Mapping[str, Sequence[Worked]], *, floor: Decimal) -> list[ArmPay]:
    """One line for each arm with somebody in it, by name.

    >>> [line] = pay_of_arms({"red": [Worked(600, Decimal("1.00"))] * 5}, floor=Decimal("9.00"))
    >>> line.hourly, line.short, line.is_alarm
    (Decimal('6.00'), Decimal('0.50'), True)
    """
    return [_arm(arm, people[arm], floor) for arm in sorted(people) if people[arm]]


def top_up_to(people: Sequence[Worked], floor: Decimal) -> Decimal:
    """The least amount, in cents, that given to each of them brings their median hourly pay up to the floor.

    The same for all of an arm: who was slow is not paid for being slow, and who was quick loses nothing.
    """
    if not people or floor <= 0 or _median_hourly(people, ZERO) >= floor:
        return ZERO
    low, high = ZERO, (floor * max(_seconds(each) for each in people) / 3600 + CENT).quantize(CENT)
    while high - low > CENT:
        middle = ((low + high) / 2).quantize(CENT)
        low, high = (low, middle) if _median_hourly(people, middle) >= floor else (middle, high)
    return high


def _arm(arm: str, people: Sequence[Worked], floor: Decimal) -> ArmPay:
    minutes = Decimal(str(statistics.median(each.seconds for each in people))) / 60
    return ArmPay(
        arm,
        len(people),
        minutes.quantize(Decimal("0.1"), ROUND_HALF_UP),
        _median_hourly(people, ZERO).quantize(CENT, ROUND_HALF_UP),
        floor,
        top_up_to(people, floor),
    )


def _median_hourly(people: Sequence[Worked], more: Decimal) -> Decimal:
    return statistics.median((each.pay + more) * 3600 / _seconds(each) for each in people)


def _seconds(one: Worked) -> Decimal:
    return max(Decimal(str(one.seconds)), SHORTEST)
