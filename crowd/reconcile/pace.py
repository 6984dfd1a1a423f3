"""How long to wait: until the next try, and until the next look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(minutes=15)
OPERATORS_WAIT: Final = timedelta(minutes=30)
"""Somebody has to add funds or rights first."""

SOON: Final = timedelta(seconds=10)
OPEN: Final = timedelta(seconds=60)
QUIET: Final = timedelta(minutes=5)
ASLEEP: Final = timedelta(hours=1)


def wait_after(attempts: int, *, chance: float, retry_after: float | None = None) -> timedelta:
    """Until a call that failed so often (at least 1) is tried again: doubled each time, scattered by chance in [0, 1).

    At least what the platform asked for (retry_after, seconds), at most a quarter of an hour above it.
    """
    if attempts < 1 or not 0 <= chance < 1:
        raise ValueError(f"attempts must be at least 1 and chance in [0, 1), not {attempts} and {chance}.")
    full = min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)
    return timedelta(seconds=retry_after or 0.0) + full * (0.5 + 0.5 * chance)


@dataclass(frozen=True, slots=True)
class Activity:
    """people: who hold a place or were here lately. open: postings that people may come to.
    awaited: submissions without an end, and postings that still change.
    """

    people: int = 0
    open: int = 0
    awaited: int = 0


def look_again_after(activity: Activity) -> timedelta:
    """Until an account is read again: seconds while people are at it, an hour when nothing is expected."""
    if activity.people:
        return SOON
    if activity.open:
        return OPEN
    return QUIET if activity.awaited else ASLEEP
