"""A member that can nothing yet: every call is refused in one uniform sentence. Members override what they can."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NoReturn

from crowd.errors import PlatformRefused
from crowd.platforms.base import (
    Balance,
    BonusOrder,
    BonusSeen,
    Can,
    Finding,
    Link,
    Order,
    PostingSeen,
    SubmissionSeen,
)


class Limited:
    """See `Platform`. title: as sentences name it."""

    kind = ""
    title = "This platform"
    abilities: frozenset[Can] = frozenset()

    def __init__(self, link: Link) -> None:
        self.link = link

    def _cannot(self, what: str) -> NoReturn:
        raise PlatformRefused(f"{self.title} cannot {what}.", code="cannot")

    def examine(self) -> tuple[Finding, ...]:
        return (Finding("Connection", True, f"{self.title} is not called: there is nothing to check."),)

    def balance(self) -> Balance:
        return Balance(None)

    def publish(self, order: Order) -> PostingSeen:
        self._cannot("publish")

    def find(self, order: Order) -> PostingSeen | None:
        self._cannot("look for a posting")

    def posting(self, external_id: str) -> PostingSeen | None:
        self._cannot("show a posting")

    def postings(self) -> Iterator[PostingSeen]:
        return iter(())

    def add_places(self, external_id: str, places: int, *, token: str, expires_at: datetime) -> None:
        self._cannot("add places")

    def open(self, external_id: str, *, expires_at: datetime) -> None:
        self._cannot("open a posting")

    def pause(self, external_id: str) -> None:
        self._cannot("pause a posting")

    def close(self, external_id: str) -> None:
        self._cannot("close a posting")

    def remove(self, external_id: str) -> None:
        self._cannot("remove a posting")

    def submissions(self, external_id: str) -> Iterator[SubmissionSeen]:
        return iter(())

    def submission(self, external_id: str) -> SubmissionSeen | None:
        return None

    def approve(self, external_id: str, *, message: str = "", overriding: bool = False) -> None:
        self._cannot("approve")

    def reject(self, external_id: str, *, reason: str, category: str = "") -> None:
        self._cannot("reject")

    def complete(self, external_id: str, *, code: str) -> None:
        self._cannot("submit on somebody's behalf")

    def ask_return(self, external_id: str, *, reason: str) -> None:
        self._cannot("ask people to return their work")

    def pay_bonus(self, order: BonusOrder) -> str:
        self._cannot("pay a bonus")

    def bonuses(self, *, posting_id: str, submission_id: str) -> Iterator[BonusSeen]:
        return iter(())

    def exclusion(self, name: str) -> str:
        self._cannot("keep people out")

    def exclude(self, list_id: str, workers: tuple[str, ...]) -> None:
        self._cannot("keep people out")

    def readmit(self, list_id: str, workers: tuple[str, ...]) -> None:
        self._cannot("keep people out")

    def excluded(self, list_id: str) -> Iterator[str]:
        return iter(())

    def message(self, workers: tuple[str, ...], *, subject: str, text: str) -> dict[str, str]:
        self._cannot("write to people")

    def block(self, worker: str, *, reason: str) -> None:
        self._cannot("block people")

    def unblock(self, worker: str, *, reason: str) -> None:
        self._cannot("block people")

    def blocks(self) -> Iterator[str]:
        return iter(())
