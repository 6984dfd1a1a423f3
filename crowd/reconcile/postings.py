"""A posting: (what we want, what we saw) > what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crowd.reconcile.actions import ACTS, Action
from crowd.reconcile.words import PostingSight as Sight
from crowd.reconcile.words import PostingWish as Wish


@dataclass(frozen=True, slots=True)
class PostingState:
    """is_known: the platform's id is. is_unsure: a call was sent, and nothing has told yet whether it had its effect.

    is_reviewed: no submission on it waits for a decision. has_time: what we want it open until lies ahead.
    free: places nobody holds, as far as the platform says.
    """

    wish: Wish
    sight: Sight
    is_known: bool
    is_unsure: bool = False
    wanted_places: int = 1
    seen_places: int = 0
    free: int | None = None
    is_reviewed: bool = True
    has_time: bool = True


_NOTHING, _WAIT, _ASK, _LOOK, _CLOSE = Action.NOTHING, Action.WAIT, Action.ASK, Action.LOOK, Action.CLOSE

KNOWN: Final[dict[Wish, dict[Sight, Action]]] = {
    Wish.DRAFT: {
        Sight.UNKNOWN: _LOOK,
        Sight.ABSENT: _NOTHING,
        Sight.PENDING: _ASK,
        Sight.OPEN: _ASK,
        Sight.TAKEN: _ASK,
        Sight.PAUSED: _ASK,
        Sight.CLOSED: _NOTHING,
        Sight.GONE: _NOTHING,
    },
    Wish.OPEN: {
        Sight.UNKNOWN: _LOOK,
        Sight.ABSENT: _ASK,
        Sight.PENDING: _WAIT,
        Sight.OPEN: _NOTHING,
        Sight.TAKEN: _NOTHING,
        Sight.PAUSED: Action.OPEN,
        Sight.CLOSED: Action.OPEN,
        Sight.GONE: _ASK,
    },
    Wish.PAUSED: {
        Sight.UNKNOWN: _LOOK,
        Sight.ABSENT: _ASK,
        Sight.PENDING: _WAIT,
        Sight.OPEN: Action.PAUSE,
        Sight.TAKEN: Action.PAUSE,  # whoever returns frees a place
        Sight.PAUSED: _NOTHING,
        Sight.CLOSED: _NOTHING,
        Sight.GONE: _ASK,
    },
    Wish.CLOSED: {
        Sight.UNKNOWN: _LOOK,
        Sight.ABSENT: _NOTHING,
        Sight.PENDING: _WAIT,
        Sight.OPEN: _CLOSE,
        Sight.TAKEN: _CLOSE,
        Sight.PAUSED: _CLOSE,
        Sight.CLOSED: _NOTHING,
        Sight.GONE: _NOTHING,
    },
    Wish.GONE: {
        Sight.UNKNOWN: _LOOK,
        Sight.ABSENT: _NOTHING,
        Sight.PENDING: _WAIT,
        Sight.OPEN: _CLOSE,
        Sight.TAKEN: _CLOSE,
        Sight.PAUSED: _CLOSE,
        Sight.CLOSED: Action.REMOVE,
        Sight.GONE: _NOTHING,
    },
}
"""Of a posting whose id we know."""


def posting_action(state: PostingState) -> Action:
    """The one step that comes next. After a lost answer that is always to look first."""
    action = _of_known(state) if state.is_known else _of_unknown(state)
    return Action.LOOK if state.is_known and state.is_unsure and action in ACTS else action


def _of_unknown(state: PostingState) -> Action:
    """Nothing has an id: it was never asked for, or the answer was lost."""
    if state.is_unsure:
        return Action.FIND
    return Action.PUBLISH if state.wish == Wish.OPEN and state.has_time else Action.NOTHING


def _of_known(state: PostingState) -> Action:
    action = KNOWN[state.wish][state.sight]
    if state.wish == Wish.OPEN and state.sight in _WITH_PLACES and state.wanted_places > state.seen_places:
        return Action.ADD_PLACES if state.has_time else Action.NOTHING
    if action == Action.OPEN and not state.has_time:
        return Action.NOTHING  # its time is over: it closed by itself, as it should
    if action == Action.OPEN and state.sight == Sight.CLOSED and state.free == 0:
        return Action.NOTHING  # everybody came
    if action == Action.REMOVE and not state.is_reviewed:
        return Action.WAIT
    return action


_WITH_PLACES: Final = frozenset({Sight.OPEN, Sight.TAKEN, Sight.CLOSED, Sight.PAUSED})
