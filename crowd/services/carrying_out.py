"""Carry out what services desire: one call for one row, told by the table, safe to stop anywhere and to run twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from crowd.errors import PlatformError
from crowd.models import Account, Campaign, Posting, Submission
from crowd.platforms.base import Platform
from crowd.reconcile.actions import ACTS, CALLS, SPENDS, Action
from crowd.reconcile.pace import QUIET
from crowd.services.leasing import give_back, take, went_well, went_wrong
from crowd.services.looking import look_soon
from crowd.services.posting_calls import POSTINGS
from crowd.services.pursuit import Pursuit, Row
from crowd.services.reaching import reach
from crowd.services.resting import answered, is_resting, rest
from crowd.services.submission_calls import SUBMISSIONS

if TYPE_CHECKING:
    import numpy as np

Clock = Callable[[], datetime]

SHIFT: Final = timedelta(seconds=40)
"""So long one worker goes on with one account; what is left is taken up by the next."""


@dataclass
class Caller:
    """An account, and its members for each campaign, connected once. rng: scatters waits."""

    account: Account
    rng: np.random.Generator
    members: dict[int, Platform] = field(default_factory=dict)

    def member(self, campaign: Campaign) -> Platform:
        """LivePlatform where the account may not be called."""
        if campaign.pk not in self.members:
            self.members[campaign.pk] = reach(self.account, campaign)
        return self.members[campaign.pk]


def carry_out_account(
    account: Account, *, clock: Clock, rng: np.random.Generator, shift: timedelta = SHIFT
) -> Counter[Action]:
    """Bring the account's postings, then its submissions, to what is desired: what was done, and how often.

    Ends when nothing is due, the account has to rest, or the shift is over. Several at once share the rows.
    """
    caller, done, until = Caller(account, rng), Counter[Action](), clock() + shift
    _work_off(POSTINGS, caller, done, clock, until)
    _work_off(SUBMISSIONS, caller, done, clock, until)
    if done:  # an account that slept has something to be seen again
        look_soon(account, now=clock())
    return done


def _work_off(kind: Pursuit[Row], caller: Caller, done: Counter[Action], clock: Clock, until: datetime) -> None:
    while (now := clock()) < until and not _is_shut(caller.account, now):
        action = _step(kind, caller, now)
        if action is None:
            return
        done[action] += 1


def accounts_with_work(now: datetime) -> list[int]:
    """Ids of accounts at which something is desired, due and not so."""
    postings = Posting.objects.to_do(now).order_by().values_list("campaign__account", flat=True)
    submissions = Submission.objects.to_do(now).order_by().values_list("posting__campaign__account", flat=True)
    return sorted({*postings.distinct(), *submissions.distinct()})


def carry_out(row: Posting | Submission, *, now: datetime, rng: np.random.Generator) -> Action | None:
    """One step for one row; None if somebody is at it, its time has not come, or there is nothing to do."""
    if isinstance(row, Posting):
        caller = Caller(row.campaign.account, rng)
        return _step(POSTINGS, caller, now, only=row.pk)
    caller = Caller(row.posting.campaign.account, rng)
    return _step(SUBMISSIONS, caller, now, only=row.pk)


def _step(kind: Pursuit[Row], caller: Caller, now: datetime, *, only: int | None = None) -> Action | None:
    taken = _take(kind, caller.account, now, only)
    if taken is None:
        return None
    row, action = taken
    if action not in CALLS:  # it comes by itself, or not at all: the table is asked again in a while
        give_back(row, attempts=0, retry_at=now + QUIET)
        return action
    try:
        columns = kind.call(caller.member(kind.campaign_of(row)), row, action, now)
    except PlatformError as error:
        chance = float(caller.rng.random())
        went_wrong(row, error, now=now, chance=chance)
        caller.account = rest(caller.account, error, now=now, chance=chance)
        return action
    _note(kind, row, action, columns, now)
    lacks_funds = action not in SPENDS and is_resting(caller.account, now)  # what needs none says nothing of them
    caller.account = answered(caller.account, now=now, is_reading=lacks_funds)
    return action


def _is_shut(account: Account, now: datetime) -> bool:
    """Nothing can be called. Without funds, what stops spending still can."""
    return is_resting(account, now) and not account.reads_on


@transaction.atomic
def _take(kind: Pursuit[Row], account: Account, now: datetime, only: int | None) -> tuple[Row, Action] | None:
    """One row that is ours now, and its step. That a call will be sent is committed before it is."""
    due = kind.due(account, now)
    rows = take(due if only is None else due.filter(pk=only), now=now)
    if not rows:
        return None
    row, action = rows[0], kind.action(rows[0], now)
    if action in ACTS:
        type(row)._default_manager.filter(pk=row.pk).update(tried_at=now)
    return row, action


@transaction.atomic
def _note(kind: Pursuit[Row], row: Row, action: Action, columns: dict[str, object], now: datetime) -> None:
    """A look settles what was unsure, and no more: how often the act itself failed is remembered until it goes well."""
    before = copy(row)
    if action in ACTS:
        is_ours = went_well(row, **columns)
    else:
        is_ours = give_back(row, tried_at=None, retry_at=None, trouble="", **columns)
    if is_ours:
        kind.tell(before, columns, now)
