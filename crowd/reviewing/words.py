"""Decisions about work that people did, and what stands in their way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crowd.reconcile.words import SubmissionSight as Sight
from crowd.reconcile.words import SubmissionWish as Wish


class Decision(StrEnum):
    """What may be decided about a submission."""

    APPROVE = "approve"
    SOFT_REJECT = "soft-reject"  # paid, and not used
    REJECT = "reject"
    OVERRIDE = "override"  # approve what was rejected
    USE = "use"  # used again


PAYS: Final = frozenset({Decision.APPROVE, Decision.SOFT_REJECT, Decision.OVERRIDE})
NEEDS_REASON: Final = frozenset({Decision.REJECT, Decision.SOFT_REJECT, Decision.OVERRIDE, Decision.USE})
WISHES: Final = {
    Decision.APPROVE: Wish.APPROVED,
    Decision.SOFT_REJECT: Wish.APPROVED,
    Decision.OVERRIDE: Wish.APPROVED,
    Decision.REJECT: Wish.REJECTED,
}
"""What each asks of the platform; the others ask nothing."""

SETTLED: Final = frozenset({Sight.APPROVED, Sight.PARTLY_APPROVED})


@dataclass(frozen=True, slots=True)
class Work:
    """A submission as it is judged. is_stuck: the platform refused for good what was decided.

    can_reject: the platform knows rejections. reversal: so long after it was handed in a rejection can be taken back.
    is_there: its posting is still at the platform.
    """

    wish: Wish
    sight: Sight
    is_used: bool
    is_stuck: bool = False
    submitted_at: datetime | None = None
    can_reject: bool = True
    reversal: timedelta = timedelta()
    is_there: bool = True

    @property
    def until(self) -> datetime | None:
        """Till when a rejection can be taken back; None if never."""
        return self.submitted_at + self.reversal if self.submitted_at and self.reversal else None


def obstacle(decision: Decision, work: Work, *, now: datetime) -> str:
    """Why that cannot be decided about this work, in a sentence; "" if it can."""
    return _OBSTACLES[decision](work, now)


def is_paid_already(work: Work) -> bool:
    """Whether the platform approved it: nothing more is spent by approving."""
    return work.sight in SETTLED


def _approve(work: Work, _now: datetime) -> str:
    if work.sight == Sight.REJECTED:
        return "It was rejected: override that instead."
    if work.sight in SETTLED:
        return "The platform has approved it already."
    if work.sight != Sight.SUBMITTED:
        return f"It is not handed in: the platform shows it as {_word(work.sight)}."
    if work.wish in (Wish.APPROVED, Wish.REJECTED) and not work.is_stuck:
        return f"It is decided already ({_word(work.wish)}), and on its way to the platform."
    return ""


def _reject(work: Work, now: datetime) -> str:
    if not work.can_reject:
        return "This platform knows no rejection."
    if work.sight == Sight.REJECTED:
        return "It was rejected already."
    return _approve(work, now)


def _soft_reject(work: Work, now: datetime) -> str:
    if not work.is_used:
        return "It is not used already."
    return "" if work.sight in SETTLED or _is_on_its_way(work) else _approve(work, now)


def _override(work: Work, now: datetime) -> str:
    if work.sight != Sight.REJECTED:
        return "It was not rejected."
    if work.wish == Wish.APPROVED and not work.is_stuck:
        return "It is being approved already."
    if work.until is None:
        return "This platform takes no rejection back."
    if now > work.until:
        return f"A rejection could be taken back until {work.until:%d %b %Y %H:%M} UTC only."
    return "" if work.is_there else "Its posting is gone from the platform: pay a compensation instead."


def _use(work: Work, _now: datetime) -> str:
    if work.is_used:
        return "It is used already."
    return "It was rejected." if work.wish == Wish.REJECTED or work.sight == Sight.REJECTED else ""


def _is_on_its_way(work: Work) -> bool:
    return work.wish == Wish.APPROVED and not work.is_stuck


def _word(word: StrEnum) -> str:
    return word.value.replace("_", " ")


_OBSTACLES: Final[dict[Decision, Callable[[Work, datetime], str]]] = {
    Decision.APPROVE: _approve,
    Decision.SOFT_REJECT: _soft_reject,
    Decision.REJECT: _reject,
    Decision.OVERRIDE: _override,
    Decision.USE: _use,
}
