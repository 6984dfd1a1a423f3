"""What things cost and how a study stands: pure. Fees as of commercial workspaces, without tax."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_UP, Decimal

from crowd.standin.prolific.records import Study, Submission

FEE = Decimal("0.428")
PENNY = Decimal("0.01")
STATUSES = (
    "ACTIVE",
    "APPROVED",
    "AWAITING REVIEW",
    "REJECTED",
    "RESERVED",
    "RETURNED",
    "TIMED-OUT",
    "PARTIALLY APPROVED",
    "SCREENED OUT",
)
FREED = ("RETURNED", "TIMED-OUT", "REJECTED", "SCREENED OUT")
"""Their place may be taken by somebody else."""


def fee(amount: Decimal) -> Decimal:
    """Prolific's share on top of what somebody gets."""
    return (amount * FEE).quantize(PENNY, ROUND_UP)


def counts_of(submissions: Iterable[Submission]) -> Counter[str]:
    """How many have each status."""
    return Counter(each.status for each in submissions)


def taken(counts: Counter[str]) -> int:
    """Places that nobody else can have."""
    return counts.total() - sum(counts[status] for status in FREED)


def status_of(study: Study, counts: Counter[str]) -> str:
    """What the API says."""
    if study.state in ("UNPUBLISHED", "PUBLISHING", "PAUSED"):
        return study.state
    if study.state == "ACTIVE" and (taken(counts) < study.places or counts["ACTIVE"]):
        return "ACTIVE"
    return "AWAITING REVIEW" if counts["AWAITING REVIEW"] or counts["ACTIVE"] else "COMPLETED"


def places_to_pay(study: Study, counts: Counter[str]) -> int:
    """Submissions that may still have to be paid."""
    if study.state == "UNPUBLISHED":
        return 0
    open_places = 0 if study.state == "STOPPED" else max(0, study.places - taken(counts))
    return open_places + counts["ACTIVE"] + counts["AWAITING REVIEW"]
