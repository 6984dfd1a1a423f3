"""What every platform can be asked, in one vocabulary. A member knows no table: values in, values out, typed errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from crowd.reconcile.words import PostingSight, SubmissionSight
from crowd.terms import Terms
from experiments.types import JsonObject


class Can(StrEnum):
    """What not every platform can do. Services ask before they wish for it."""

    POST = "post"
    PAUSE = "pause"
    REJECT = "reject"
    BONUS = "bonus"
    COMPLETE = "complete"  # submit on somebody's behalf
    ASK_RETURN = "ask_return"
    EXCLUDE = "exclude"
    MESSAGE = "message"
    BLOCK = "block"
    TOKENS = "tokens"  # the platform counts a repeated token once


@dataclass(frozen=True, slots=True)
class Link:
    """How to reach an account. credentials: where they are ("env:NAME", "profile:NAME"), never what they are."""

    platform: str
    endpoint: str = ""
    region: str = ""
    credentials: str = ""
    is_production: bool = False
    options: JsonObject = field(default_factory=dict)
    bucket: str = ""  # whose token bucket: the account's uuid
    may_spend: bool = False  # a person confirmed what will be spent; only asked where money is real


@dataclass(frozen=True, slots=True)
class Balance:
    """available: what can be spent now. None where the platform does not say."""

    available: Decimal | None
    on_hold: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One posting to be made. token: the same order again makes nothing new. url: the experiment's door, https.

    excluded: ids of the platform's own lists (qualification types, participant groups) whose members may not come.
    """

    token: str
    url: str
    terms: Terms
    places: int
    annotation: str = ""
    excluded: tuple[str, ...] = ()
    codes: JsonObject = field(default_factory=dict)  # Prolific: outcome > completion code


@dataclass(frozen=True, slots=True)
class PostingSeen:
    """A posting as the platform shows it now."""

    external_id: str
    sight: PostingSight
    places: int
    group_id: str = ""
    pending: int | None = None
    available: int | None = None
    completed: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SubmissionSeen:
    """A submission as the platform shows it now. worker: the platform's id of the person; goes to the vault alone."""

    external_id: str
    posting_id: str
    worker: str
    sight: SubmissionSight
    accepted_at: datetime | None = None
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    decide_before: datetime | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class BonusOrder:
    """One bonus. reference stands in what the person reads, so that it can be found again. token: counts once."""

    token: str
    reference: str
    posting_id: str
    submission_id: str
    worker: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class BonusSeen:
    """A bonus that the platform has paid. reason holds our reference, where the platform keeps it."""

    submission_id: str
    amount: Decimal
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check of the connection. message: what was found. hint: what to do if it is not well."""

    name: str
    is_well: bool
    message: str
    hint: str = ""


class Platform(Protocol):
    """An account at a platform, ready to be called.

    Every method may raise PlatformUnavailable (try again; it may have had its effect), AlreadyDone (so it is),
    NeedsOperator (somebody must act) or PlatformRefused (it stays so); no other error of the network comes out.
    Every call has a time-out and takes from the account's token bucket. Repeating any of them is safe, but `pay_bonus`
    where Can.TOKENS is missing, `message`, and nothing else. What a kind cannot (`abilities`) is PlatformRefused.

    `publish` of an order that was published answers with the posting that is there. `find` looks for it when a token
    may be too old to be known. `add_places`: so many places in all, never fewer than there are. `pay_bonus` answers
    with the platform's id of it, or ""; AlreadyDone where the token was counted before. `message`: who could not be
    reached, and why. `exclusion`: the list of that name, made if there is none.
    """

    kind: str
    abilities: frozenset[Can]

    def examine(self) -> tuple[Finding, ...]: ...
    def balance(self) -> Balance: ...
    def publish(self, order: Order) -> PostingSeen: ...
    def find(self, order: Order) -> PostingSeen | None: ...
    def posting(self, external_id: str) -> PostingSeen | None: ...
    def postings(self) -> Iterator[PostingSeen]: ...
    def add_places(self, external_id: str, places: int, *, token: str, expires_at: datetime) -> None: ...
    def open(self, external_id: str, *, expires_at: datetime) -> None: ...
    def pause(self, external_id: str) -> None: ...
    def close(self, external_id: str) -> None: ...
    def remove(self, external_id: str) -> None: ...
    def submissions(self, external_id: str) -> Iterator[SubmissionSeen]: ...
    def submission(self, external_id: str) -> SubmissionSeen | None: ...
    def approve(self, external_id: str, *, message: str = "", overriding: bool = False) -> None: ...
    def reject(self, external_id: str, *, reason: str, category: str = "") -> None: ...
    def complete(self, external_id: str, *, code: str) -> None: ...
    def ask_return(self, external_id: str, *, reason: str) -> None: ...
    def pay_bonus(self, order: BonusOrder) -> str: ...
    def bonuses(self, *, posting_id: str, submission_id: str) -> Iterator[BonusSeen]: ...
    def exclusion(self, name: str) -> str: ...
    def exclude(self, list_id: str, workers: tuple[str, ...]) -> None: ...
    def readmit(self, list_id: str, workers: tuple[str, ...]) -> None: ...
    def excluded(self, list_id: str) -> Iterator[str]: ...
    def message(self, workers: tuple[str, ...], *, subject: str, text: str) -> dict[str, str]: ...
    def block(self, worker: str, *, reason: str) -> None: ...
    def unblock(self, worker: str, *, reason: str) -> None: ...
    def blocks(self) -> Iterator[str]: ...
