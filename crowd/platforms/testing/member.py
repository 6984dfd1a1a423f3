"""The test platform's calls."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal

from crowd.errors import AlreadyDone, PlatformRefused
from crowd.platforms.base import Balance, BonusOrder, BonusSeen, Can, Finding, Order, PostingSeen, SubmissionSeen
from crowd.platforms.guard import require_spending
from crowd.platforms.limited import Limited
from crowd.platforms.testing.world import Bonus, Posting, Work, World, moment, now, opened
from crowd.reconcile.words import PostingSight, SubmissionSight

SUBMITTED = (SubmissionSight.SUBMITTED,)


class TestPlatform(Limited):
    """Everything a platform can do, without anybody: what it remembers is in Redis, so every process sees the same."""

    __test__ = False  # no test of ours, to pytest

    kind = "test"
    title = "The test platform"
    abilities = frozenset(Can)

    def examine(self) -> tuple[Finding, ...]:
        self.balance()
        return (Finding("Connection", True, "It is inside Machina: nobody is called and no money is real."),)

    def balance(self) -> Balance:
        with opened(self.link):
            return Balance(None)

    def publish(self, order: Order) -> PostingSeen:
        require_spending(self.link)
        with opened(self.link) as world:
            found = next((each for each in world.postings.values() if each.token == order.token), None)
            if found is None:
                closes = now() + order.terms.lifetime_seconds
                annotation = order.annotation or order.token
                found = Posting(secrets.token_hex(12), order.token, annotation, order.places, closes)
                world.postings[found.id] = found
            return _seen(world, found)

    def find(self, order: Order) -> PostingSeen | None:
        with opened(self.link) as world:
            wanted = order.annotation or order.token
            found = next((each for each in world.postings.values() if each.annotation == wanted), None)
            return _seen(world, found) if found else None

    def posting(self, external_id: str) -> PostingSeen | None:
        with opened(self.link) as world:
            found = world.postings.get(external_id)
            return _seen(world, found) if found else None

    def postings(self) -> Iterator[PostingSeen]:
        with opened(self.link) as world:
            return iter([_seen(world, each) for each in world.postings.values() if each.sight != PostingSight.GONE])

    def add_places(self, external_id: str, places: int, *, token: str, expires_at: datetime) -> None:
        require_spending(self.link)
        with opened(self.link) as world:
            posting = world.posting(external_id)
            posting.places = max(posting.places, places)
            posting.sight, posting.closes = PostingSight.OPEN, expires_at.timestamp()

    def open(self, external_id: str, *, expires_at: datetime) -> None:
        require_spending(self.link)
        with opened(self.link) as world:
            posting = world.posting(external_id)
            posting.sight, posting.closes = PostingSight.OPEN, expires_at.timestamp()

    def pause(self, external_id: str) -> None:
        self._to(external_id, PostingSight.PAUSED)

    def close(self, external_id: str) -> None:
        self._to(external_id, PostingSight.CLOSED)

    def remove(self, external_id: str) -> None:
        with opened(self.link) as world:
            if any(work.sight in SUBMITTED for work in world.on(external_id)):
                raise PlatformRefused("Not everything on it is reviewed.", code="state")
        self._to(external_id, PostingSight.GONE)

    def submissions(self, external_id: str) -> Iterator[SubmissionSeen]:
        with opened(self.link) as world:
            return iter([_shown(work) for work in world.on(external_id)])

    def submission(self, external_id: str) -> SubmissionSeen | None:
        with opened(self.link) as world:
            found = world.works.get(external_id)
            return _shown(found) if found else None

    def approve(self, external_id: str, *, message: str = "", overriding: bool = False) -> None:
        require_spending(self.link)
        before = (*SUBMITTED, SubmissionSight.REJECTED) if overriding else SUBMITTED
        self._decide(external_id, SubmissionSight.APPROVED, before)

    def reject(self, external_id: str, *, reason: str, category: str = "") -> None:
        self._decide(external_id, SubmissionSight.REJECTED, SUBMITTED)

    def complete(self, external_id: str, *, code: str) -> None:
        def hand_in(work: Work) -> None:
            work.code, work.submitted = code, now()

        self._decide(external_id, SubmissionSight.SUBMITTED, (SubmissionSight.ACTIVE,), hand_in)

    def ask_return(self, external_id: str, *, reason: str) -> None:
        with opened(self.link) as world:
            world.work(external_id)

    def pay_bonus(self, order: BonusOrder) -> str:
        require_spending(self.link)
        with opened(self.link) as world:
            if any(bonus.token == order.token for bonus in world.bonuses):
                raise AlreadyDone("This bonus was paid before.", code="token")
            world.work(order.submission_id)
            reason = f"{order.reason} ({order.reference})"
            world.bonuses.append(Bonus(order.token, order.submission_id, str(order.amount), reason, now()))
            return f"bonus-{len(world.bonuses)}"

    def bonuses(self, *, posting_id: str, submission_id: str) -> Iterator[BonusSeen]:
        with opened(self.link) as world:
            works = {submission_id} if submission_id else {work.id for work in world.on(posting_id)}
            paid = [bonus for bonus in world.bonuses if bonus.work in works]
        for bonus in paid:
            yield BonusSeen(bonus.work, Decimal(bonus.amount), bonus.reason, moment(bonus.at))

    def exclusion(self, name: str) -> str:
        with opened(self.link) as world:
            world.lists.setdefault(name, [])
            return name

    def exclude(self, list_id: str, workers: tuple[str, ...]) -> None:
        with opened(self.link) as world:
            world.lists[list_id] = sorted({*world.lists.get(list_id, []), *workers})

    def readmit(self, list_id: str, workers: tuple[str, ...]) -> None:
        with opened(self.link) as world:
            world.lists[list_id] = sorted({*world.lists.get(list_id, [])} - {*workers})

    def excluded(self, list_id: str) -> Iterator[str]:
        with opened(self.link) as world:
            return iter(world.lists.get(list_id, []))

    def message(self, workers: tuple[str, ...], *, subject: str, text: str) -> dict[str, str]:
        with opened(self.link) as world:
            known = {work.worker for work in world.works.values()}
            return {worker: "They never worked here." for worker in workers if worker not in known}

    def block(self, worker: str, *, reason: str) -> None:
        with opened(self.link) as world:
            world.blocked[worker] = reason

    def unblock(self, worker: str, *, reason: str) -> None:
        with opened(self.link) as world:
            world.blocked.pop(worker, None)

    def blocks(self) -> Iterator[str]:
        with opened(self.link) as world:
            return iter(sorted(world.blocked))

    def _to(self, external_id: str, sight: PostingSight) -> None:
        with opened(self.link) as world:
            world.posting(external_id).sight = sight

    def _decide(
        self,
        external_id: str,
        wanted: SubmissionSight,
        before: tuple[SubmissionSight, ...],
        also: Callable[[Work], None] | None = None,
    ) -> None:
        """What is so already stays so; from any other state than those before it is refused."""
        with opened(self.link) as world:
            work = world.work(external_id)
            if work.sight == wanted:
                return
            if work.sight not in before:
                raise PlatformRefused(f"It is {work.sight} already.", code="state")
            work.sight = wanted
            if also:
                also(work)
            else:
                work.decided = now()


def _seen(world: World, posting: Posting) -> PostingSeen:
    works = [work for work in world.on(posting.id) if work.sight != SubmissionSight.RETURNED]
    pending = sum(work.sight == SubmissionSight.ACTIVE for work in works)
    available = max(posting.places - len(works), 0)
    sight = PostingSight(posting.sight)
    if sight == PostingSight.OPEN and posting.closes <= now():
        sight = PostingSight.CLOSED
    elif sight == PostingSight.OPEN and not available:
        sight = PostingSight.TAKEN
    decided = sum(work.decided is not None for work in works)
    closes = moment(posting.closes)
    return PostingSeen(posting.id, sight, posting.places, "", pending, available, decided, closes)


def _shown(work: Work) -> SubmissionSeen:
    return SubmissionSeen(
        external_id=work.id,
        posting_id=work.posting,
        worker=work.worker,
        sight=SubmissionSight(work.sight),
        accepted_at=moment(work.accepted),
        submitted_at=moment(work.submitted),
        decided_at=moment(work.decided),
        code=work.code,
    )
