"""A plan of one decision about some people's work: who, how much, why. It is confirmed as it was looked at."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from crowd.reviewing.words import Decision

ZERO: Final = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Line:
    """One person's work. pk, uuid: of the submission. person: their pseudonym. amount: with the fee.

    lost: what they would have been paid, and are not. why_not: what stands in its way; such a line is left out.
    notes: what is known against it. until: a rejection can be taken back till then.
    """

    pk: int
    uuid: str
    person: str
    amount: Decimal = ZERO
    lost: Decimal = ZERO
    why_not: str = ""
    notes: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReviewPlan:
    """reason: why, for the record. message: what they are told. needs_second: another person has to agree.

    category: the platform's kind of rejection.
    """

    decision: Decision
    lines: tuple[Line, ...]
    left_out: tuple[Line, ...]
    currency: str
    reason: str = ""
    message: str = ""
    needs_second: bool = False
    category: str = ""

    @property
    def total(self) -> Decimal:
        """What it costs, with fees."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def lost(self) -> Decimal:
        """What these people are not paid."""
        return sum((line.lost for line in self.lines), ZERO)

    @property
    def phrase(self) -> str:
        """What somebody types who means it: the total, or the word and the number of people where it costs nothing."""
        return f"{self.total:.2f}" if self.total else f"{self.decision} {len(self.lines)}"

    @property
    def until(self) -> datetime | None:
        """Till when all of it can be taken back."""
        times = [line.until for line in self.lines]
        return min((each for each in times if each), default=None) if all(times) else None

    @property
    def sha256(self) -> str:
        """Of the decision, the words, and who at how much."""
        rows = sorted(f"{line.uuid}={line.amount}" for line in self.lines)
        words = [self.decision, self.reason, self.message, self.category, *rows]
        return hashlib.sha256("\n".join(words).encode()).hexdigest()

    def is_meant_by(self, typed: str) -> bool:
        """Whether that is the phrase; amounts are compared as amounts."""
        said = " ".join(typed.split()).lower()
        if not self.total:
            return said == self.phrase
        try:
            return Decimal(said) == self.total
        except InvalidOperation:
            return False
