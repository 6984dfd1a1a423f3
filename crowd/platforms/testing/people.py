"""What people do at the test platform: take a place, give it back, submit. For tests and scripts."""

from __future__ import annotations

import secrets

from crowd.errors import PlatformRefused
from crowd.platforms.base import Link
from crowd.platforms.testing.world import Work, now, opened
from crowd.reconcile.words import PostingSight, SubmissionSight


def accept(link: Link, posting: str, worker: str) -> str:
    """Take a place; the id of the work. PlatformRefused where a platform would not let them."""
    with opened(link) as world:
        offered = world.posting(posting)
        holding = [work for work in world.on(posting) if work.sight != SubmissionSight.RETURNED]
        if offered.sight != PostingSight.OPEN or offered.closes <= now() or len(holding) >= offered.places:
            raise PlatformRefused("No place is free.", code="taken")
        if worker in world.blocked or any(work.worker == worker for work in holding):
            raise PlatformRefused("This person may not take a place.", code="not-welcome")
        work = Work(secrets.token_hex(12), posting, worker, accepted=now())
        world.works[work.id] = work
        return work.id


def submit(link: Link, work: str, code: str = "") -> None:
    """Hand in."""
    with opened(link) as world:
        _held(found := world.work(work))
        found.sight, found.code, found.submitted = SubmissionSight.SUBMITTED, code, now()


def give_back(link: Link, work: str) -> None:
    """The place is free again."""
    with opened(link) as world:
        _held(found := world.work(work))
        found.sight = SubmissionSight.RETURNED


def _held(work: Work) -> None:
    if work.sight != SubmissionSight.ACTIVE:
        raise PlatformRefused(f"It is {work.sight} already.", code="state")
