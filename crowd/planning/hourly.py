"""What people earn in an hour, and how we know how long they take."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from crowd.planning.fees import CENT
from experiments.types import JsonObject

SOURCES = {
    "people": "people who took part",
    "rehearsal": "rehearsal",
    "announced": "the announced minutes: nobody has rehearsed it",
}
ENOUGH = 5
SLOW = 0.95


@dataclass(frozen=True, slots=True)
class Duration:
    """minutes: the median. slow: what only one of twenty exceeds; None if unknown. n: people it is known from.

    source: "people", "rehearsal" or "announced".
    """

    minutes: Decimal
    source: str = "announced"
    n: int = 0
    slow: Decimal | None = None

    @property
    def words(self) -> str:
        """Where it comes from."""
        people = "1 person" if self.n == 1 else f"{self.n} people"
        return SOURCES[self.source] + (f", {people}" if self.n else "")

    def as_json(self) -> JsonObject:
        """For the API."""
        slow = None if self.slow is None else str(self.slow)
        return {"minutes": str(self.minutes), "source": self.source, "n": self.n, "slow": slow}


def duration_of(seconds: Sequence[float], source: str) -> Duration:
    """Of how long each took. ValueError for nobody.

    >>> duration_of([60, 120, 180], "rehearsal").minutes
    Decimal('2.0')
    """
    if not seconds:
        raise ValueError("seconds must not be empty.")
    ordered = sorted(seconds)
    slow = ordered[min(len(ordered) - 1, int(SLOW * len(ordered)))] if len(ordered) >= ENOUGH else None
    return Duration(
        _minutes(statistics.median(ordered)), source, len(ordered), None if slow is None else _minutes(slow)
    )


def hourly(amount: Decimal, minutes: Decimal) -> Decimal:
    """Per hour, to the cent. At least a tenth of a minute is counted.

    >>> hourly(Decimal("1.00"), Decimal(6))
    Decimal('10.00')
    """
    return (amount * 60 / max(minutes, Decimal("0.1"))).quantize(CENT, rounding=ROUND_HALF_UP)


def fair_reward(fair_hourly: Decimal, minutes: Decimal) -> Decimal:
    """The least reward that comes to that hourly pay."""
    return (fair_hourly * minutes / 60).quantize(CENT, rounding=ROUND_UP)


def _minutes(seconds: float) -> Decimal:
    return (Decimal(str(round(seconds, 3))) / 60).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
