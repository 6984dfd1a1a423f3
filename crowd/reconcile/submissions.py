"""A submission: (what was decided, what we saw) > what to do; and what to believe of what we read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from crowd.reconcile.actions import ACTS, CALLS, Action
from crowd.reconcile.words import SubmissionSight as Sight
from crowd.reconcile.words import SubmissionWish as Wish

ECHO: Final = timedelta(minutes=10)
"""So long an older state may still be read of a platform that is consistent only in the end."""

_NOTHING, _WAIT, _ASK = Action.NOTHING, Action.WAIT, Action.ASK

TABLE: Final[dict[Wish, dict[Sight, Action]]] = {
    Wish.UNDECIDED: dict.fromkeys(Sight, _NOTHING),
    Wish.APPROVED: {
        Sight.UNSEEN: _WAIT,
        Sight.ACTIVE: _WAIT,
        Sight.SUBMITTED: Action.APPROVE,
        Sight.APPROVED: _NOTHING,
        Sight.PARTLY_APPROVED: _NOTHING,
        Sight.REJECTED: Action.OVERRIDE,
        Sight.RETURNED: _ASK,
        Sight.TIMED_OUT: _ASK,
        Sight.SCREENED_OUT: _ASK,
    },
    Wish.REJECTED: {
        Sight.UNSEEN: _WAIT,
        Sight.ACTIVE: _WAIT,
        Sight.SUBMITTED: Action.REJECT,
        Sight.APPROVED: _ASK,
        Sight.PARTLY_APPROVED: _ASK,
        Sight.REJECTED: _NOTHING,
        Sight.RETURNED: _NOTHING,
        Sight.TIMED_OUT: _NOTHING,
        Sight.SCREENED_OUT: _ASK,
    },
    Wish.RETURNED: {
        Sight.UNSEEN: _WAIT,
        Sight.ACTIVE: Action.ASK_RETURN,
        Sight.SUBMITTED: Action.ASK_RETURN,
        Sight.APPROVED: _ASK,
        Sight.PARTLY_APPROVED: _ASK,
        Sight.REJECTED: _ASK,
        Sight.RETURNED: _NOTHING,
        Sight.TIMED_OUT: _NOTHING,
        Sight.SCREENED_OUT: _NOTHING,
    },
    Wish.COMPLETED: {
        Sight.UNSEEN: _WAIT,
        Sight.ACTIVE: Action.COMPLETE,
        Sight.SUBMITTED: _NOTHING,
        Sight.APPROVED: _NOTHING,
        Sight.PARTLY_APPROVED: _NOTHING,
        Sight.REJECTED: _ASK,
        Sight.RETURNED: _ASK,
        Sight.TIMED_OUT: Action.COMPLETE,
        Sight.SCREENED_OUT: _NOTHING,
    },
}


def submission_action(wish: Wish, sight: Sight, *, is_unsure: bool = False, was_told: bool = False) -> Action:
    """The one step that comes next. is_unsure: an answer was lost. was_told: the person was asked to return it."""
    action = TABLE[wish][sight]
    if action == Action.ASK_RETURN and was_told:
        return Action.WAIT
    return Action.LOOK if is_unsure and action in ACTS else action


Pairs = dict[Wish, tuple[Sight, ...]]


def open_pairs() -> Pairs:
    """What is decided and not yet so, and a call makes it so: what an executor looks for."""
    return _pairs(CALLS)


def apart_pairs() -> Pairs:
    """The same with what only somebody's decision makes so."""
    return _pairs({*CALLS, Action.ASK})


def _pairs(actions: Collection[Action]) -> Pairs:
    rows = {wish: tuple(s for s, action in row.items() if action in actions) for wish, row in TABLE.items()}
    return {wish: sights for wish, sights in rows.items() if sights}


_RANK: Final[dict[Sight, int]] = {
    Sight.UNSEEN: 0,
    Sight.ACTIVE: 1,
    Sight.SUBMITTED: 2,
    Sight.RETURNED: 2,
    Sight.TIMED_OUT: 2,
    Sight.SCREENED_OUT: 2,
    Sight.REJECTED: 3,
    Sight.PARTLY_APPROVED: 3,
    Sight.APPROVED: 4,
}


def believed(old: Sight, new: Sight, *, age: timedelta) -> Sight:
    """What we hold of a submission after reading `new`. age: of `old`. A step back is an echo while `old` is young."""
    return old if _RANK[new] < _RANK[old] and age < ECHO else new


def unlisted(sight: Sight, *, held_for: timedelta | None, allowed: timedelta, nobody_holds_one: bool) -> Sight:
    """What became of one that the platform no longer lists, or never did: work that is not submitted is hidden.

    held_for: since it was accepted. allowed: how long one may hold it. nobody_holds_one: the posting says so.
    """
    if sight not in {Sight.UNSEEN, Sight.ACTIVE} or held_for is None:
        return sight
    if held_for > allowed + ECHO:
        return Sight.TIMED_OUT
    return Sight.RETURNED if nobody_holds_one and held_for > ECHO else sight
