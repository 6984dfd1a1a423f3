"""What things cost and what state a HIT is in: pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from crowd.standin.mturk.records import Assignment, Hit, HitType

FEE = Decimal("0.20")
FEE_OF_MANY = Decimal("0.20")  # on top, for the reward of a HIT of ten or more assignments
FEE_OF_MASTERS = Decimal("0.05")
SMALLEST_FEE = Decimal("0.01")
MANY = 10
MASTERS = ("2F1QJWKUDD8XADTFD2Q0G6UTO95ALH", "2ARFPLSP75KLA8M8DH1HTEQVJT3SY6")


def reward_fee(kind: HitType, maximum: int) -> Decimal:
    """MTurk's fee for one approved assignment."""
    wants_masters = any(each["QualificationTypeId"] in MASTERS for each in kind.requirements)
    rate = FEE + (FEE_OF_MANY if maximum >= MANY else 0) + (FEE_OF_MASTERS if wants_masters else 0)
    return max(kind.reward * rate, SMALLEST_FEE) if kind.reward else Decimal(0)


def bonus_fee(amount: Decimal) -> Decimal:
    """MTurk's fee for a bonus."""
    return max(amount * FEE, SMALLEST_FEE)


@dataclass(frozen=True, slots=True)
class Counts:
    """The places of a HIT: taken and open, waiting for review, reviewed, and free."""

    open: int
    waiting: int
    done: int
    available: int

    @classmethod
    def of(cls, hit: Hit, assignments: list[Assignment]) -> Counts:
        """Returned and abandoned claims take no place."""
        by = [each.status for each in assignments]
        taken, waiting, done = by.count("Accepted"), by.count("Submitted"), by.count("Approved") + by.count("Rejected")
        return cls(taken, waiting, done, max(0, hit.maximum - taken - waiting - done))


def status_of(hit: Hit, counts: Counts, now: float) -> str:
    """HITStatus."""
    if hit.is_disposed:
        return "Disposed"
    if counts.available and now < hit.expires:
        return "Assignable"
    if counts.open:
        return "Unassignable"
    return "Reviewing" if hit.is_reviewing else "Reviewable"


def places_to_pay(hit: Hit, counts: Counts, now: float) -> int:
    """Assignments that may still have to be paid."""
    if hit.is_disposed:
        return 0
    return counts.open + counts.waiting + (counts.available if now < hit.expires else 0)
