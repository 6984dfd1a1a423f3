"""A stand-in for each platform that can be called, with what the contract does at it. A new platform: one entry."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from crowd.platforms import PLATFORMS, Platform
from crowd.platforms.base import Link
from crowd.platforms.testing import people
from crowd.platforms.testing.world import opened
from crowd.standin.control_client import Control
from tests.crowd.running import mturk_thread, prolific_thread


@dataclass
class Bench:
    """calls: the platform's own name of what a method does there, to be hit by a fault."""

    link: Link
    control: Control
    calls: dict[str, str]
    person: str = "A{:013d}"
    says_when_decided: bool = True

    @property
    def platform(self) -> Platform:
        """Connected anew: nothing is remembered."""
        return PLATFORMS[self.link.platform].connect(self.link)

    def work(self, posting: str, worker: str, code: str = "CODE") -> str:
        """Somebody takes a place and submits; the platform's id of it."""
        return self.control.work(posting, worker, code=code)

    def fault(self, method: str, kind: str, **rule: object) -> None:
        """At the call of that method, at every one for "*"."""
        self.control.fault(self.calls.get(method, method), kind, **rule)

    def bonuses_paid(self) -> Decimal:
        """As the stand-in's own ledger has it."""
        return Decimal(self.control.ledger()["totals"].get("bonus", "0"))

    def people(self, count: int) -> list[str]:
        """Ids of workers, as this platform makes them."""
        return [self.person.format(number) for number in range(1, count + 1)]


@contextmanager
def mturk() -> Iterator[Bench]:
    """Its calls by their names in AWS's model."""
    calls = {"publish": "CreateHITWithHITType", "pay_bonus": "SendBonus", "approve": "ApproveAssignment"}
    with mturk_thread() as running:
        yield Bench(Link("mturk", running.url, credentials="env:STANDIN"), cast(Control, running), calls)


@contextmanager
def prolific() -> Iterator[Bench]:
    """Its calls by the names that the stand-in gives them."""
    calls = {"publish": "CreateStudy", "pay_bonus": "PayBonuses", "approve": "TransitionSubmission"}
    with prolific_thread() as running:
        link = Link("prolific", running.url, credentials="env:STANDIN")
        yield Bench(link, running, calls, "{:024x}", says_when_decided=False)


@dataclass
class TestBench(Bench):
    """The platform that is in Redis: nobody is called, so that no call can be spoilt."""

    __test__ = False

    def work(self, posting: str, worker: str, code: str = "CODE") -> str:
        work = people.accept(self.link, posting, worker)
        people.submit(self.link, work, code)
        return work

    def bonuses_paid(self) -> Decimal:
        with opened(self.link) as world:
            return sum((Decimal(bonus.amount) for bonus in world.bonuses), Decimal(0))


@contextmanager
def test() -> Iterator[Bench]:
    """A fresh one."""
    yield TestBench(Link("test", bucket=uuid.uuid4().hex), Control(""), {})


BENCHES: dict[str, Callable[[], AbstractContextManager[Bench]]] = {
    "mturk": mturk,
    "prolific": prolific,
    "test": test,
}
