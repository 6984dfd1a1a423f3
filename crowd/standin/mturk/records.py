"""What the stand-in remembers. Times are epoch seconds, money is Decimal dollars."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from crowd.standin.kernel.journal import Json

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class HitType:
    """What HITs share. requirements: as they came over the wire."""

    id: str
    title: str
    description: str
    keywords: str
    reward: Decimal
    duration: int
    auto_approval_delay: int
    requirements: tuple[Json, ...] = ()
    destination: str = ""
    transport: str = ""
    event_types: tuple[str, ...] = ()
    notifies: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A task for several workers. held: what the account has set aside for it."""

    id: str
    type_id: str
    group_id: str
    created: float
    expires: float
    maximum: int
    question: str = ""
    annotation: str = ""
    layout: str = ""
    policies: tuple[tuple[str, Json], ...] = ()
    is_reviewing: bool = False
    is_disposed: bool = False
    held: Decimal = ZERO
    told_expired: bool = False
    told_reviewable: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """One worker's claim on one place of a HIT.

    status: Accepted, Submitted, Approved, Rejected, Returned or Abandoned.
    """

    id: str
    hit_id: str
    worker_id: str
    status: str
    accepted: float
    deadline: float
    submitted: float | None = None
    auto_approval: float | None = None
    approved: float | None = None
    rejected: float | None = None
    answer: str = ""
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Bonus:
    """Money beside the reward."""

    id: str
    assignment_id: str
    hit_id: str
    worker_id: str
    amount: Decimal
    reason: str
    granted: float


@dataclass(frozen=True, slots=True)
class Purse:
    """What the requester has: free, and held for HITs."""

    id: str
    available: Decimal
    held: Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger. kind: deposit, reward, reward fee, bonus, bonus fee."""

    id: str
    at: float
    kind: str
    amount: Decimal
    hit_id: str = ""
    assignment_id: str = ""
    worker_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A request that must not have its effect twice, and what its first time made."""

    id: str
    at: float
    made: str


@dataclass(frozen=True, slots=True)
class QualificationType:
    """Something a worker can have."""

    id: str
    created: float
    name: str
    description: str
    status: str
    keywords: str = ""
    test: str = ""
    test_duration: int = 0
    answer_key: str = ""
    retry_delay: int | None = None
    auto_granted: bool = False
    auto_granted_value: int = 1
    is_requestable: bool = True
    deleted: float | None = None


@dataclass(frozen=True, slots=True)
class Qualification:
    """What a worker has. id: type and worker."""

    id: str
    type_id: str
    worker_id: str
    value: int
    granted: float
    status: str = "Granted"


@dataclass(frozen=True, slots=True)
class QualificationRequest:
    """A worker asks for one. status: Pending, Granted or Rejected."""

    id: str
    type_id: str
    worker_id: str
    submitted: float
    answer: str = ""
    status: str = "Pending"


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works here. approved, rejected: HITs before this stand-in knew them."""

    id: str
    country: str = "US"
    subdivision: str = ""
    is_adult: bool = True
    is_master: bool = False
    approved: int = 500
    rejected: int = 5
    block_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to a worker."""

    id: str
    worker_id: str
    subject: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notification on its way. attempts: posts that failed. after: not before that time.

    status: waiting, sent, dropped (on purpose), read (from a queue) or failed.
    """

    id: str
    transport: str
    destination: str
    body: str
    at: float
    after: float = 0.0
    attempts: int = 0
    status: str = "waiting"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who hears of a topic."""

    id: str
    topic: str
    endpoint: str
    token: str
    is_confirmed: bool = False
