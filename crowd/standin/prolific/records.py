"""What the stand-in remembers. Times are epoch seconds; money is Decimal pounds, rewards on the wire are pence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from crowd.standin.kernel.journal import Json

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Study:
    """state: UNPUBLISHED, PUBLISHING, ACTIVE, PAUSED or STOPPED; what people are told follows from it (accounting).

    codes, filters, config: as they came over the wire. held: what the workspace has set aside for it.
    """

    id: str
    name: str
    internal_name: str
    description: str
    url: str
    codes: tuple[Json, ...]
    places: int
    minutes: int
    most_minutes: int
    reward: Decimal
    project: str
    created: float
    state: str = "UNPUBLISHED"
    published: float | None = None
    opens: float = 0.0
    filters: tuple[Json, ...] = ()
    per_person: int = 1
    devices: tuple[str, ...] = ()
    held: Decimal = ZERO
    told: str = "UNPUBLISHED"


@dataclass(frozen=True, slots=True)
class Submission:
    """One participant's place in one study.

    status: ACTIVE, AWAITING REVIEW, APPROVED, PARTIALLY APPROVED, REJECTED, RETURNED, TIMED-OUT or SCREENED OUT.
    code: as it was entered. paid: of the reward. message: of a rejection. return_asked: when.
    """

    id: str
    study_id: str
    participant_id: str
    status: str
    started: float
    deadline: float
    completed: float | None = None
    auto_approval: float | None = None
    decided: float | None = None
    code: str = ""
    paid: Decimal = ZERO
    message: str = ""
    category: str = ""
    return_asked: float | None = None
    return_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Bonuses that were set up. lines: [submission, amount as text]. paid: how often somebody asked to pay them."""

    id: str
    study_id: str
    lines: tuple[tuple[str, str], ...]
    paid: int = 0


@dataclass(frozen=True, slots=True)
class Bonus:
    """Money beside the reward."""

    id: str
    batch_id: str
    submission_id: str
    amount: Decimal
    granted: float


@dataclass(frozen=True, slots=True)
class Group:
    """A participant group."""

    id: str
    name: str
    project: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part here."""

    id: str
    country: str = "GB"
    approved: int = 120


@dataclass(frozen=True, slots=True)
class Purse:
    """What the workspace has: free, and held for studies."""

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
    study_id: str = ""
    submission_id: str = ""
    participant_id: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to a participant."""

    id: str
    participant_id: str
    study_id: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Secret:
    """What webhooks are signed with: one for the workspace."""

    id: str
    value: str
    workspace: str


@dataclass(frozen=True, slots=True)
class Hook:
    """Who hears of events. hand: what has to be sent back before it counts."""

    id: str
    event: str
    url: str
    workspace: str
    hand: str
    is_enabled: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way. event: its id, the same for a copy. status: waiting, sent, dropped or failed."""

    id: str
    event: str
    hook_id: str
    body: str
    at: float
    after: float = 0.0
    attempts: int = 0
    status: str = "waiting"
